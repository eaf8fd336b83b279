import FixtureFiles
import SwiftletNumPy
import SwiftletPretrained
import Testing

private let names = ["W1", "b1", "W2", "b2", "W3", "b3"]

private func tensors(_ file: String) throws -> [NamedTensor] {
  try PretrainedFile(contentsOf: fixturePath("pretrained/" + file)).tensors
}

@Test("every protocol and both kinds of npz give the same arrays, in the file's order")
func readsEveryFormat() throws {
  let expected = try tensors("digits_p5.pkl")
  #expect(expected.map(\.name) == names)
  #expect(expected.map(\.array.shape) == [[64, 50], [50], [50, 100], [100], [100, 10], [10]])
  #expect(expected.allSatisfy { $0.array.dataType == .float32 })
  for file in ["digits_p2.pkl", "digits_p3.pkl", "digits_p4.pkl", "digits.npz", "digits_compressed.npz"] {
    #expect(try tensors(file) == expected, "\(file)")
  }
  let list = try tensors("digits_list.pkl")
  #expect(list.map(\.name) == ["0", "1", "2", "3", "4", "5"])
  #expect(list.map(\.array) == expected.map(\.array))
}

@Test("what sort of file it is, its content tells")
func tellsFormats() throws {
  for (file, format) in [
    ("digits_p2.pkl", .pickle(protocol: 2)), ("digits_p5.pkl", .pickle(protocol: 5)), ("digits.npz", .npz),
    ("predict_inputs.npy", .npy),
  ] as [(String, PretrainedFile.Format)] {
    #expect(try PretrainedFile(bytes: fixtureBytes("pretrained/" + file)).format == format)
  }
  let alone = try tensors("predict_inputs.npy")
  #expect(alone.map(\.name) == ["array"])
  #expect(alone[0].array == (try NumPyArray(contentsOf: fixturePath("pretrained/predict_inputs.npy"))))
}

@Test("what else a dictionary of arrays may hold is read or told", arguments: 2...5)
func readsMixed(version: Int) throws {
  let file = try PretrainedFile(contentsOf: fixturePath("pretrained/mixed_p\(version).pkl"))
  let grid = try NumPyArray([0, 1, 2, 3, 4, 5] as [Float], shape: [2, 3])
  let shared = NumPyArray([0, 1, 2] as [Int64])
  // As the generator script has them.
  let expected: [(String, NumPyArray)] = [
    ("fortran", grid), ("big", grid),
    (
      "half",
      try NumPyArray(
        dataType: .float16, shape: [2, 3], bytes: [0, 0, 0, 0x3c, 0, 0x40, 0, 0x42, 0, 0x44, 0, 0x45])
    ),
    ("flags", NumPyArray([true, false])), ("empty", try NumPyArray([] as [Float], shape: [0, 2])),
    ("scalar", try NumPyArray([0.25] as [Double], shape: [])), ("nested/0/W", grid), ("nested/0/b", shared),
    ("nested/1/0", shared), ("ordered/W", shared), ("floats", NumPyArray([0.5, 1, -2] as [Double])),
    ("1", shared),
  ]
  #expect(file.tensors.map(\.name) == expected.map(\.0))
  for (tensor, (name, array)) in zip(file.tensors, expected) {
    #expect(tensor.array == array, "\(name)")
  }
  #expect(
    file.skipped == [
      "epochs (a whole number)", "rate (a number)", "name (text)", "none (None)", "done (a truth value)",
      "big_number (a whole number)", "sizes (a list of whole numbers)", "raw (bytes)",
    ])
}

@Test("Python 2's pickles hold values and names as its str")
func readsPythonTwo() throws {
  // As cPickle of Python 2.7 with protocol 2 writes {'W': numpy.array([1, 2], 'f4')}.
  var bytes: [UInt8] =
    [0x80, 2] + Array("}q\u{1}U".utf8) + [1] + Array("Wq\u{2}cnumpy.core.multiarray\n_reconstruct\n".utf8)
  bytes += Array("q\u{3}cnumpy\nndarray\nq\u{4}K\0".utf8) + [0x85] + Array("U\u{1}b".utf8) + [0x87]
  bytes +=
    Array("Rq\u{5}(K\u{1}K\u{2}".utf8) + [0x85] + Array("cnumpy\ndtype\nq\u{6}U\u{2}f4K\0K\u{1}".utf8) + [
      0x87
    ]
  bytes +=
    Array("Rq\u{7}(K\u{3}U\u{1}<NNNJ".utf8) + [255, 255, 255, 255] + Array("J".utf8) + [255, 255, 255, 255]
  bytes += Array("K\0tb".utf8) + [0x89] + Array("U\u{8}".utf8) + [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]
  bytes += Array("tbs.".utf8)
  let file = try PretrainedFile(bytes: bytes)
  #expect(file.tensors == [NamedTensor(path: ["W"], array: NumPyArray([1, 2] as [Float]))])
}
