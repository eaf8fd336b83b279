/// A layer as the text spells it, before its options are read.
struct KerasLayer {
  let name: String
  /// All that the text says of it.
  private let value: JSONNode
  /// What this module knows of its class; nil for a class that is not known.
  let entry: LayerEntry?
  /// Its options.
  let config: JSONNode

  /// The calls, in a Functional model.
  var inboundNodes: JSONNode? { value["inbound_nodes"] }

  /// The input's shape that Keras 3 notes beside the options of a layer that it has built.
  var buildShape: JSONNode? { value["build_config"]?["input_shape"] }

  /// Where errors say that they are.
  var place: String { "layer '\(name)'" }

  /// Whether a caller's tensor enters the network there.
  var isInput: Bool { entry?.isInput ?? false }

  /// Reads what every layer has. A layer without a name gets the one that Keras would give it.
  init(_ value: JSONNode, index: Int, counts: inout [String: Int]) throws(GraphError) {
    func place() -> String { "layer \(index) of model_config" }
    guard let identity = KerasIdentity(value) else {
      throw .malformed("it has no class_name", place: place())
    }
    guard let config = value["config"] else { throw .malformed("it has no config", place: place()) }
    self.value = value
    self.config = config
    entry = identity.entry
    if let given = value["name"] ?? config["name"], !given.isNull {
      guard let text = given.string, !text.isEmpty else {
        throw .malformed("its name is \(given.summary); a text is expected", place: place())
      }
      name = text
    } else {
      let base = Network.snakeCase(identity.className)
      let count = counts[base, default: 0]
      counts[base] = count + 1
      name = count == 0 ? base : "\(base)_\(count)"
    }
    // Keras 1 nests a Sequential as a bare list; its class is refused by name later.
    guard config.isObject || identity.className == "Sequential" else {
      throw .malformed("its config is \(config.summary); an object is expected", place: place())
    }
  }

  /// What this module knows of its class; refuses one that it does not know.
  func knownEntry() throws(GraphError) -> LayerEntry {
    if let entry { return entry }
    let identity = KerasIdentity(value)
    let (name, description) = (identity?.className ?? "", identity?.description ?? "")
    let what: String
    switch name {
    case "Sequential", "Functional", "Model": what = "a \(name) model as a layer"
    case "Lambda", "TFOpLambda", "SlicingOpLambda": what = "the class \(description), Python code,"
    default: what = "the class \(description)"
    }
    throw .unsupported(what, place: place, supported: LayerTable.classNames)
  }

  /// Whether the options are spelled as those of another layer of the same class, but for its name.
  func isSpelled(as other: KerasLayer) -> Bool {
    entry === other.entry && config.isSpelled(as: other.config, butFor: "name")
  }

  /// Reads the options.
  /// - Parameter callOptions: The options of its calls that are true.
  func decode(kerasVersion: Int, callOptions: [String] = []) throws(GraphError) -> Network.NamedLayer {
    do throws(GraphError) {
      let entry = try knownEntry()
      let configuration = LayerConfiguration(
        options: config, kerasVersion: kerasVersion, callOptions: callOptions)
      var policy = DataTypePolicy.float32
      if !entry.isInput, let value = configuration.value("dtype") {
        policy = try DataTypePolicy(configuration: value)
        guard policy.isFloatingPoint || entry.movesElements else {
          throw .unsupported(
            "computing in \(policy.name)", place: "",
            supported: "float32, float16, bfloat16, float64, mixed_float16, mixed_bfloat16")
        }
      }
      return Network.NamedLayer(
        name: name, layer: try entry.decode(configuration),
        isTrainable: try configuration.bool("trainable", default: true), dataTypePolicy: policy)
    } catch {
      throw error.placed(in: place)
    }
  }
}

/// Reads the options of the layers of a network.
///
/// Networks repeat themselves. A layer whose options are spelled as those of one before it, but for its name, is not
/// read again: it shares the other's `Layer`.
struct KerasLayerReader {
  private let layers: [KerasLayer]
  private let kerasVersion: Int
  /// Some of the layers that share nothing with one before them: those that were read last.
  private var distinct: [Distinct] = []
  /// The one among them that goes next.
  private var oldest = 0

  private struct Distinct {
    let place: Int
    let callOptions: [String]
    let layer: Network.NamedLayer
  }

  /// Enough for the layers of the blocks that convolutional networks and transformers are made of.
  private static var maximumDistinct: Int { 16 }

  init(_ layers: [KerasLayer], kerasVersion: Int) {
    self.layers = layers
    self.kerasVersion = kerasVersion
    distinct.reserveCapacity(min(layers.count, KerasLayerReader.maximumDistinct))
  }

  /// Reads the options of the layer at a place.
  /// - Parameter callOptions: The options of its calls that are true.
  mutating func layer(at place: Int, callOptions: [String] = []) throws(GraphError) -> Network.NamedLayer {
    for index in distinct.indices where layers[place].isSpelled(as: layers[distinct[index].place]) {
      guard distinct[index].callOptions == callOptions else { continue }
      return distinct[index].layer.named(layers[place].name)
    }
    let layer = try layers[place].decode(kerasVersion: kerasVersion, callOptions: callOptions)
    let made = Distinct(place: place, callOptions: callOptions, layer: layer)
    if distinct.count < KerasLayerReader.maximumDistinct {
      distinct.append(made)
    } else {
      distinct[oldest] = made
      oldest = (oldest + 1) % distinct.count
    }
    return layer
  }
}

extension Network.NamedLayer {
  /// The same layer by another name, before its weights are known.
  fileprivate func named(_ name: String) -> Network.NamedLayer {
    Network.NamedLayer(name: name, layer: layer, isTrainable: isTrainable, dataTypePolicy: dataTypePolicy)
  }
}
