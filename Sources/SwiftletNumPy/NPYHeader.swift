/// The header of an .npy file, versions 1 to 3: what the values are, and where they start.
///
/// Source: NumPy's documentation, `numpy.lib.format`.
struct NPYHeader {
  static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  /// Bytes that always suffice to say how long the header is.
  static let prefixCount = 12

  let dataType: NumPyDataType
  let byteOrder: NumPyByteOrder
  let memoryOrder: NumPyMemoryOrder
  let layout: NumPyLayout
  /// Where the values start, from the start of the file.
  let dataOffset: Int

  /// Where the header's text lies, told by the file's first bytes: `prefix` has 12 of them, or all that the
  /// file holds if that is fewer.
  static func textRange(prefix: ArraySlice<UInt8>, fileCount: Int) throws(ArrayFileError) -> Range<Int> {
    let bytes = [UInt8](prefix)
    guard bytes.starts(with: magic) else {
      let cutShort = magic.starts(with: bytes)
      throw ArrayFileError(
        .malformed, place: "npy", offset: 0,
        found: cutShort ? "\(bytes.count) bytes, too few for a header" : "bytes that are no NumPy array",
        supported: "an .npy file starts with \\x93NUMPY")
    }
    guard bytes.count >= 8 else { throw cut(at: bytes.count) }
    let lengthCount: Int
    switch bytes[6] {
    case 1: lengthCount = 2
    case 2, 3: lengthCount = 4
    default:
      throw ArrayFileError(
        .unsupported, place: "npy", offset: 6, found: "format version \(bytes[6]).\(bytes[7])",
        supported: "versions 1.0, 2.0 and 3.0")
    }
    guard bytes[7] == 0 else {
      throw ArrayFileError(
        .unsupported, place: "npy", offset: 7, found: "format version \(bytes[6]).\(bytes[7])",
        supported: "versions 1.0, 2.0 and 3.0")
    }
    guard bytes.count >= 8 + lengthCount else { throw cut(at: bytes.count) }
    var length = 0
    for byte in bytes[8..<8 + lengthCount].reversed() { length = length << 8 | Int(byte) }
    let start = 8 + lengthCount
    guard length <= fileCount - start else {
      throw ArrayFileError(
        .malformed, place: "npy header", offset: 8, found: "a length of \(length) bytes",
        supported: "the file holds \(fileCount - start) after it")
    }
    return start..<start + length
  }

  /// Reads the header, whose text lies at `text` in `bytes`, of a file of `fileCount` bytes.
  init(bytes: ArraySlice<UInt8>, text: Range<Int>, fileCount: Int) throws(ArrayFileError) {
    var parser = NPYHeaderText(bytes[text], version: bytes[bytes.startIndex + 6])
    let (descriptor, isFortran, shape) = try parser.parse()
    (dataType, byteOrder) = try NPYHeader.type(of: descriptor)
    memoryOrder = isFortran ? .fortran : .c
    dataOffset = text.upperBound
    guard let layout = NumPyLayout(shape: shape, dataType: dataType) else {
      throw ArrayFileError(
        .malformed, place: "npy header", offset: text.lowerBound,
        found: "shape \(shapeText(shape)) of \(dataType.name)", supported: "sizes that can be counted")
    }
    let held = fileCount - text.upperBound
    guard layout.byteCount <= held else {
      throw ArrayFileError(
        .malformed, place: "npy data", offset: text.upperBound, found: "\(held) bytes",
        supported: "shape \(shapeText(shape)) of \(dataType.name) needs \(layout.byteCount)")
    }
    guard layout.byteCount == held else {
      throw ArrayFileError(
        .unsupported, place: "npy data", offset: text.upperBound + layout.byteCount,
        found: "\(held - layout.byteCount) bytes after the array", supported: "one array in a file")
    }
    self.layout = layout
  }

  /// The type that the array protocol's text names: a byte order and a code, `<f4` for example.
  private static func type(
    of text: ArraySlice<UInt8>
  ) throws(ArrayFileError) -> (NumPyDataType, NumPyByteOrder) {
    let refusal = ArrayFileError(
      .unsupported, place: "npy header", offset: text.startIndex, found: "type '\(shown(text))'",
      supported: NumPyDataType.supportedNames)
    guard let order = text.first else { throw refusal }
    guard let type = NumPyDataType(code: String(decoding: text.dropFirst(), as: UTF8.self)) else {
      throw refusal
    }
    switch order {
    case UInt8(ascii: "<"): return (type, .littleEndian)
    case UInt8(ascii: ">"): return (type, .bigEndian)
    case UInt8(ascii: "|") where type.byteCount == 1: return (type, .littleEndian)
    default: throw refusal
    }
  }

  private static func cut(at count: Int) -> ArrayFileError {
    ArrayFileError(
      .malformed, place: "npy header", offset: count, found: "the end of the file",
      supported: "a version and a header's length")
  }

  /// A header of version 1.0, byte for byte what NumPy's `save` writes: room for the first length to grow to
  /// 21 digits, and spaces up to a multiple of 64.
  static func bytes(dataType: NumPyDataType, shape: [Int]) -> [UInt8] {
    var text = "{'descr': '\(dataType.descriptor)', 'fortran_order': False, 'shape': \(shapeText(shape)), }"
    if let first = shape.first {
      for _ in 0..<max(0, 21 - "\(first)".utf8.count) { text += " " }
    }
    let unpadded = magic.count + 4 + text.utf8.count + 1
    for _ in 0..<(64 - unpadded % 64) { text += " " }
    text += "\n"
    // At most 64 dimensions of 19 digits: the length always fits 16 bits.
    let length = UInt16(text.utf8.count)
    return magic + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)] + [UInt8](text.utf8)
  }
}
