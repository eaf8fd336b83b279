/// The type of a tensor's elements, as Keras and NumPy name them.
public enum DataType: UInt8, Sendable, Hashable, CaseIterable {
  case bool, int8, uint8, int16, uint16, int32, uint32, int64, uint64, float16, bfloat16, float32, float64

  /// Keras's name, for example `"float32"`.
  public var name: String { spelling.description }

  private var spelling: StaticString {
    switch self {
    case .bool: "bool"
    case .int8: "int8"
    case .uint8: "uint8"
    case .int16: "int16"
    case .uint16: "uint16"
    case .int32: "int32"
    case .uint32: "uint32"
    case .int64: "int64"
    case .uint64: "uint64"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .float32: "float32"
    case .float64: "float64"
    }
  }

  /// Every name, for messages.
  static var allNames: String { allCases.map { $0.name }.joined(separator: ", ") }

  /// The type that Keras calls `name`; nil if there is none.
  public init?(name: String) {
    for type in DataType.allCases where type.name.isSame(as: name) {
      self = type
      return
    }
    return nil
  }

  /// The type whose name a string of a JSON text is; nil for anything else.
  init?(name: JSONNode) {
    for type in DataType.allCases where name.isText(type.spelling) {
      self = type
      return
    }
    return nil
  }

  /// The bytes that one element takes.
  public var byteCount: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// Whether its elements are numbers with a fraction.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }

  /// The type after a layer that moves elements without computing: Keras casts fractions to the layer's own
  /// type, which is float32 here, and leaves whole numbers as they are.
  var moved: DataType { isFloatingPoint ? .float32 : self }
}
