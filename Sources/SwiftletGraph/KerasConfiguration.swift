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
    guard let list = config.isArray ? config : config["layers"], list.isArray else {
      throw .malformed("the model has no list of layers", place: place)
    }
    let count = list.elements.reduce(0) { count, _ in count + 1 }
    guard count <= maximumLayers else {
      throw .unsupported("a model of \(count) layers", place: place, supported: "\(maximumLayers)")
    }
    let version = kerasMajorVersion(root, config, stated: kerasVersion)
    var layers: [KerasLayer] = []
    layers.reserveCapacity(count)
    var counts: [String: Int] = [:]
    for (index, element) in list.elements.enumerated() {
      layers.append(try KerasLayer(element, index: index, counts: &counts))
    }
    // What can never run is said before any detail of what could.
    for layer in layers { _ = try layer.knownEntry() }
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
