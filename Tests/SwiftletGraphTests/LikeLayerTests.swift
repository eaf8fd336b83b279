import SwiftletGraph
import Testing

/// A Sequential of Dense layers with these configs, called `d0`, `d1`, ….
private func network(_ configs: [String]) throws -> Network {
  let layers = configs.enumerated().map { index, config in
    #"{"class_name": "Dense", "config": {"name": "d\#(index)"\#(config.isEmpty ? "" : ", " + config)}}"#
  }
  let text = """
    {"class_name": "Sequential", "config": {"name": "s", "build_input_shape": [null, 4],
      "layers": [\(layers.joined(separator: ", "))]}}
    """
  return try Network.decode(modelConfiguration: text, kerasVersion: "3.15.1")
}

@Suite("Layers with options alike")
struct LikeLayerTests {
  @Test("layers that differ in their names alone share what was read, and nothing else does")
  func shared() throws {
    let three = #""units": 3, "activation": "relu", "bias_regularizer": {}"#
    let five = #""units": 5, "activation": "relu", "bias_regularizer": {}"#
    let network = try network([three, five, three, three + #", "trainable": false"#])
    let dense = network.layers.dropFirst()
    #expect(dense.map { $0.name } == ["d0", "d1", "d2", "d3"])
    #expect(dense.map { ($0.layer as? Dense)?.units } == [3, 5, 3, 3])
    #expect(dense.map { $0.weights[0].shape } == [[4, 3], [3, 5], [5, 3], [3, 3]])
    #expect(dense.map { $0.isTrainable } == [true, true, true, false])
    let layers = dense.map { $0.layer }
    #expect(layers[0] === layers[2])
    #expect(layers[0] !== layers[1] && layers[0] !== layers[3])
  }

  @Test(
    "options that an escape makes alike, or unlike, are read each by itself",
    arguments: [
      #""units": 3, "activation": "rel\u0075""#, #""units": 3, "\u0061ctivation": "relu""#,
      #""activation": "relu", "units": 3"#, #""units": 3, "activation": "relu", "use_bias": true"#,
    ])
  func spelledOtherwise(config: String) throws {
    let plain = #""units": 3, "activation": "relu""#
    for configs in [[plain, config, plain, config], [config, plain, config, plain]] {
      for layer in try network(configs).layers.dropFirst() {
        let dense = try #require(layer.layer as? Dense)
        #expect(dense.units == 3 && dense.activation == .relu && dense.useBias)
      }
    }
  }

  @Test("layers that are called in different ways are not one")
  func calls() throws {
    func attention(_ name: String, _ option: String) -> String {
      """
      {"class_name": "MultiHeadAttention", "name": "\(name)",
       "config": {"name": "\(name)", "num_heads": 2, "key_dim": 2},
       "inbound_nodes": [[["a", 0, 0, {"value": ["a", 0, 0]\(option)}]]]}
      """
    }
    let text = """
      {"class_name": "Functional", "keras_version": "2.13.1", "config": {"name": "f", "layers": [
        {"class_name": "InputLayer", "name": "a", "inbound_nodes": [],
         "config": {"batch_input_shape": [null, 3, 4], "dtype": "float32", "name": "a"}},
        \(attention("p", "")), \(attention("q", #", "use_causal_mask": true"#)), \(attention("r", ""))],
        "input_layers": [["a", 0, 0]], "output_layers": [["p", 0, 0], ["q", 0, 0], ["r", 0, 0]]}}
      """
    let layers = try Network.decode(modelConfiguration: text, kerasVersion: nil).layers.dropFirst()
    #expect(layers.map { ($0.layer as? MultiHeadAttention)?.isCausal } == [false, true, false])
  }

  @Test("a name that is not the first member is an option like others")
  func names() throws {
    let network = try network([#""units": 3, "trainable": true"#, #""units": 3, "trainable": true"#])
    let text = """
      {"class_name": "Sequential", "config": {"name": "s", "build_input_shape": [null, 4], "layers": [
        {"class_name": "Dense", "config": {"units": 3, "trainable": true, "name": "d0"}},
        {"class_name": "Dense", "config": {"units": 3, "trainable": true, "name": "d1"}}]}}
      """
    let other = try Network.decode(modelConfiguration: text, kerasVersion: "3.15.1")
    #expect(other.layers.map { $0.name } == network.layers.map { $0.name })
    #expect(other.layers.map { $0.weights.first?.shape } == network.layers.map { $0.weights.first?.shape })
  }

  @Test("more layers than are remembered are read, whatever their order")
  func many() throws {
    let units = (0..<100).map { 1 + $0 * 7 % 41 }
    let network = try network(units.map { "\"units\": \($0)" })
    #expect(network.layers.dropFirst().map { ($0.layer as? Dense)?.units } == units)
  }
}
