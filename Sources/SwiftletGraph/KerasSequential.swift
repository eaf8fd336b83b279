extension Network {
  /// Makes a chain of the layers of a Sequential. Where the text has no InputLayer, one is put in front, of the
  /// shape that the first layer carries or that the model was built with.
  static func decodeSequential(
    name: String, layers: [KerasLayer], buildShape: JSONNode?, kerasVersion: Int
  ) throws(GraphError) -> Network {
    let place = "network '\(name)'"
    guard let first = layers.first else { throw .malformed("the Sequential has no layers", place: place) }
    var entries: [NamedLayer] = []
    if !first.isInput {
      let taken = Set(layers.map { [UInt8]($0.name.utf8) })
      var inputName = kerasVersion < 3 ? first.name + "_input" : "input_layer"
      while taken.contains([UInt8](inputName.utf8)) { inputName += "_" }
      let specification = try inputSpecification(
        first, buildShape: buildShape, kerasVersion: kerasVersion, place: place)
      entries.append(NamedLayer(name: inputName, layer: InputLayer(specification)))
    }
    var reader = KerasLayerReader(layers, kerasVersion: kerasVersion)
    for (index, layer) in layers.enumerated() {
      if index > 0, layer.isInput {
        throw .malformed(
          "an InputLayer comes first in a Sequential and not as number \(index)", place: layer.place)
      }
      entries.append(try reader.layer(at: index))
    }
    let nodes = entries.indices.map { index in
      Node(layer: index, inputs: index == 0 ? [] : [TensorReference(node: index - 1)])
    }
    return try Network(
      name: name, isSequential: true, layers: entries, nodes: nodes,
      inputs: [TensorReference(node: 0)], outputs: [TensorReference(node: nodes.count - 1)])
  }

  private static func inputSpecification(
    _ first: KerasLayer, buildShape: JSONNode?, kerasVersion: Int, place: String
  ) throws(GraphError) -> TensorSpecification {
    let configuration = LayerConfiguration(options: first.config, kerasVersion: kerasVersion)
    do throws(GraphError) {
      if let shape = try configuration.inputShape() {
        // Keras 1 tells the input's type; the layer's own, which follows later, is that of its weights.
        let type = configuration.value("input_dtype")?.string
        guard let type else { return TensorSpecification(shape: shape) }
        guard let known = DataType(name: type) else {
          throw .unsupported("an input of type \(type)", place: "", supported: DataType.allNames)
        }
        return TensorSpecification(shape: shape, dataType: known)
      }
    } catch {
      throw error.placed(in: first.place)
    }
    for known in [buildShape, first.buildShape] {
      guard let known, !known.isNull else { continue }
      do throws(GraphError) {
        return TensorSpecification(shape: try Shape(batchShape: known, option: "build_input_shape"))
      } catch {
        throw error.placed(in: place)
      }
    }
    throw .unsupported(
      "a Sequential that does not say the shape of its input", place: place,
      supported: "an InputLayer, batch_input_shape on the first layer, or build_input_shape")
  }
}
