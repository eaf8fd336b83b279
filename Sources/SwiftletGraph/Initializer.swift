/// How training begins with a weight. Inference never reads it.
public enum Initializer: Sendable, Equatable {
  case zeros, ones
  case constant(Float)
  case glorotUniform, glorotNormal
  case heUniform, heNormal
  case lecunUniform, lecunNormal
  /// Any other that Keras wrote, kept so that it is written again as it was.
  case other(JSONValue)
}

extension Initializer {
  /// What Keras wrote: a name of any Keras's spelling, or a class with options. One with a seed, or that is not
  /// among the cases, is kept as it is.
  init(configuration value: JSONNode) { self = Initializer.known(value) ?? .other(value.value) }

  private static func known(_ value: JSONNode) -> Initializer? {
    if value.isString { return named(value) }
    guard let name = value["class_name"], name.isString else { return nil }
    let options = value["config"]
    var count = 0
    // The axes that Keras 3.15 adds are null unless somebody set them.
    var isPlain = true
    if let options {
      for member in options.members {
        count += 1
        if !member.value.isNull { isPlain = false }
      }
    }
    if count == 1, name.isText("Constant"), let constant = options?["value"]?.double, !constant.isNaN {
      return .constant(Float(constant))
    } else if name.isText("VarianceScaling") {
      // What Keras 1 and 2 write for Glorot, He and LeCun alike.
      guard let options, options["seed"]?.isNull ?? true, let scale = options["scale"]?.double else {
        return nil
      }
      switch (scale, options["mode"]?.string, options["distribution"]?.string) {
      case (1, "fan_avg", "uniform"): return .glorotUniform
      case (1, "fan_avg", "truncated_normal"), (1, "fan_avg", "normal"): return .glorotNormal
      case (2, "fan_in", "uniform"): return .heUniform
      case (2, "fan_in", "truncated_normal"), (2, "fan_in", "normal"): return .heNormal
      case (1, "fan_in", "uniform"): return .lecunUniform
      case (1, "fan_in", "truncated_normal"), (1, "fan_in", "normal"): return .lecunNormal
      default: return nil
      }
    } else if isPlain {
      return named(name)
    } else if count == 1, options?["dtype"]?.isText("float32") ?? false {
      // Early TensorFlow wrote the data type of the constant.
      return named(name)
    }
    return nil
  }

  private static func named(_ name: JSONNode) -> Initializer? {
    if name.isText(among: ["Zeros", "zeros", "zero"]) { return .zeros }
    if name.isText(among: ["Ones", "ones", "one"]) { return .ones }
    if name.isText(among: ["GlorotUniform", "glorot_uniform"]) { return .glorotUniform }
    if name.isText(among: ["GlorotNormal", "glorot_normal"]) { return .glorotNormal }
    if name.isText(among: ["HeUniform", "he_uniform"]) { return .heUniform }
    if name.isText(among: ["HeNormal", "he_normal"]) { return .heNormal }
    if name.isText(among: ["LecunUniform", "lecun_uniform"]) { return .lecunUniform }
    if name.isText(among: ["LecunNormal", "lecun_normal"]) { return .lecunNormal }
    return nil
  }

  /// As Keras 3 writes it.
  public var configuration: JSONValue {
    switch self {
    case .zeros: Initializer.encode("Zeros", [])
    case .ones: Initializer.encode("Ones", [])
    case .constant(let value): Initializer.encode("Constant", [("value", .float(value))])
    case .glorotUniform: Initializer.encode("GlorotUniform", [("seed", .null)])
    case .glorotNormal: Initializer.encode("GlorotNormal", [("seed", .null)])
    case .heUniform: Initializer.encode("HeUniform", [("seed", .null)])
    case .heNormal: Initializer.encode("HeNormal", [("seed", .null)])
    case .lecunUniform: Initializer.encode("LecunUniform", [("seed", .null)])
    case .lecunNormal: Initializer.encode("LecunNormal", [("seed", .null)])
    case .other(let value): value
    }
  }

  private static func encode(_ className: String, _ options: [(String, JSONValue)]) -> JSONValue {
    .members([
      ("module", .string("keras.initializers")), ("class_name", .string(className)),
      ("config", .members(options)), ("registered_name", .null),
    ])
  }
}
