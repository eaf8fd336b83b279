import FixtureFiles
import Foundation
import SwiftletTraining
import Testing

/// Writes text to a temporary file, hands its path on, and removes it.
@discardableResult
func withFile<Result>(_ bytes: some Sequence<UInt8>, _ body: (String) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try Data(bytes).write(to: url)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url.path)
}

private func labels(_ data: Dataset) -> [Int32]? {
  if case .labels(let labels) = data.targets[0] { labels } else { nil }
}

private let counting = (0..<48).map { Float($0) }

@Suite struct LoadingTests {
  @Test("an .npz with x_train and the rest gives both parts")
  func parts() throws {
    let loaded = try Dataset.load(fixturePath("training/rows.npz"))
    let test = try #require(loaded.test)
    #expect(loaded.train.inputs[0].shape == [9, 4] && test.inputs[0].shape == [3, 4])
    #expect(loaded.train.inputs[0].elements + test.inputs[0].elements == counting)
    #expect(labels(loaded.train) == [0, 1, 2, 0, 1, 2, 0, 1, 2])
    #expect(labels(test) == [0, 1, 2])
  }

  @Test("a compressed .npz of images and labels, and one of numbers to learn")
  func otherNames() throws {
    let images = try Dataset.load(fixturePath("training/rows_compressed.npz")).train
    #expect(images.inputs[0].shape == [12, 2, 2] && images.inputs[0].elements == counting)
    #expect(labels(images) == (0..<12).map { Int32($0 % 3) })
    let numbers = try Dataset.load(fixturePath("training/rows_numbers.npz")).train
    guard case .values(let targets) = numbers.targets[0] else { return #expect(Bool(false)) }
    #expect(targets.elements == (0..<12).map { Float($0 % 3) / 2 })
  }

  @Test("an .npz with other names says which it holds")
  func unknownNames() {
    #expect(throws: TrainingError.self) { try Dataset.load(fixturePath("training/rows_other.npz")) }
    do {
      _ = try Dataset.load(fixturePath("training/rows_other.npz"))
    } catch {
      #expect(error.description.contains("it holds a, b; wanted are x_train and y_train"))
    }
  }

  @Test("a pair of .npy files, and a pair of IDX files of which one is a gzip stream")
  func pairs() throws {
    let numpy = try Dataset.load(
      inputs: fixturePath("training/rows_x.npy"), targets: fixturePath("training/rows_y.npy"))
    let idx = try Dataset.load(
      inputs: fixturePath("training/rows_x.idx"), targets: fixturePath("training/rows_y.idx.gz"))
    #expect(numpy.inputs[0].elements == counting && idx.inputs[0].elements == counting)
    #expect(numpy.inputs[0].shape == [12, 4] && idx.inputs[0].shape == [12, 2, 2])
    #expect(labels(numpy) == labels(idx))
    #expect(labels(idx) == (0..<12).map { Int32($0 % 3) })
  }

  @Test("IDX files of every type", arguments: ["int8", "int16", "int32", "float32", "float64"])
  func idxTypes(type: String) throws {
    let data = try Dataset.load(
      inputs: fixturePath("training/rows_\(type).idx"), targets: fixturePath("training/rows_y.npy"))
    #expect(data.inputs[0].elements == counting.map { $0 - 5 })
  }

  @Test("iris as CSV: a header, a column of names, and the same numbers as the arrays")
  func csv() throws {
    let data = try Dataset.load(fixturePath("iris/iris.csv")).train
    let arrays = try iris()
    #expect(data.inputs == arrays.inputs)
    #expect(labels(data) == labels(arrays))
    #expect(data.classLabels == ["setosa", "versicolor", "virginica"])
    let named = try Dataset.load(fixturePath("iris/iris.csv"), labelColumn: "species").train
    #expect(labels(named) == labels(data))
  }

  @Test("CSV without a header, with quotes, other separators and line ends")
  func csvForms() throws {
    let expected = try Dataset(inputs: Tensor(shape: [2, 2], elements: [1.5, -2, 3, 4e2]), labels: [0, 7])
    for text in [
      "1.5,-2,0\n3,4e2,7\n", "1.5;-2;0\r\n3;4e2;7\r\n", "1.5\t-2\t0\n3\t4e2\t7",
      "\"a \"\"x\"\"\", b ,c\n1.5,\"-2\", 0\n\n3,4e2,7\n", "\u{FEFF}a,b,c\n1.5,-2,0\n3,4e2,7\n",
    ] {
      let data = try withFile(text.utf8) { try Dataset.load($0).train }
      #expect(data.inputs == expected.inputs, "\(text)")
      #expect(labels(data) == [0, 7], "\(text)")
    }
    let first = try withFile("y,a\n0.5,1\n1,2\n".utf8) { try Dataset.load($0, labelColumn: "y").train }
    guard case .values(let targets) = first.targets[0] else { return #expect(Bool(false)) }
    #expect(targets.elements == [0.5, 1] && first.inputs[0].elements == [1, 2])
  }

  @Test(
    "what is wrong in a file is named with its place",
    arguments: [
      ("a,b\n1,x\n,y\n", "line 3, column 'a': the value is missing"),
      ("1,2\n3,NA\n", "line 2, column 2: the value is missing"),
      ("1,2,0\nz,4,1\n", "line 2, column 1: 'z' is not a number"),
      ("1,2,0\n1,inf,1\n", "line 2, column 2: 'inf' is not a number"),
      ("1,2,0\n3,4\n", "line 2 has 2 fields and line 1 has 3"),
      ("a,\"b\n1,2\n", "line 1: a quoted field does not end"),
      ("a,b\n", "there are no rows under the header"),
      ("1\n2\n", "there is one column"), ("", "the file is empty"),
    ])
  func damagedText(text: String, message: String) throws {
    try withFile(text.utf8) { path in
      let found = SwiftletTrainingTests.message { () throws(TrainingError) in _ = try Dataset.load(path) }
      #expect(found.hasPrefix(path + ": "))
      #expect(found.contains(message), "\(found)")
    }
  }

  @Test("a missing file, an unknown column, and one array where two are needed")
  func otherErrors() throws {
    let missing = message { () throws(TrainingError) in _ = try Dataset.load("/nowhere/data.csv") }
    #expect(missing.hasPrefix("/nowhere/data.csv: "))
    #expect(
      message { () throws(TrainingError) in
        _ = try Dataset.load(fixturePath("iris/iris.csv"), labelColumn: "colour")
      }.hasSuffix(
        "no column 'colour'; the columns are sepal_length, sepal_width, petal_length, petal_width, species"))
    #expect(
      message { () throws(TrainingError) in _ = try Dataset.load(fixturePath("digits/images.npy")) }.contains(
        "one array"))
    #expect(
      message { () throws(TrainingError) in
        _ = try Dataset.load(
          inputs: fixturePath("digits/images.npy"), targets: fixturePath("iris/labels.npy"))
      }.contains("there are 150 labels for 1797 rows"))
  }

  @Test("an archive, gzip stream or IDX file cut short or with a byte flipped is an error or loads")
  func damagedArrays() throws {
    for name in ["rows_compressed.npz", "rows.npz", "rows_y.idx.gz", "rows_x.idx"] {
      let bytes = try fixtureBytes("training/" + name)
      let labels = fixturePath("training/rows_y.npy")
      for count in stride(from: 1, to: bytes.count, by: 7) {
        try withFile(bytes.prefix(count)) { path in
          #expect(throws: TrainingError.self, "\(name) cut at \(count)") {
            if name.hasSuffix("npz") {
              _ = try Dataset.load(path)
            } else {
              _ = try Dataset.load(inputs: path, targets: labels)
            }
          }
        }
      }
      for index in stride(from: 0, to: bytes.count, by: 3) {
        var flipped = bytes
        flipped[index] ^= 0x55
        try withFile(flipped) { path in
          // Either will do; what counts is that it comes back.
          if name.hasSuffix("npz") {
            _ = try? Dataset.load(path)
          } else {
            _ = try? Dataset.load(inputs: path, targets: labels)
          }
        }
      }
    }
  }
}
