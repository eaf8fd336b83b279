import Foundation
import Swiftlet
import SwiftletModelWriter

/// A Sequential of Rescaling, Dense (ReLU) and Dense, 4 to 3 to 2, in Keras's own spelling.
enum SmallModel {
  static let configuration = """
    {"class_name": "Sequential", "config": {"name": "small", "trainable": true, "layers": [
    {"class_name": "InputLayer", "config": {"batch_shape": [null, 4], "dtype": "float32", "name": "input"}},
    {"class_name": "Rescaling", "config": {"name": "rescaling", "scale": 0.5, "offset": 0.0}},
    {"class_name": "Dense", "config": {"name": "hidden", "units": 3, "activation": "relu", "use_bias": true}},
    {"class_name": "Dense", "config": {"name": "logits", "units": 2, "activation": "linear", "use_bias": true}}]}}
    """

  static let trainingConfiguration = """
    {"loss": {"class_name": "SparseCategoricalCrossentropy", "config": {"name": "loss", "from_logits": true}},
    "loss_weights": null, "metrics": ["accuracy"], "weighted_metrics": null,
    "optimizer_config": {"class_name": "Adam", "config": {"name": "adam", "learning_rate": 0.001}}}
    """

  static let layers: [ModelFileContents.Layer] = [
    .init(name: "rescaling", weights: []),
    .init(
      name: "hidden",
      weights: [
        .init(name: "kernel", shape: [4, 3], values: (0..<12).map { Float($0) * 0.25 - 1.25 }),
        .init(name: "bias", shape: [3], values: [0.5, -0.25, 0]),
      ]),
    .init(
      name: "logits",
      weights: [
        .init(name: "kernel", shape: [3, 2], values: [1, -1, 0.5, 2, -0.75, 0.125]),
        .init(name: "bias", shape: [2], values: [0.0625, -3]),
      ]),
  ]

  static let input: [Float] = [1, 2, 3, 4, -1, 0.5, 0, 8]

  /// The network written out in plain loops; every number here is exact in float32.
  static let output: [Float] = (0..<2).flatMap { row -> [Float] in
    let scaled = input[4 * row..<4 * row + 4].map { $0 * 0.5 }
    return dense(dense(scaled, layers[1]).map { max($0, 0) }, layers[2])
  }

  private static func dense(_ input: [Float], _ layer: ModelFileContents.Layer) -> [Float] {
    let (kernel, bias) = (layer.weights[0].values, layer.weights[1].values)
    return bias.indices.map { unit in
      input.indices.reduce(bias[unit]) { $0 + input[$1] * kernel[$1 * bias.count + unit] }
    }
  }

  static let metadata = ModelMetadata(
    classLabels: ["naïve", ""],
    provenance: .init(
      tool: "swiftlet 0.1.0", created: "2026-01-31T23:59:59Z", seed: .max,
      dataDigest: SHA256().finalize()),
    history: [
      .init(name: "loss", values: [2, 1.5, 1.25]), .init(name: "accuracy", values: [0.25, 0.5, .infinity]),
    ],
    goldenSample: GoldenSample(
      inputs: [.init(shape: [2, 4], input)], outputs: [.init(shape: [2, 2], output)],
      absoluteTolerance: 1e-6, relativeTolerance: 1e-5))

  static let contents = ModelFileContents(
    configurationJSON: configuration, trainingConfigurationJSON: trainingConfiguration, layers: layers,
    metadata: metadata)

  /// Writes `contents` to a file that is gone after `body`.
  static func withFile<Result>(
    _ contents: ModelFileContents = contents, _ body: (String) throws -> Result
  ) throws -> Result {
    let path = NSTemporaryDirectory() + "/model-\(UUID().uuidString).h5"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try writeModelFile(contents, to: path)
    return try body(path)
  }
}
