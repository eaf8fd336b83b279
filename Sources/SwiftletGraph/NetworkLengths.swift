extension Network {
  /// The same network with its inputs' open lengths filled in, in the order of the inputs and of the
  /// dimensions, and every shape inferred anew.
  /// - Throws: `GraphError` if a length is negative, too few are given, or a layer does not fit them.
  public func resolvingLengths(_ lengths: [Int]) throws(GraphError) -> Network {
    var remaining = lengths[...]
    var layers = layers
    for input in inputs {
      let index = nodes[input.node].layer
      let specification = specification(of: input)
      guard !specification.shape.isFixed else { continue }
      var dimensions: [Int?] = []
      for size in specification.shape.dimensions { dimensions.append(size ?? remaining.popFirst() ?? -1) }
      guard let shape = Shape(dimensions) else {
        throw .shape(
          "lengths \(lengths.map { "\($0)" }.joined(separator: ", ")) do not fit",
          place: "input '\(layers[index].name)'")
      }
      let fixed = InputLayer(TensorSpecification(shape: shape, dataType: specification.dataType))
      layers[index] = NamedLayer(name: layers[index].name, layer: fixed, isTrainable: false)
    }
    return try Network(
      name: name, isSequential: isSequential, layers: layers,
      nodes: nodes.map { Node(layer: $0.layer, inputs: $0.inputs) }, inputs: inputs, outputs: outputs)
  }
}
