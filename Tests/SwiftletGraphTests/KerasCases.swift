import FixtureFiles
import SwiftletGraph
import Testing

/// A model_config that Keras wrote, with what Keras says of the model; Fixtures/graph/make_configs.py and
/// make_layer_configs.py made both.
struct KerasCase: CustomTestStringConvertible {
  static let keras2 = [
    "sequential_digits", "activations", "activation_layers", "shapes", "open_length", "shared",
    "several_inputs",
    "normalization", "frozen", "policies", "without_input", "convolutions_1d", "convolutions_2d", "pooling",
    "normalizations",
    "sequences", "attention",
  ]
  static let all =
    keras2.map { KerasCase(name: "keras2_" + $0) }
    + (keras2 + ["dictionaries", "registered"]).map { KerasCase(name: "keras3_" + $0) }

  let name: String
  var testDescription: String { name }

  func bytes() throws -> [UInt8] { try fixtureBytes("graph/\(name).json") }
  func expected() throws -> JSONValue {
    try JSONValue(parsing: try fixtureBytes("graph/\(name).expected.json"))
  }
  func network() throws -> Network {
    try Network.decode(modelConfiguration: try bytes(), kerasVersion: try expected()["keras_version"]?.string)
  }
}

/// A shape as the expected values spell it, with the batch in front.
func json(_ shape: Shape) -> JSONValue {
  .array([.null] + shape.dimensions.map { $0.map { .integer($0) } ?? .null })
}

/// The error of decoding a text; nil where it is taken.
func decodingError(_ text: String, kerasVersion: String? = nil) -> GraphError? {
  refusal { () throws(GraphError) in
    _ = try Network.decode(modelConfiguration: text, kerasVersion: kerasVersion)
  }
}
