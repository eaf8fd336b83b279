import FixtureFiles
import Foundation
import SwiftletNumPy
import Testing

/// What `predict` and `evaluate` say of models and rows that will not do.
@Suite struct PredictRefusalTests {
  let folder: Folder
  let model = fixturePath("keras/dense_softmax.h5")
  let rows = fixturePath("keras/dense_softmax.input_0.npy")
  init() throws { folder = try Folder() }

  func predict(_ model: String, _ arguments: String...) throws -> Command {
    try Command("swiftlet", ["predict", model] + arguments, in: folder)
  }

  @Test("A model that is missing, is no HDF5, is cut short or damaged is refused by name")
  func models() throws {
    expectRefusal(try predict("gone.h5", "--input", rows), status: 66, saying: "gone.h5", "No such file")
    expectRefusal(try predict(rows, "--input", rows), status: 65, saying: "dense_softmax.input_0.npy", "HDF5")
    for name in [
      "damaged_half", "damaged_empty", "damaged_no_config", "damaged_kernel_shape", "refuse_lambda",
    ] {
      expectRefusal(
        try predict(fixturePath("keras/\(name).h5"), "--input", rows), status: 65, saying: name + ".h5: ")
    }
    expectRefusal(
      try Command("swiftlet", "evaluate", "gone.h5", "--data", fixturePath("iris"), in: folder), status: 66,
      saying: "gone.h5")
  }

  @Test("Rows of another shape, missing rows and NaN are refused by name and place")
  func inputs() throws {
    try NumPyArray([1, 2, 3, 4] as [Float], shape: [2, 2]).write(to: folder.path + "/x.npy")
    expectRefusal(try predict(model, "--input", "x.npy"), status: 65, saying: "x.npy", "(2, 2)", "(None, 6)")
    expectRefusal(try predict(model, "--input", "gone.npy"), status: 66, saying: "gone.npy")
    var values = [Float](repeating: 0, count: 12)
    values[9] = .infinity
    try NumPyArray(values, shape: [2, 6]).write(to: folder.path + "/x.npy")
    expectRefusal(
      try predict(model, "--input", "x.npy"), status: 65, saying: "x.npy", "row 1, column 3", "inf")
    try NumPyArray([] as [Float], shape: [0, 6]).write(to: folder.path + "/x.npy")
    expectRefusal(try predict(model, "--input", "x.npy"), status: 65, saying: "x.npy", "no rows")
    let damaged = try folder.bytes(of: "x.npy").prefix(40)
    try damaged.write(to: URL(fileURLWithPath: folder.path + "/x.npy"))
    expectRefusal(try predict(model, "--input", "x.npy"), status: 65, saying: "x.npy")
  }

  @Test("A CSV is refused at the line and column that is no number")
  func csv() throws {
    try folder.write("a,b\n1,2\n3,four\n", to: "x.csv")
    expectRefusal(
      try predict(model, "--input", "x.csv"), status: 65, saying: "x.csv: line 3, column 'b': 'four'")
    try folder.write("1,2\n3\n", to: "x.csv")
    expectRefusal(try predict(model, "--input", "x.csv"), status: 65, saying: "x.csv: line 2 has 1 field")
    try folder.write("1,2\n3,\n", to: "x.csv")
    expectRefusal(
      try predict(model, "--input", "x.csv"), status: 65,
      saying: "x.csv: line 2, column 2: the value is missing")
    try folder.write("a,b\n", to: "x.csv")
    expectRefusal(try predict(model, "--input", "x.csv"), status: 65, saying: "x.csv", "no rows")
  }

  @Test("Inputs that are not those of the model are a matter of usage")
  func usage() throws {
    expectRefusal(try predict(model), status: 64, saying: "--input")
    expectRefusal(
      try predict(model, "--input", rows, "--input", rows), status: 64, saying: "--input", "1 input")
    let two = fixturePath("keras/functional_two_by_two.h5")
    let left = fixturePath("keras/functional_two_by_two.input_0.npy")
    expectRefusal(try predict(two, "--input", left), status: 64, saying: "'right'")
    expectRefusal(
      try predict(two, "--input", "left=" + left, "--input", "left=" + left), status: 64, saying: "'left'",
      "twice")
    for (option, value) in [("--batch", "0"), ("--threads", "0"), ("--threads", "100000"), ("--top", "0")] {
      expectRefusal(
        try predict(model, "--input", rows, option, value), status: 64, saying: String(option.dropFirst(2)))
    }
  }

  @Test("A folder that cannot be made is refused, and nothing is left behind")
  func output() throws {
    try folder.write("a file", to: "out")
    expectRefusal(try predict(model, "--input", rows, "--output", "out"), status: 73, saying: "out")
    expectRefusal(try predict(model, "--input", rows, "--output", "/proc/no"), status: 73, saying: "/proc/no")
    #expect(try folder.contents == ["out"])
  }
}
