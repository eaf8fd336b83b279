extension Network {
  /// The network as the `model_config` text that Keras 3 writes and reads. Reading it again gives the same
  /// network. Activations that Keras does not have are written under a registered name (`Swiftlet>heaviside`),
  /// which Spec/activations.md defines for Keras.
  public func encodeModelConfiguration() -> String {
    if isSequential, isChain { return encodeSequential().encoded() }
    return encodeFunctional().encoded()
  }

  /// Whether each layer is called once, on the layer before: what a Sequential can say.
  private var isChain: Bool {
    guard nodes.count == layers.count, inputs == [TensorReference(node: 0)],
      outputs == [TensorReference(node: nodes.count - 1)]
    else { return false }
    return nodes.indices.allSatisfy {
      nodes[$0].layer == $0 && nodes[$0].inputs == ($0 == 0 ? [] : [TensorReference(node: $0 - 1)])
    }
  }

  private func encodeSequential() -> JSONValue {
    .members([
      ("module", .string("keras")), ("class_name", .string("Sequential")),
      (
        "config",
        .members([
          ("name", .string(name)), ("trainable", .bool(true)),
          ("dtype", DataTypePolicy.float32.configuration),
          ("layers", .array(layers.map { .members($0.encode()) })),
          ("build_input_shape", specification(of: TensorReference(node: 0)).shape.configuration),
        ])
      ),
      ("registered_name", .null),
    ])
  }

  private func encodeFunctional() -> JSONValue {
    // A call's number among those of its layer.
    var numbers: [Int] = []
    var calls = [[Int]](repeating: [], count: layers.count)
    for (index, node) in nodes.enumerated() {
      numbers.append(calls[node.layer].count)
      calls[node.layer].append(index)
    }
    func triple(_ reference: TensorReference) -> JSONValue {
      .array([
        .string(layerName(of: reference)), .integer(numbers[reference.node]), .integer(reference.output),
      ])
    }
    func tensor(_ reference: TensorReference) -> JSONValue {
      let specification = specification(of: reference)
      return .members([
        ("class_name", .string("__keras_tensor__")),
        (
          "config",
          .members([
            ("shape", specification.shape.configuration), ("dtype", .string(specification.dataType.name)),
            ("keras_history", triple(reference)),
          ])
        ),
      ])
    }
    func call(_ node: Node) -> JSONValue {
      let tensors = node.inputs.map { tensor($0) }
      let layer = layers[node.layer].layer
      let isList = tensors.count > 1 && layer.tensorArguments.count == 1
      return .members([
        ("args", .array(isList ? [.array(tensors)] : tensors)),
        ("kwargs", .members(layer.encodeCallOptions())),
      ])
    }
    func ends(_ references: [TensorReference]) -> JSONValue {
      references.count == 1 ? triple(references[0]) : .array(references.map { triple($0) })
    }
    let entries = layers.enumerated().map { index, layer in
      let inbound = layer.layer is InputLayer ? [] : calls[index].map { call(nodes[$0]) }
      return JSONValue.members(
        layer.encode() + [("name", .string(layer.name)), ("inbound_nodes", .array(inbound))])
    }
    return .members([
      ("module", .string("keras.src.models.functional")), ("class_name", .string("Functional")),
      (
        "config",
        .members([
          ("name", .string(name)), ("trainable", .bool(true)), ("layers", .array(entries)),
          ("input_layers", ends(inputs)), ("output_layers", ends(outputs)),
        ])
      ),
      ("registered_name", .string("Functional")),
    ])
  }
}

extension Network.NamedLayer {
  fileprivate func encode() -> [(String, JSONValue)] {
    var options: [(String, JSONValue)] = [("name", .string(name))]
    if !(layer is InputLayer) {
      options += [("trainable", .bool(isTrainable)), ("dtype", dataTypePolicy.configuration)]
    }
    return [
      ("module", .string("keras.layers")), ("class_name", .string(layer.className)),
      ("config", .members(options + layer.encodeConfiguration())), ("registered_name", .null),
    ]
  }
}
