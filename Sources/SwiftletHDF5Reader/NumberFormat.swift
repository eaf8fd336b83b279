/// How to make a number of one stored element.
struct NumberFormat: Sendable {
  private enum Kind: Sendable {
    case integer(signed: Bool, shift: UInt64, precision: UInt64)
    case float(HDF5Datatype.FloatFormat)
  }

  private let kind: Kind
  private let isBigEndian: Bool
  /// Bytes of an element, 1 to 8.
  let size: Int
  /// Whether an element's bytes are those of a `Float` of this machine.
  let isNativeFloat32: Bool
  /// Whether elements are integers.
  let isInteger: Bool

  /// Nil if elements of this datatype are not numbers that can be read.
  init?(_ datatype: HDF5Datatype) {
    size = datatype.size
    switch datatype.kind {
    case .integer(let signed, let order, let shift, let precision):
      kind = .integer(signed: signed, shift: UInt64(shift), precision: UInt64(precision))
      isBigEndian = order == .big
      isNativeFloat32 = false
      isInteger = true
    case .float(let format, let order):
      kind = .float(format)
      isBigEndian = order == .big
      #if _endian(little)
        isNativeFloat32 = format == .float32 && order == .little
      #else
        isNativeFloat32 = format == .float32 && order == .big
      #endif
      isInteger = false
    default: return nil
    }
  }

  /// The element's bytes as an unsigned integer.
  /// - Precondition: `size` bytes follow from `first` on.
  func raw(_ bytes: [UInt8], at first: Int) -> UInt64 {
    var value: UInt64 = 0
    if isBigEndian {
      for index in first..<first + size { value = value << 8 | UInt64(bytes[index]) }
    } else {
      for index in (first..<first + size).reversed() { value = value << 8 | UInt64(bytes[index]) }
    }
    return value
  }

  /// The nearest `Float`, ties to even, as NumPy's `astype` rounds.
  func float32(_ raw: UInt64) -> Float {
    switch kind {
    case .integer(let signed, _, _):
      let bits = integerBits(raw)
      return signed ? Float(Int64(bitPattern: bits)) : Float(bits)
    case .float(.float16): return Self.half(UInt16(truncatingIfNeeded: raw))
    case .float(.bfloat16): return Float(bitPattern: UInt32(truncatingIfNeeded: raw) << 16)
    case .float(.float32): return Float(bitPattern: UInt32(truncatingIfNeeded: raw))
    case .float(.float64): return Float(Double(bitPattern: raw))
    }
  }

  /// The nearest `Double`.
  func float64(_ raw: UInt64) -> Double {
    switch kind {
    case .integer(let signed, _, _):
      let bits = integerBits(raw)
      return signed ? Double(Int64(bitPattern: bits)) : Double(bits)
    case .float(.float64): return Double(bitPattern: raw)
    case .float: return Double(float32(raw))
    }
  }

  /// The integer; nil if it does not fit, or if elements are not integers.
  func int64(_ raw: UInt64) -> Int64? {
    guard case .integer(let signed, _, _) = kind else { return nil }
    let bits = integerBits(raw)
    return signed ? Int64(bitPattern: bits) : Int64(exactly: bits)
  }

  /// The integer's bits alone, with the sign spread over the upper ones.
  private func integerBits(_ raw: UInt64) -> UInt64 {
    guard case .integer(let signed, let shift, let precision) = kind else { return raw }
    // Upwards first, so that what lies above the precision falls out.
    let top = raw << (64 - shift - precision)
    return signed
      ? UInt64(bitPattern: Int64(bitPattern: top) >> Int64(64 - precision)) : top >> (64 - precision)
  }

  /// IEEE 754 binary16, by its definition: every value is exact in a `Float`.
  private static func half(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1f)
    let fraction = UInt32(bits & 0x03ff)
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      return Float(bitPattern: magnitude.bitPattern | sign)
    case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
