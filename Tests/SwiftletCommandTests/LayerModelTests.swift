import FixtureFiles
import SwiftletGraph
import SwiftletNumPy
import Testing

/// What the commands do with models of layers that run and cannot be trained.
@Suite struct LayerModelTests {
  let folder: Folder
  init() throws { folder = try Folder() }

  @Test(
    "Both commands predict, inspect and verify such a model",
    arguments: [
      ("small_lenet", ["Conv2D, relu", "MaxPooling2D"]), ("small_tcn", ["Conv1D", "Add"]),
      ("inverted_residual", ["DepthwiseConv2D", "BatchNormalization"]), ("lstm_stack", ["LSTM"]),
      ("small_encoder", ["MultiHeadAttention", "LayerNormalization"]), ("conv1d_open_length", ["Conv1D"]),
    ])
  func runs(name: String, words: [String]) throws {
    let path = fixturePath("layers/\(name).h5")
    let expected = try NumPyArray(contentsOf: fixturePath("layers/\(name).output_0.npy"))
    for command in ["swiftlet", "swiftlet-run"] {
      let run = try Command(
        command, "predict", path, "--input", fixturePath("layers/\(name).input_0.npy"), "--output", command,
        in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let found = try NumPyArray(contentsOf: folder.path + "/\(command)/output_0.npy")
      #expect(found.shape == expected.shape)
      for (value, right) in zip(found.float32Values(), expected.float32Values()) {
        #expect(abs(value - right) <= 1e-5 + 1e-4 * abs(right))
      }
      let inspection = try Command(command, "inspect", path, in: folder)
      #expect(inspection.status == 0, "\(inspection.errors)")
      for word in words { #expect(inspection.output.contains(word), "\(inspection.output)") }
      let json = try Command(command, "inspect", path, "--json", in: folder).json()
      #expect(json["layers"]?.array?.isEmpty == false)
      let verification = try Command(command, "verify", path, in: folder)
      #expect(verification.status == 0, "\(verification.errors)")
    }
  }

  @Test("evaluate judges one by its rows")
  func evaluates() throws {
    let outputs = try NumPyArray(contentsOf: fixturePath("layers/small_lenet.output_0.npy"))
    let width = outputs.shape[1]
    var labels = stride(from: 0, to: outputs.count, by: width).map { start in
      let row = outputs.float32Values()[start..<start + width]
      return Int64(row.indices.max { row[$0] < row[$1] } ?? start) - Int64(start)
    }
    labels[0] = (labels[0] + 1) % Int64(width)
    try NumPyArray(labels).write(to: folder.path + "/y.npy")
    let run = try Command(
      "swiftlet", "evaluate", fixturePath("layers/small_lenet.h5"), "--inputs",
      fixturePath("layers/small_lenet.input_0.npy"), "--labels", "y.npy", "--json", in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let json = try run.json()
    #expect(json["rows"]?.integer == labels.count)
    #expect(json["correct"]?.integer == labels.count - 1)
  }
}
