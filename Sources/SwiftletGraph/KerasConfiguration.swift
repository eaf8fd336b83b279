extension Network {
  /// The most layers that a file may hold, and the most calls of layers.
  public static let maximumLayers = 1 << 16

  /// Makes a network of the `model_config` text that Keras 1, 2 or 3 writes: a Sequential or a Functional model.
  ///
  /// - Parameters:
  ///   - bytes: The JSON in UTF-8. Its escapes are read in their place, so it is another text afterwards.
  ///   - kerasVersion: The file's `keras_version`, such as `"2.13.1"`. The text's own `keras_version` counts
  ///     first; where there is neither, the spelling of the shapes tells.
  /// - Throws: `GraphError`: `.malformed` with a byte or a layer as its place; `.unsupported` naming the first
  ///   layer, class or option that has no meaning here; `.shape` naming the layer that does not fit.
  public static func decode(modelConfiguration bytes: JSONBytes, kerasVersion: String?) throws(GraphError)
    -> Network
  {
    let place = "model_config"
    let text: JSONText
    do throws(GraphError) {
      text = try JSONText(parsing: bytes)
    } catch {
      throw error.placed(within: place)
    }
    return try text.withRoot { root throws(GraphError) in try decode(root, kerasVersion: kerasVersion) }
  }

  /// The same of bytes that the program has.
  public static func decode(modelConfiguration bytes: [UInt8], kerasVersion: String?) throws(GraphError)
    -> Network
  {
    let copy: JSONBytes
    do throws(GraphError) {
      copy = try .copy(of: bytes)
    } catch {
      throw error.placed(within: "model_config")
    }
    return try decode(modelConfiguration: copy, kerasVersion: kerasVersion)
  }

  private static func decode(_ root: JSONNode, kerasVersion: String?) throws(GraphError) -> Network {
    let place = "model_config"
    guard root.isObject else { throw .malformed("\(root.summary) is no model", place: place) }
    guard let identity = KerasIdentity(root) else {
      throw .malformed("the model has no class_name", place: place)
    }
    let className = identity.className
    guard identity.isKeras, ["Sequential", "Functional", "Model"].contains(className) else {
      throw .unsupported(
        "a model of class \(identity.description)", place: place, supported: "Sequential, Functional, Model")
    }
    guard let config = root["config"] else { throw .malformed("the model has no config", place: place) }
    guard let elements = config.array ?? config["layers"]?.array else {
      throw .malformed("the model has no list of layers", place: place)
    }
    guard elements.count <= maximumLayers else {
      throw .unsupported("a model of \(elements.count) layers", place: place, supported: "\(maximumLayers)")
    }
    let version = kerasMajorVersion(root, config, stated: kerasVersion)
    var layers: [KerasLayer] = []
    layers.reserveCapacity(elements.count)
    var counts: [String: Int] = [:]
    for (index, element) in elements.enumerated() {
      layers.append(try KerasLayer(element, index: index, counts: &counts))
    }
    // What can never run is said before any detail of what could.
    for layer in layers { try layer.checkClass() }
    let name = config["name"]?.string ?? (className == "Sequential" ? "sequential" : "functional")
    if className == "Sequential" {
      let shape = config["build_input_shape"] ?? root["build_config"]?["input_shape"]
      return try decodeSequential(name: name, layers: layers, buildShape: shape, kerasVersion: version)
    }
    return try decodeFunctional(name: name, layers: layers, config: config, kerasVersion: version)
  }

  /// Makes a network of the text that Keras writes; as `decode(modelConfiguration:kerasVersion:)` of its bytes.
  public static func decode(modelConfiguration text: String, kerasVersion: String?) throws(GraphError)
    -> Network
  {
    try decode(modelConfiguration: [UInt8](text.utf8), kerasVersion: kerasVersion)
  }

  /// The first number of the Keras that wrote the text: 1, 2 or 3.
  private static func kerasMajorVersion(_ root: JSONNode, _ config: JSONNode, stated: String?) -> Int {
    for text in [root["keras_version"]?.string, stated] {
      switch text?.utf8.first {
      case UInt8(ascii: "1"): return 1
      case UInt8(ascii: "2"): return 2
      case UInt8(ascii: "3"): return 3
      default: continue
      }
    }
    for layer in config.array ?? config["layers"]?.array ?? [] {
      let options = layer["config"]
      if options?["batch_shape"] != nil || layer["build_config"] != nil { return 3 }
      if options?["output_dim"] != nil, layer["class_name"]?.string == "Dense" { return 1 }
      if options?["batch_input_shape"] != nil || layer["inbound_nodes"]?.array?.first?.array != nil {
        return 2
      }
    }
    return config.isArray ? 2 : 3
  }
}

/// A layer as the text spells it, before its options are read.
struct KerasLayer {
  let name: String
  private let identity: KerasIdentity
  /// What this module knows of its class; nil for a class that is not known.
  let entry: LayerEntry?
  /// Its options.
  let config: JSONNode
  /// The calls, in a Functional model.
  let inboundNodes: JSONNode?
  /// The input's shape that Keras 3 notes beside the options of a layer that it has built.
  let buildShape: JSONNode?

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
    self.config = config
    self.identity = identity
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
    inboundNodes = value["inbound_nodes"]
    buildShape = value["build_config"]?["input_shape"]
    // Keras 1 nests a Sequential as a bare list; its class is refused by name later.
    guard config.isObject || identity.className == "Sequential" else {
      throw .malformed("its config is \(config.summary); an object is expected", place: place())
    }
  }

  /// Refuses a class that this module does not know.
  func checkClass() throws(GraphError) {
    if entry != nil { return }
    let what: String
    switch identity.className {
    case "Sequential", "Functional", "Model": what = "a \(identity.className) model as a layer"
    case "Lambda", "TFOpLambda", "SlicingOpLambda": what = "the class \(identity.description), Python code,"
    default: what = "the class \(identity.description)"
    }
    throw .unsupported(what, place: place, supported: LayerTable.classNames)
  }

  /// Reads the options.
  /// - Parameter callOptions: The options of its calls that are true.
  func decode(kerasVersion: Int, callOptions: [String] = []) throws(GraphError) -> Network.NamedLayer {
    do throws(GraphError) {
      guard let entry else {
        throw .unsupported("the class \(identity.description)", place: "", supported: LayerTable.classNames)
      }
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
