extension Network {
  /// A chain of layers from one input. Layers without a name get Keras's: `dense`, `dense_1`, ….
  /// - Throws: `GraphError` naming the layer whose shapes do not fit.
  public static func sequential(
    name: String = "sequential", input: TensorSpecification, layers: [any Layer], names: [String?] = []
  ) throws(GraphError) -> Network {
    var counts: [String: Int] = [:]
    var entries = [NamedLayer(name: "input_layer", layer: InputLayer(input))]
    var nodes = [Node(layer: 0, inputs: [])]
    for (index, layer) in layers.enumerated() {
      let base = snakeCase(layer.className)
      let count = counts[base, default: 0]
      counts[base] = count + 1
      let given = index < names.count ? names[index] : nil
      entries.append(NamedLayer(name: given ?? (count == 0 ? base : "\(base)_\(count)"), layer: layer))
      nodes.append(Node(layer: entries.count - 1, inputs: [TensorReference(node: nodes.count - 1)]))
    }
    return try Network(
      name: name, isSequential: true, layers: entries, nodes: nodes,
      inputs: [TensorReference(node: 0)], outputs: [TensorReference(node: nodes.count - 1)])
  }

  /// Keras's rule for making a layer's name of its class: `BatchNormalization` gives `batch_normalization`,
  /// `Conv2D` gives `conv2d`, `ReLU` gives `re_lu`.
  static func snakeCase(_ className: String) -> String {
    var text = ""
    let bytes = Array(className.utf8)
    for (index, byte) in bytes.enumerated() {
      let isUpper = byte >= 65 && byte <= 90
      let follows = index > 0 ? bytes[index - 1] : 0
      let followsLower = (follows >= 97 && follows <= 122)
      let nextIsLower = index + 1 < bytes.count && bytes[index + 1] >= 97 && bytes[index + 1] <= 122
      let followsUpper = follows >= 65 && follows <= 90
      if isUpper, followsLower || (followsUpper && nextIsLower) { text += "_" }
      text += String(UnicodeScalar(isUpper ? byte + 32 : byte))
    }
    return text
  }
}
