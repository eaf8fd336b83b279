import SwiftletGraph

/// A type that a caller's tensor may hold. The runtime computes in float32 and converts at the border:
/// integers beyond 2^24 and float64 round to the nearest float32 on the way in; on the way out a number is
/// truncated toward zero and clamped to the type's range.
public protocol TensorElement: BitwiseCopyable, Sendable {
  /// The type as the model file names it.
  static var dataType: DataType { get }
}

extension Float: TensorElement {
  /// Its name in a model file.
  public static var dataType: DataType { .float32 }
}
extension Double: TensorElement {
  /// Its name in a model file.
  public static var dataType: DataType { .float64 }
}
extension Int8: TensorElement {
  /// Its name in a model file.
  public static var dataType: DataType { .int8 }
}
extension UInt8: TensorElement {
  /// Its name in a model file.
  public static var dataType: DataType { .uint8 }
}
extension Int16: TensorElement {
  /// Its name in a model file.
  public static var dataType: DataType { .int16 }
}
extension UInt16: TensorElement {
  /// Its name in a model file.
  public static var dataType: DataType { .uint16 }
}
extension Int32: TensorElement {
  /// Its name in a model file.
  public static var dataType: DataType { .int32 }
}
extension UInt32: TensorElement {
  /// Its name in a model file.
  public static var dataType: DataType { .uint32 }
}
extension Int64: TensorElement {
  /// Its name in a model file.
  public static var dataType: DataType { .int64 }
}
extension UInt64: TensorElement {
  /// Its name in a model file.
  public static var dataType: DataType { .uint64 }
}
