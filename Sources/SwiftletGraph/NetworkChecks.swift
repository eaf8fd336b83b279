extension Network {
  /// Which nodes some output depends on: the others need not run.
  public var requiredNodes: [Bool] { Network.required(nodes, for: outputs) }

  private static func required(_ nodes: [Node], for outputs: [TensorReference]) -> [Bool] {
    var isRequired = [Bool](repeating: false, count: nodes.count)
    for reference in outputs { isRequired[reference.node] = true }
    // A node reads only earlier ones, so one pass from the end sees every reader before what it reads.
    for index in nodes.indices.reversed() where isRequired[index] {
      for reference in nodes[index].inputs { isRequired[reference.node] = true }
    }
    return isRequired
  }

  /// Checks that the inputs are InputLayers, each once, and that the outputs need no other.
  static func check(
    inputs: [TensorReference], outputs: [TensorReference], nodes: [Node], layers: [NamedLayer], name: String
  ) throws(GraphError) {
    var isGiven = [Bool](repeating: false, count: nodes.count)
    for reference in inputs {
      let entry = layers[nodes[reference.node].layer]
      guard entry.layer is InputLayer else {
        throw .malformed(
          "it is named as an input and is a \(entry.layer.className)", place: "layer '\(entry.name)'")
      }
      guard !isGiven[reference.node] else {
        throw .malformed("it is named as an input twice", place: "layer '\(entry.name)'")
      }
      isGiven[reference.node] = true
    }
    let isRequired = required(nodes, for: outputs)
    for index in nodes.indices where isRequired[index] && !isGiven[index] {
      let entry = layers[nodes[index].layer]
      guard !(entry.layer is InputLayer) else {
        throw .malformed(
          "an output needs this input, which is not among the inputs of network '\(name)'",
          place: "layer '\(entry.name)'")
      }
    }
  }

  /// Checks that the weights of all layers together can be counted.
  static func checkParameterCount(_ layers: [NamedLayer], name: String) throws(GraphError) {
    var total = 0
    for layer in layers {
      for weight in layer.weights {
        guard let count = Shape.elementCount(of: weight.shape) else {
          throw .shape("its weight \(weight.name) is too large", place: "layer '\(layer.name)'")
        }
        total += count
        guard total <= Shape.maximumElementCount else {
          throw .shape("the weights together are too large", place: "network '\(name)'")
        }
      }
    }
  }
}
