/// What one element of a dataset or an attribute is.
public struct HDF5Datatype: Sendable, Equatable {
  /// How the bytes of a number lie.
  public enum ByteOrder: Sendable, Equatable {
    /// Least significant byte first.
    case little
    /// Most significant byte first.
    case big
  }

  /// Floating-point formats that can be read.
  public enum FloatFormat: Sendable, Equatable {
    /// IEEE 754 binary16.
    case float16
    /// The upper half of an IEEE 754 binary32.
    case bfloat16
    /// IEEE 754 binary32.
    case float32
    /// IEEE 754 binary64.
    case float64
  }

  /// How a fixed-length string fills its place.
  public enum StringPadding: Sendable, Equatable {
    /// Ends at its first zero byte.
    case zeroTerminated
    /// Zero bytes at the end are not part of it.
    case zeroPadded
    /// Spaces at the end are not part of it.
    case spacePadded
  }

  /// The classes of element, with what is needed to read those that can be read.
  public enum Kind: Sendable, Equatable {
    /// An integer: `precision` bits from bit `shift` up.
    case integer(signed: Bool, order: ByteOrder, shift: Int, precision: Int)
    /// A number in one of the known floating-point formats.
    case float(FloatFormat, order: ByteOrder)
    /// A string of as many bytes as the datatype's size.
    case string(StringPadding)
    /// A string of any length, in a global heap.
    case variableString(StringPadding)
    /// Bytes without a meaning that HDF5 knows; bfloat16 as Keras writes it.
    case opaque(tag: String)
    /// Valid, listed, and refused when it is read; the text names it.
    case other(String)
  }

  /// The class of the element.
  public let kind: Kind
  /// How many bytes one element takes where it is stored.
  public let size: Int
  /// Whether it is an enumeration over that integer (a boolean, as h5py writes it, is one of a byte).
  public let isEnumeration: Bool

  /// A short name: `float32`, `int16 big-endian`, `string of 8 bytes`, `compound of 16 bytes`.
  public var description: String {
    switch kind {
    case .integer(let signed, let order, _, let precision):
      (isEnumeration ? "enumeration of " : "") + (signed ? "int" : "uint") + "\(precision)" + suffix(order)
    case .float(let format, let order): name(of: format) + suffix(order)
    case .string: "string of \(size) bytes"
    case .variableString: "string"
    case .opaque(let tag): "opaque of \(size) bytes" + (tag.isEmpty ? "" : " tagged \"\(tag)\"")
    case .other(let what): "\(what) of \(size) bytes"
    }
  }

  private func suffix(_ order: ByteOrder) -> String { order == .big && size > 1 ? " big-endian" : "" }

  private func name(of format: FloatFormat) -> String {
    switch format {
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .float32: "float32"
    case .float64: "float64"
    }
  }
}

extension HDF5Datatype {
  /// A datatype message (HDF5 specification, section IV.A.2.d).
  init(_ message: inout Cursor) throws(HDF5Error) { try self.init(&message, inside: false) }

  /// - Parameter inside: whether this is the base of an enumeration or of a variable-length type: bases do not
  ///   nest any further here.
  private init(_ message: inout Cursor, inside: Bool) throws(HDF5Error) {
    let place = message.offset
    let classAndVersion = try message.u8()
    let version = classAndVersion >> 4
    guard (1...5).contains(version) else {
      throw .unsupported("a datatype of version \(version)", offset: place)
    }
    let bits = try message.unsigned(size: 3)
    size = Int(try message.u32())
    // A size of zero would let any number of elements lie in no bytes at all.
    guard size > 0 else { throw .malformed("a datatype of no bytes", offset: place) }

    var isEnumeration = false
    switch classAndVersion & 0x0f {
    case 0: kind = try Self.integer(&message, bits: bits, size: size, offset: place)
    case 1: kind = try Self.float(&message, bits: bits, size: size, offset: place)
    case 2: kind = .other("time")
    case 3: kind = .string(try Self.padding(bits & 0x0f, offset: place))
    case 4: kind = .other("bit field")
    case 5:
      let tag = try message.text(min(Int(bits & 0xff), message.remaining))
      kind = .opaque(tag: tag)
    case 6: kind = .other("compound")
    case 7: kind = .other("reference")
    case 8:
      if inside {
        kind = .other("enumeration")
      } else {
        let base = try HDF5Datatype(&message, inside: true)
        guard base.size == size, case .integer = base.kind else {
          throw .malformed("an enumeration over \(base.description)", offset: place)
        }
        kind = base.kind
        isEnumeration = true
      }
    case 9:
      if bits & 0x0f == 1 {
        kind = .variableString(try Self.padding(bits >> 4 & 0x0f, offset: place))
      } else {
        kind = .other("variable-length sequence")
      }
    case 10: kind = .other("array")
    case 11: kind = .other("complex number")
    case let unknown: throw .unsupported("a datatype of class \(unknown)", offset: place)
    }
    self.isEnumeration = isEnumeration
  }

  private static func padding(_ code: UInt64, offset: UInt64) throws(HDF5Error) -> StringPadding {
    switch code {
    case 0: .zeroTerminated
    case 1: .zeroPadded
    case 2: .spacePadded
    default: throw .unsupported("a string with padding \(code)", offset: offset)
    }
  }

  private static func integer(
    _ message: inout Cursor, bits: UInt64, size: Int, offset: UInt64
  ) throws(HDF5Error) -> Kind {
    let shift = Int(try message.u16())
    let precision = Int(try message.u16())
    guard size <= 8 else { return .other("integer") }
    guard precision > 0, shift + precision <= 8 * size else {
      throw .malformed("an integer of bits \(shift)..<\(shift + precision) in \(size) bytes", offset: offset)
    }
    return .integer(
      signed: bits & 0x08 != 0, order: bits & 0x01 != 0 ? .big : .little, shift: shift, precision: precision)
  }

  private static func float(
    _ message: inout Cursor, bits: UInt64, size: Int, offset: UInt64
  ) throws(HDF5Error) -> Kind {
    let bitOffset = try message.u16()
    let precision = Int(try message.u16())
    let exponentAt = try message.u8()
    let exponentSize = try message.u8()
    let mantissaAt = try message.u8()
    let mantissaSize = try message.u8()
    let bias = try message.u32()
    let sign = Int(bits >> 8 & 0xff)
    let order: ByteOrder = bits & 0x01 != 0 ? .big : .little
    // Bit 6 with bit 0 is VAX order; a normalization of 2 is the implied leading one of IEEE 754.
    let isPlain =
      bitOffset == 0 && precision == 8 * size && sign == precision - 1 && bits & 0x40 == 0
      && bits >> 4 & 0x03 == 2 && mantissaAt == 0 && exponentAt == mantissaSize
    switch (isPlain, size, exponentSize, mantissaSize, bias) {
    case (true, 2, 5, 10, 15): return .float(.float16, order: order)
    case (true, 2, 8, 7, 127): return .float(.bfloat16, order: order)
    case (true, 4, 8, 23, 127): return .float(.float32, order: order)
    case (true, 8, 11, 52, 1023): return .float(.float64, order: order)
    default:
      return .other("floating-point number with \(exponentSize) exponent and \(mantissaSize) mantissa bits,")
    }
  }
}
