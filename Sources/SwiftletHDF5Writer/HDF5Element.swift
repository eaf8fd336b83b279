import CHDF5

/// How one number lies in a dataset or attribute: little-endian always.
public enum HDF5ElementType: Sendable, Hashable {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64

  /// Bytes an element takes.
  public var size: Int {
    switch self {
    case .int8, .uint8: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// A new libhdf5 datatype, the caller's to close.
  func makeType(_ object: String) throws(HDF5WriterError) -> LibraryHandle {
    let base =
      switch self {
      case .float16, .bfloat16, .float32: swiftlet_H5T_IEEE_F32LE()
      case .float64: swiftlet_H5T_IEEE_F64LE()
      case .int8: swiftlet_H5T_STD_I8LE()
      case .int16: swiftlet_H5T_STD_I16LE()
      case .int32: swiftlet_H5T_STD_I32LE()
      case .int64: swiftlet_H5T_STD_I64LE()
      case .uint8: swiftlet_H5T_STD_U8LE()
      case .uint16: swiftlet_H5T_STD_U16LE()
      case .uint32: swiftlet_H5T_STD_U32LE()
      case .uint64: swiftlet_H5T_STD_U64LE()
      }
    let type = try LibraryHandle(H5Tcopy(base), closing: H5Tclose, "make a datatype", object)
    // Sign at bit 15, then the exponent, then the fraction from bit 0.
    if self == .float16 { try type.setFloat(exponentBits: 5, fractionBits: 10, bias: 15, object) }
    if self == .bfloat16 { try type.setFloat(exponentBits: 8, fractionBits: 7, bias: 127, object) }
    return type
  }
}

extension LibraryHandle {
  fileprivate borrowing func setFloat(
    exponentBits: Int, fractionBits: Int, bias: Int, _ object: String
  ) throws(HDF5WriterError) {
    let action = "make a 16-bit float datatype"
    _ = try checked(action, object, H5Tset_fields(id, 15, fractionBits, exponentBits, 0, fractionBits))
    _ = try checked(action, object, H5Tset_size(id, 2))
    _ = try checked(action, object, H5Tset_ebias(id, bias))
  }
}

/// A Swift number that a dataset or attribute can hold.
public protocol HDF5Element: BitwiseCopyable, Sendable {
  /// How the file holds it.
  static var hdf5Type: HDF5ElementType { get }
}

extension Float: HDF5Element {
  /// Held as `float32`.
  public static var hdf5Type: HDF5ElementType { .float32 }
}
extension Double: HDF5Element {
  /// Held as `float64`.
  public static var hdf5Type: HDF5ElementType { .float64 }
}
extension Int8: HDF5Element {
  /// Held as `int8`.
  public static var hdf5Type: HDF5ElementType { .int8 }
}
extension Int16: HDF5Element {
  /// Held as `int16`.
  public static var hdf5Type: HDF5ElementType { .int16 }
}
extension Int32: HDF5Element {
  /// Held as `int32`.
  public static var hdf5Type: HDF5ElementType { .int32 }
}
extension Int64: HDF5Element {
  /// Held as `int64`.
  public static var hdf5Type: HDF5ElementType { .int64 }
}
extension Int: HDF5Element {
  /// Held as `int64`.
  public static var hdf5Type: HDF5ElementType { .int64 }
}
extension UInt8: HDF5Element {
  /// Held as `uint8`.
  public static var hdf5Type: HDF5ElementType { .uint8 }
}
extension UInt16: HDF5Element {
  /// Held as `uint16`.
  public static var hdf5Type: HDF5ElementType { .uint16 }
}
extension UInt32: HDF5Element {
  /// Held as `uint32`.
  public static var hdf5Type: HDF5ElementType { .uint32 }
}
extension UInt64: HDF5Element {
  /// Held as `uint64`.
  public static var hdf5Type: HDF5ElementType { .uint64 }
}
#if !(os(macOS) && arch(x86_64))
  extension Float16: HDF5Element {
    /// Held as `float16`.
    public static var hdf5Type: HDF5ElementType { .float16 }
  }
#endif
