/// The types in which Keras computes a layer and keeps its weights. The runtime computes in float32 whatever the
/// policy says; it is kept so that it is written again.
public struct DataTypePolicy: Sendable, Hashable {
  private enum Kind: Hashable {
    /// To compute in a type, and to keep weights in it.
    case single(DataType)
    /// To compute in a shorter type than the weights are kept in.
    case mixedFloat16, mixedBfloat16
  }

  private let kind: Kind

  /// What Keras does unless told.
  public static let float32 = DataTypePolicy(.single(.float32))

  private init(_ kind: Kind) { self.kind = kind }

  /// The policy that Keras calls `name`; nil for quantized ones and unknown names.
  public init?(name: String) {
    switch name {
    case "mixed_float16": kind = .mixedFloat16
    case "mixed_bfloat16": kind = .mixedBfloat16
    default:
      guard let type = DataType(name: name) else { return nil }
      kind = .single(type)
    }
  }

  /// Keras's name: that of a type, `mixed_float16` or `mixed_bfloat16`.
  public var name: String {
    switch kind {
    case .single(let type): type.name
    case .mixedFloat16: "mixed_float16"
    case .mixedBfloat16: "mixed_bfloat16"
    }
  }

  /// The one type of a policy that is not mixed.
  public var computeDataType: DataType? {
    if case .single(let type) = kind { type } else { nil }
  }

  /// Whether it computes with fractions.
  public var isFloatingPoint: Bool { computeDataType?.isFloatingPoint ?? true }

  /// What Keras wrote: a name, or a policy object with a name.
  init(configuration value: JSONNode) throws(GraphError) {
    var name = value
    if value.isObject {
      let found = value["class_name"]
      guard let found, found.isText(among: ["DTypePolicy", "Policy", "PolicyV1", "FloatDTypePolicy"]) else {
        throw .unsupported(
          "the data type policy \(JSONValue.string(found?.string ?? "").summary)", place: "",
          supported: "DTypePolicy, Policy")
      }
      if let inner = value["config"]?["name"] { name = inner }
    }
    guard name.isString else {
      throw .malformed("dtype is \(value.summary); a name is expected", place: "")
    }
    if name.isText("float32") {
      kind = .single(.float32)
    } else if let type = DataType(name: name) {
      kind = .single(type)
    } else if name.isText("mixed_float16") {
      kind = .mixedFloat16
    } else if name.isText("mixed_bfloat16") {
      kind = .mixedBfloat16
    } else {
      throw .unsupported(
        "the data type \(name.summary)", place: "",
        supported: "mixed_float16, mixed_bfloat16, " + DataType.allNames)
    }
  }

  /// As Keras 3 writes it.
  var configuration: JSONValue {
    .members([
      ("module", .string("keras")), ("class_name", .string("DTypePolicy")),
      ("config", .members([("name", .string(name))])), ("registered_name", .null),
    ])
  }
}
