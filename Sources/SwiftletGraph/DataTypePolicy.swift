/// The types in which Keras computes a layer and keeps its weights. The runtime computes in float32 whatever the
/// policy says; it is kept so that it is written again.
public struct DataTypePolicy: Sendable, Hashable {
  /// Keras's name: that of a type, `mixed_float16` or `mixed_bfloat16`.
  public let name: String

  /// What Keras does unless told.
  public static let float32 = DataTypePolicy(checked: "float32")

  private init(checked name: String) { self.name = name }

  /// The policy that Keras calls `name`; nil for quantized ones and unknown names.
  public init?(name: String) {
    guard name == "mixed_float16" || name == "mixed_bfloat16" || DataType(name: name) != nil else {
      return nil
    }
    self.name = name
  }

  /// The one type of a policy that is not mixed.
  public var computeDataType: DataType? { DataType(name: name) }

  /// Whether it computes with fractions.
  public var isFloatingPoint: Bool { computeDataType?.isFloatingPoint ?? true }

  /// What Keras wrote: a name, or a policy object with a name.
  init(configuration value: JSONNode) throws(GraphError) {
    var name = value
    if value.isObject {
      let supported = "DTypePolicy, Policy"
      let found = value["class_name"]?.string ?? ""
      guard found == "DTypePolicy" || found == "Policy" || found == "PolicyV1" || found == "FloatDTypePolicy"
      else {
        throw .unsupported(
          "the data type policy \(JSONValue.string(found).summary)", place: "", supported: supported)
      }
      if let inner = value["config"]?["name"] { name = inner }
    }
    guard let text = name.string else {
      throw .malformed("dtype is \(value.summary); a name is expected", place: "")
    }
    guard let policy = DataTypePolicy(name: text) else {
      throw .unsupported(
        "the data type \(name.summary)", place: "",
        supported: "mixed_float16, mixed_bfloat16, " + DataType.allNames)
    }
    self = policy
  }

  /// As Keras 3 writes it.
  var configuration: JSONValue {
    .members([
      ("module", .string("keras")), ("class_name", .string("DTypePolicy")),
      ("config", .members([("name", .string(name))])), ("registered_name", .null),
    ])
  }
}
