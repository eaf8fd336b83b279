extension NumPyArray {
  /// All values as `Float`, in C order; integers and `float64` are rounded to the nearest, true is 1.
  public func float32Values() -> [Float] {
    switch dataType {
    case .bool: bytes.map { $0 == 0 ? 0 : 1 }
    case .int8: scalars(in: bytes, as: Int8.self).map { Float($0) }
    case .int16: scalars(in: bytes, as: Int16.self).map { Float($0) }
    case .int32: scalars(in: bytes, as: Int32.self).map { Float($0) }
    case .int64: scalars(in: bytes, as: Int64.self).map { Float($0) }
    case .uint8: bytes.map { Float($0) }
    case .uint16: scalars(in: bytes, as: UInt16.self).map { Float($0) }
    case .uint32: scalars(in: bytes, as: UInt32.self).map { Float($0) }
    case .uint64: scalars(in: bytes, as: UInt64.self).map { Float($0) }
    case .float16: scalars(in: bytes, as: UInt16.self).map { floatOfHalf($0) }
    case .float32: scalars(in: bytes, as: Float.self)
    case .float64: scalars(in: bytes, as: Double.self).map { Float($0) }
    }
  }

  /// All values as `Double`, in C order; 64-bit integers are rounded to the nearest, true is 1.
  public func float64Values() -> [Double] {
    switch dataType {
    case .int32: scalars(in: bytes, as: Int32.self).map { Double($0) }
    case .int64: scalars(in: bytes, as: Int64.self).map { Double($0) }
    case .uint32: scalars(in: bytes, as: UInt32.self).map { Double($0) }
    case .uint64: scalars(in: bytes, as: UInt64.self).map { Double($0) }
    case .float64: scalars(in: bytes, as: Double.self)
    // A Float holds every value of the others exactly.
    case .bool, .int8, .int16, .uint8, .uint16, .float16, .float32: float32Values().map { Double($0) }
    }
  }

  /// All values as `Int64`, in C order; true is 1.
  ///
  /// - Throws: `ArrayFileError` of kind `unsupported` at the first value that is no whole number of 64 bits:
  ///   a fraction, NaN, or too large.
  public func int64Values() throws(ArrayFileError) -> [Int64] {
    switch dataType {
    case .bool: return bytes.map { $0 == 0 ? 0 : 1 }
    case .int8: return scalars(in: bytes, as: Int8.self).map { Int64($0) }
    case .int16: return scalars(in: bytes, as: Int16.self).map { Int64($0) }
    case .int32: return scalars(in: bytes, as: Int32.self).map { Int64($0) }
    case .int64: return scalars(in: bytes, as: Int64.self)
    case .uint8: return bytes.map { Int64($0) }
    case .uint16: return scalars(in: bytes, as: UInt16.self).map { Int64($0) }
    case .uint32: return scalars(in: bytes, as: UInt32.self).map { Int64($0) }
    case .uint64:
      var result: [Int64] = []
      result.reserveCapacity(count)
      for value in scalars(in: bytes, as: UInt64.self) {
        guard let whole = Int64(exactly: value) else { throw notWhole("\(value)", index: result.count) }
        result.append(whole)
      }
      return result
    case .float16, .float32, .float64:
      var result: [Int64] = []
      result.reserveCapacity(count)
      for value in float64Values() {
        guard let whole = Int64(exactly: value) else { throw notWhole("\(value)", index: result.count) }
        result.append(whole)
      }
      return result
    }
  }

  private func notWhole(_ value: String, index: Int) -> ArrayFileError {
    ArrayFileError(
      .unsupported, place: "value \(index) of a \(dataType.name) array", found: value,
      supported: "whole numbers that fit 64 bits")
  }
}

/// The value of IEEE 754 binary16 bits.
///
/// By hand, because Swift's `Float16` is not there on every platform.
func floatOfHalf(_ bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let exponent = UInt32(bits >> 10) & 0x1f
  let fraction = UInt32(bits) & 0x3ff
  switch exponent {
  case 0:
    // Zero and the subnormals: the fraction counts units of 2^-24.
    let magnitude = Float(fraction) * Float(bitPattern: (127 - 24) << 23)
    return sign == 0 ? magnitude : -magnitude
  case 0x1f: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
  default: return Float(bitPattern: sign | (exponent + 127 - 15) << 23 | fraction << 13)
  }
}

/// The values that `bytes` hold one after another; bytes that make no whole value at the end are left out.
func scalars<Scalar: NumPyScalar>(in bytes: [UInt8], as type: Scalar.Type) -> [Scalar] {
  let count = bytes.count / MemoryLayout<Scalar>.size
  guard count > 0 else { return [] }
  // Every bit pattern is a value of the types that conform, save Bool, for which nothing calls this. The
  // buffer has room for `count` values, and `count` values' bytes are in `bytes`.
  return unsafe [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
    unsafe bytes.withUnsafeBytes { source in
      let whole = unsafe UnsafeRawBufferPointer(rebasing: source.prefix(count * MemoryLayout<Scalar>.size))
      unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: whole)
    }
    initialized = count
  }
}

/// The bytes of `values`, one after another.
func bytesOfScalars<Scalar: NumPyScalar>(_ values: [Scalar]) -> [UInt8] {
  // Conforming types have no padding, so all their bytes are initialized.
  unsafe values.withUnsafeBytes { unsafe [UInt8]($0) }
}
