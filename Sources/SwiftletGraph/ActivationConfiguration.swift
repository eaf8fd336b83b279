extension Activation {
  /// The package under which Keras registers what only Swiftlet has: `Swiftlet>heaviside`.
  static let package = "Swiftlet>"

  /// Every activation by the name that stands for it without options, in Keras 3's spelling.
  private static let names: [(String, Activation)] = [
    ("linear", .linear), ("relu", .relu), ("relu6", .relu6), ("leaky_relu", .leakyReLU()), ("elu", .elu),
    ("selu", .selu), ("sigmoid", .sigmoid), ("tanh", .tanh), ("softmax", .softmax), ("softplus", .softplus),
    ("softsign", .softsign), ("gelu", .gelu), ("silu", .silu), ("exponential", .exponential),
    ("hard_sigmoid", .hardSigmoid),
  ]

  /// Those that no Keras has, or not under one name; registered as `Swiftlet>` and this.
  private static let registeredNames: [(String, Activation)] = [
    ("heaviside", .heaviside), ("sign", .sign), ("approximate_gelu", .gelu(approximate: true)),
    ("legacy_hard_sigmoid", .legacyHardSigmoid),
  ]

  /// The names that `init(name:)` knows.
  public static var supportedNames: [String] { (names + registeredNames).map { $0.0 } }

  /// The activation that Keras 3 knows by this name, or Swiftlet by one of its own (`heaviside`, `sign`,
  /// `approximate_gelu`, `legacy_hard_sigmoid`); nil for any other.
  public init?(name: String) {
    let spelled = name == "swish" ? "silu" : name
    for (known, activation) in Activation.names + Activation.registeredNames where known == spelled {
      self = activation
      return
    }
    return nil
  }

  /// The name of the function, whatever its options are: Keras 3's, or Swiftlet's own.
  public var name: String {
    switch self {
    case .linear: "linear"
    case .relu: "relu"
    case .relu6: "relu6"
    case .leakyReLU: "leaky_relu"
    case .elu: "elu"
    case .selu: "selu"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .softmax: "softmax"
    case .softplus: "softplus"
    case .softsign: "softsign"
    case .gelu(let approximate): approximate ? "approximate_gelu" : "gelu"
    case .silu: "silu"
    case .exponential: "exponential"
    case .hardSigmoid: "hard_sigmoid"
    case .legacyHardSigmoid: "legacy_hard_sigmoid"
    case .heaviside: "heaviside"
    case .sign: "sign"
    }
  }

  /// What Keras wrote for an activation: `null`, a name, a registered function's name (`Swiftlet>sign`), a
  /// function as Keras 3 serializes it, or a layer that is nothing but an activation.
  /// - Throws: `GraphError` naming what was found and listing what is supported. Python code in a file is
  ///   never run, so a lambda is refused.
  init(configuration value: JSONNode, kerasVersion: Int) throws(GraphError) {
    if value.isNull {
      self = .linear
    } else if let name = value.string {
      try self.init(fileName: name, kerasVersion: kerasVersion)
    } else if value.isObject {
      guard let identity = KerasIdentity(value) else {
        throw .malformed("the activation \(value.summary) has no class_name", place: "")
      }
      guard !(value["class_name"]?.isText("function") ?? false) else {
        // Keras 3 puts the registered name in either place.
        let registered = value["registered_name"]?.string ?? ""
        guard let name = value["config"]?.string else {
          throw .malformed("the activation \(value.summary) has no name", place: "")
        }
        let isRegistered = registered.utf8.contains(UInt8(ascii: ">"))
        try self.init(fileName: isRegistered ? registered : name, kerasVersion: kerasVersion)
        return
      }
      guard let entry = identity.entry else {
        throw Activation.unsupported("the activation \(identity.description)")
      }
      let configuration = LayerConfiguration(
        options: value["config"], kerasVersion: kerasVersion)
      guard let activation = try entry.decode(configuration).soleActivation else {
        throw Activation.unsupported("the layer \(entry.className) as an activation")
      }
      self = activation
    } else {
      throw .malformed("the activation is \(value.summary); a name is expected", place: "")
    }
  }

  private init(fileName name: String, kerasVersion: Int) throws(GraphError) {
    if name == "hard_sigmoid", kerasVersion < 3 {
      self = .legacyHardSigmoid
    } else if name.hasPrefix(Activation.package) {
      let own = String(name.dropFirst(Activation.package.count))
      guard let known = Activation.registeredNames.first(where: { $0.0 == own }) else {
        throw Activation.unsupported("the activation \(JSONValue.string(name).summary)")
      }
      self = known.1
    } else {
      let spelled = name == "swish" ? "silu" : name
      guard let known = Activation.names.first(where: { $0.0 == spelled }) else {
        throw Activation.unsupported("the activation \(JSONValue.string(name).summary)")
      }
      self = known.1
    }
  }

  private static func unsupported(_ what: String) -> GraphError {
    let supported = names.map { $0.0 } + registeredNames.map { package + $0.0 }
    return .unsupported(what, place: "", supported: supported.joined(separator: ", "))
  }

  /// As Keras 3 writes it: a name; a layer where it has options of its own; a registered function for what
  /// only Swiftlet has.
  public var configuration: JSONValue {
    if let known = Activation.names.first(where: { $0.1 == self }) { return .string(known.0) }
    switch self {
    case .relu(let negativeSlope, let maxValue, let threshold):
      return Activation.encode(ReLU(negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold))
    case .leakyReLU(let negativeSlope): return Activation.encode(LeakyReLU(negativeSlope: negativeSlope))
    case .elu(let alpha): return Activation.encode(ELU(alpha: alpha))
    case .softmax(let axis): return Activation.encode(Softmax(axis: axis))
    default:
      return .members([
        ("module", .string("builtins")), ("class_name", .string("function")),
        ("config", .string(Activation.package + name)), ("registered_name", .string("function")),
      ])
    }
  }

  private static func encode(_ layer: any Layer) -> JSONValue {
    .members([
      ("module", .string("keras.layers")), ("class_name", .string(layer.className)),
      ("config", .members(layer.encodeConfiguration())), ("registered_name", .null),
    ])
  }

  /// The axis of a row (0 is its first) along which a softmax runs over rows of this rank; nil where the axis is
  /// the batch or not there.
  public static func rowAxis(_ axis: Int, rank: Int) -> Int? {
    let index = axis < 0 ? axis + rank : axis - 1
    return index >= 0 && index < rank ? index : nil
  }

  /// Checks that the activation fits a row of this shape.
  /// - Throws: `GraphError.shape` for a softmax along the batch or an axis that is not there.
  public func check(for shape: Shape) throws(GraphError) {
    guard case .softmax(let axis) = self, Activation.rowAxis(axis, rank: shape.rank) == nil else { return }
    throw .shape(
      "softmax along axis \(axis) of \(shape.description): it is the batch or not there", place: "")
  }
}
