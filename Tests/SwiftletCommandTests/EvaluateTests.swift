import FixtureFiles
import SwiftletNumPy
import Testing

@Suite struct EvaluateTests {
  let folder: Folder
  init() throws {
    folder = try Folder()
    // Three of four right: the last row's label is 0 and its largest output that of class 2.
    let outputs: [Float] = [0, 3, 1, 2, 1, 0, 0, 0, 9, 1, 2, 3]
    try NumPyArray(outputs, shape: [4, 3]).write(to: folder.path + "/p.npy")
    try NumPyArray([1, 0, 2, 0] as [Int64]).write(to: folder.path + "/y.npy")
    let images = (0..<16).map { Float($0 % 4) }
    try NumPyArray(images, shape: [4, 4]).write(to: folder.path + "/x.npy")
  }

  func evaluate(_ arguments: String...) throws -> Command {
    try Command("swiftlet", ["evaluate"] + arguments, in: folder)
  }

  @Test("Classes give the accuracy and a confusion table, by label and then by prediction")
  func classes() throws {
    let run = try evaluate("--predictions", "p.npy", "--inputs", "x.npy", "--labels", "y.npy", "--json")
    #expect(
      run.output == """
        {"rows": 4, "correct": 3, "accuracy": 0.75, "classes": ["0", "1", "2"], \
        "confusion": [[1, 0, 1], [0, 1, 0], [0, 0, 1]]}

        """)
    let text = try evaluate("--predictions", "p.npy", "--inputs", "x.npy", "--labels", "y.npy")
    #expect(text.output.hasPrefix("accuracy 0.7500 (3 of 4 rows)\n"))
    #expect(text.output.contains("    0 │ 1 · 1\n"))
  }

  @Test("Names of classes stand in the table and under pictures, a mistake among them")
  func drawing() throws {
    try folder.write("ant\nbee\ncat\n", to: "names.txt")
    let run = try evaluate(
      "--predictions", "p.npy", "--inputs", "x.npy", "--labels", "y.npy", "--classes", "names.txt", "--draw",
      "2")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("predicted bee ✓"))
    #expect(run.output.contains("predicted cat ✗ is ant"))
    // A row of 0, 1, 2, 3 is a picture of two lines, the second of them the brighter.
    #expect(run.output.contains("  ░░ "))
    #expect(run.output.contains("▓▓██"))
  }

  @Test("Numbers give the mean squared and the mean absolute error")
  func numbers() throws {
    try NumPyArray([1, 2, 3, 4] as [Float], shape: [4, 1]).write(to: folder.path + "/p.npy")
    try NumPyArray([1, 2, 3, 8] as [Float], shape: [4, 1]).write(to: folder.path + "/t.npy")
    let run = try evaluate("--predictions", "p.npy", "--inputs", "x.npy", "--labels", "t.npy", "--json")
    #expect(run.output == "{\"rows\": 4, \"mean_squared_error\": 4.0, \"mean_absolute_error\": 1.0}\n")
  }

  @Test("Predictions that do not fit the rows are refused")
  func refusals() throws {
    expectRefusal(
      try evaluate("--predictions", "p.npy", "--data", fixturePath("iris")), status: 65,
      saying: "p.npy", "4 predictions", "150 rows")
    expectRefusal(
      try evaluate("--predictions", "none.npy", "--data", fixturePath("iris")), status: 66, saying: "none.npy"
    )
    expectRefusal(
      try evaluate("--predictions", fixturePath("iris/iris.csv"), "--data", fixturePath("iris")), status: 65,
      saying: "iris.csv")
    try NumPyArray([1, 0, 3, 0] as [Int64]).write(to: folder.path + "/y.npy")
    expectRefusal(
      try evaluate("--predictions", "p.npy", "--inputs", "x.npy", "--labels", "y.npy"), status: 65,
      saying: "x.npy", "row 2", "label 3", "0 to 2")
  }
}
