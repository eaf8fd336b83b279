import SwiftletGraph
import SwiftletKernels

/// Numbers on their way out to a caller's own type.
enum ElementConversion {
  /// Writes `count` numbers as `type`: integers truncated toward zero and clamped, NaN as 0.
  /// - Precondition: both pointers are valid for `count` elements of their types, and do not overlap.
  static func write(
    _ source: UnsafePointer<Float>, _ count: Int, to target: UnsafeMutableRawPointer, as type: DataType
  ) {
    switch type {
    case .int8: unsafe integers(source, count, target, Int8.self)
    case .uint8: unsafe integers(source, count, target, UInt8.self)
    case .int16: unsafe integers(source, count, target, Int16.self)
    case .uint16: unsafe integers(source, count, target, UInt16.self)
    case .int32: unsafe integers(source, count, target, Int32.self)
    case .uint32: unsafe integers(source, count, target, UInt32.self)
    case .int64: unsafe integers(source, count, target, Int64.self)
    case .uint64: unsafe integers(source, count, target, UInt64.self)
    case .float64:
      let target = unsafe target.assumingMemoryBound(to: Double.self)
      for index in 0..<count { unsafe target[index] = Double(source[index]) }
    // `Session.bindOutput` lets none of the others through, and float32 needs no conversion.
    case .bool, .float16, .bfloat16, .float32: break
    }
  }

  private static func integers<Integer: FixedWidthInteger>(
    _ source: UnsafePointer<Float>, _ count: Int, _ target: UnsafeMutableRawPointer, _ type: Integer.Type
  ) {
    let target = unsafe target.assumingMemoryBound(to: type)
    // The bounds as floats may round outward, so a value at or beyond one is clamped before it is converted.
    let low = Float(Integer.min)
    let high = Float(Integer.max)
    for index in 0..<count {
      let value = unsafe source[index]
      unsafe target[index] =
        value >= high ? .max : value <= low ? .min : value.isNaN ? 0 : Integer(value)
    }
  }
}

extension DataType {
  /// The kernels' name for it.
  var kernelType: swiftlet_type {
    switch self {
    case .bool: SWIFTLET_BOOL
    case .int8: SWIFTLET_INT8
    case .uint8: SWIFTLET_UINT8
    case .int16: SWIFTLET_INT16
    case .uint16: SWIFTLET_UINT16
    case .int32: SWIFTLET_INT32
    case .uint32: SWIFTLET_UINT32
    case .int64: SWIFTLET_INT64
    case .uint64: SWIFTLET_UINT64
    case .float16: SWIFTLET_FLOAT16
    case .bfloat16: SWIFTLET_BFLOAT16
    case .float32: SWIFTLET_FLOAT32
    case .float64: SWIFTLET_FLOAT64
    }
  }
}
