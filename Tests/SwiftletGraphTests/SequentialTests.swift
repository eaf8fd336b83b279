import SwiftletGraph
import Testing

@Suite("Sequential")
struct SequentialTests {
  @Test("a Keras 1 Sequential is a bare list whose first layer has the shape")
  func keras1() throws {
    let text = """
      {"class_name": "Sequential", "keras_version": "1.2.2", "config": [
        {"class_name": "Dense", "config": {"name": "dense_1", "output_dim": 3, "init": "glorot_uniform",
          "activation": "hard_sigmoid", "W_regularizer": null, "bias": false, "input_dim": 4,
          "batch_input_shape": [null, 4], "input_dtype": "float32", "trainable": true}},
        {"class_name": "Dropout", "config": {"name": "dropout_1", "p": 0.5, "trainable": true}}]}
      """
    let network = try Network.decode(modelConfiguration: text, kerasVersion: nil)
    #expect(network.layers.map { $0.name } == ["dense_1_input", "dense_1", "dropout_1"])
    let dense = try #require(network.layers[1].layer as? Dense)
    #expect(dense.activation == .legacyHardSigmoid)
    #expect(!dense.useBias)
    #expect(network.layers[1].weights.map { $0.shape } == [[4, 3]])
    #expect((network.layers[2].layer as? Dropout)?.rate == 0.5)
  }

  @Test("without any shape a Sequential is refused by name")
  func noShape() {
    let text = """
      {"class_name": "Sequential", "config": {"name": "s", "layers": [
        {"class_name": "Dense", "config": {"name": "d", "units": 3}}]}}
      """
    let error = refusal { () throws(GraphError) in
      _ = try Network.decode(modelConfiguration: text, kerasVersion: nil)
    }
    guard case .unsupported(_, let place, _)? = error else {
      Issue.record("not refused")
      return
    }
    #expect(place == "network 's'")
  }
}
