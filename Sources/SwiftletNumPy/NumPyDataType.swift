#if _endian(big)
  #error("SwiftletNumPy keeps values little-endian in memory and reads them as they lie")
#endif

/// What one value of a `NumPyArray` is.
///
/// Everything else that NumPy knows (complex numbers, text, dates, objects, records) is refused by name.
public enum NumPyDataType: Sendable, Hashable, CaseIterable {
  case bool
  case int8
  case int16
  case int32
  case int64
  case uint8
  case uint16
  case uint32
  case uint64
  case float16
  case float32
  case float64

  /// Bytes of one value.
  public var byteCount: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// NumPy's name, `float32` for example.
  public var name: String {
    switch self {
    case .bool: "bool"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .uint8: "uint8"
    case .uint16: "uint16"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .float16: "float16"
    case .float32: "float32"
    case .float64: "float64"
    }
  }

  /// NumPy's type code without the byte order, `f4` for example.
  public var code: String {
    switch self {
    case .bool: "b1"
    case .int8: "i1"
    case .int16: "i2"
    case .int32: "i4"
    case .int64: "i8"
    case .uint8: "u1"
    case .uint16: "u2"
    case .uint32: "u4"
    case .uint64: "u8"
    case .float16: "f2"
    case .float32: "f4"
    case .float64: "f8"
    }
  }

  /// The array protocol's description of little-endian values, `<f4` for example; `|u1` for single bytes.
  public var descriptor: String { (byteCount == 1 ? "|" : "<") + code }

  /// Whether the values are floating-point numbers.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .float32, .float64: true
    default: false
    }
  }

  /// The type with NumPy's code `code`, such as `f4`; nil for any that is not supported.
  public init?(code: String) {
    for candidate in NumPyDataType.allCases where candidate.code == code {
      self = candidate
      return
    }
    return nil
  }

  /// All names, for messages that say what is supported.
  static var supportedNames: String {
    var names = ""
    for candidate in NumPyDataType.allCases { names += (names.isEmpty ? "" : ", ") + candidate.name }
    return names
  }
}

/// The order of the bytes of one value in a file or a pickle.
public enum NumPyByteOrder: Sendable, Hashable {
  case littleEndian
  case bigEndian
}

/// The order of values: `c` has the last index vary fastest, `fortran` the first.
public enum NumPyMemoryOrder: Sendable, Hashable {
  case c
  case fortran
}

/// A Swift number type that NumPy has too, whose values lie in memory as NumPy stores them.
public protocol NumPyScalar: BitwiseCopyable, Sendable {
  /// The matching type of NumPy.
  static var numPyDataType: NumPyDataType { get }
}

extension Bool: NumPyScalar {
  /// NumPy's `bool`.
  public static var numPyDataType: NumPyDataType { .bool }
}
extension Int8: NumPyScalar {
  /// NumPy's `int8`.
  public static var numPyDataType: NumPyDataType { .int8 }
}
extension Int16: NumPyScalar {
  /// NumPy's `int16`.
  public static var numPyDataType: NumPyDataType { .int16 }
}
extension Int32: NumPyScalar {
  /// NumPy's `int32`.
  public static var numPyDataType: NumPyDataType { .int32 }
}
extension Int64: NumPyScalar {
  /// NumPy's `int64`.
  public static var numPyDataType: NumPyDataType { .int64 }
}
extension UInt8: NumPyScalar {
  /// NumPy's `uint8`.
  public static var numPyDataType: NumPyDataType { .uint8 }
}
extension UInt16: NumPyScalar {
  /// NumPy's `uint16`.
  public static var numPyDataType: NumPyDataType { .uint16 }
}
extension UInt32: NumPyScalar {
  /// NumPy's `uint32`.
  public static var numPyDataType: NumPyDataType { .uint32 }
}
extension UInt64: NumPyScalar {
  /// NumPy's `uint64`.
  public static var numPyDataType: NumPyDataType { .uint64 }
}
extension Float: NumPyScalar {
  /// NumPy's `float32`.
  public static var numPyDataType: NumPyDataType { .float32 }
}
extension Double: NumPyScalar {
  /// NumPy's `float64`.
  public static var numPyDataType: NumPyDataType { .float64 }
}
