import SwiftletSystem

/// Walks through one structure of the file, a field at a time, and never past its end.
///
/// It holds the structure's bytes (read whole, once), knows where in the source each of them lies, and knows
/// how wide the file's addresses and lengths are.
struct Cursor: Sendable {
  private let bytes: [UInt8]
  /// Where `bytes[0]` lies in the source.
  private let origin: UInt64
  private var position: Int
  private let end: Int
  private let offsetSize: Int
  private let lengthSize: Int
  /// The structure's name, for errors.
  let what: StaticString

  init(bytes: [UInt8], origin: UInt64, offsetSize: Int, lengthSize: Int, what: StaticString) {
    self.init(
      bytes: bytes, origin: origin, from: 0, to: bytes.count, offsetSize: offsetSize, lengthSize: lengthSize,
      what: what)
  }

  private init(
    bytes: [UInt8], origin: UInt64, from position: Int, to end: Int, offsetSize: Int, lengthSize: Int,
    what: StaticString
  ) {
    self.bytes = bytes
    self.origin = origin
    self.position = position
    self.end = end
    self.offsetSize = offsetSize
    self.lengthSize = lengthSize
    self.what = what
  }

  /// Where in the source the next byte lies.
  var offset: UInt64 { origin + UInt64(position) }
  /// How many bytes are left.
  var remaining: Int { end - position }

  /// Steps over `count` bytes and gives the index of the first.
  private mutating func take(_ count: Int) throws(HDF5Error) -> Int {
    guard count >= 0, count <= remaining else { throw malformed("\(what) ends early") }
    defer { position += count }
    return position
  }

  mutating func skip(_ count: Int) throws(HDF5Error) { _ = try take(count) }

  /// A little-endian unsigned integer of `size` bytes, 0 to 8.
  mutating func unsigned(size: Int) throws(HDF5Error) -> UInt64 {
    let first = try take(size)
    switch size {
    case 2: return UInt64(load(UInt16.self, at: first))
    case 4: return UInt64(load(UInt32.self, at: first))
    case 8: return load(UInt64.self, at: first)
    default:
      var value: UInt64 = 0
      for index in 0..<min(size, 8) { value |= UInt64(bytes[first + index]) << UInt64(8 * index) }
      return value
    }
  }

  /// The little-endian integer at index `first`, whose bytes must all be there.
  private func load<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, at first: Int) -> Value {
    Value(
      littleEndian: unsafe bytes.withUnsafeBytes {
        unsafe $0.loadUnaligned(fromByteOffset: first, as: type)
      })
  }

  mutating func u8() throws(HDF5Error) -> UInt8 { bytes[try take(1)] }
  mutating func u16() throws(HDF5Error) -> UInt16 { UInt16(truncatingIfNeeded: try unsigned(size: 2)) }
  mutating func u32() throws(HDF5Error) -> UInt32 { UInt32(truncatingIfNeeded: try unsigned(size: 4)) }

  /// A length, as wide as the superblock says.
  mutating func length() throws(HDF5Error) -> UInt64 { try unsigned(size: lengthSize) }

  /// An address relative to the base address, as wide as the superblock says; nil if it is the undefined one.
  mutating func address() throws(HDF5Error) -> UInt64? {
    let value = try unsigned(size: offsetSize)
    let undefined: UInt64 = offsetSize >= 8 ? .max : (1 << UInt64(8 * offsetSize)) - 1
    return value == undefined ? nil : value
  }

  /// An address that must be defined.
  mutating func definedAddress(of target: String) throws(HDF5Error) -> UInt64 {
    let place = offset
    guard let value = try address() else {
      throw .malformed("\(what) has no address of its \(target)", offset: place)
    }
    return value
  }

  /// All bytes that are left, without a copy; their indices are those of the bytes that were read.
  var rest: ArraySlice<UInt8> { bytes[position..<end] }

  mutating func array(_ count: Int) throws(HDF5Error) -> [UInt8] {
    let first = try take(count)
    return [UInt8](bytes[first..<first + count])
  }

  /// The next `count` bytes as a structure of their own, called `what`.
  mutating func structure(_ count: Int, what: StaticString) throws(HDF5Error) -> Cursor {
    structure(at: try place(count), what: what)
  }

  /// Where some bytes of the structure lie.
  struct Place: Sendable {
    fileprivate let first: Int
    fileprivate let end: Int
  }

  /// Steps over `count` bytes and says where they lie.
  mutating func place(_ count: Int) throws(HDF5Error) -> Place {
    let first = try take(count)
    return Place(first: first, end: first + count)
  }

  /// The bytes at `place`, which this cursor or a copy of it gave, as a structure of their own.
  func structure(at place: Place, what: StaticString) -> Cursor {
    Cursor(
      bytes: bytes, origin: origin, from: place.first, to: place.end, offsetSize: offsetSize,
      lengthSize: lengthSize, what: what)
  }

  /// UTF-8 text of `count` bytes, without what follows a zero byte.
  mutating func text(_ count: Int) throws(HDF5Error) -> String {
    let place = offset
    let first = try take(count)
    let content = bytes[first..<first + count]
    return try utf8Text(content[..<(content.firstIndex(of: 0) ?? content.endIndex)], of: what, offset: place)
  }

  /// UTF-8 text up to a zero byte, which is stepped over.
  mutating func terminatedText() throws(HDF5Error) -> String {
    guard let zero = bytes[position..<end].firstIndex(of: 0) else {
      throw malformed("\(what) holds a name without an end")
    }
    return try text(zero + 1 - position)
  }

  mutating func signature(_ expected: StaticString) throws(HDF5Error) {
    guard begins(with: expected) else { throw malformed("\(what) lacks its signature \(expected)") }
    try skip(expected.utf8CodeUnitCount)
  }

  /// Whether the next bytes are `expected`; steps over nothing.
  func begins(with expected: StaticString) -> Bool {
    let count = expected.utf8CodeUnitCount
    guard count <= remaining else { return false }
    for index in 0..<count where unsafe bytes[position + index] != expected.utf8Start[index] { return false }
    return true
  }

  /// Reads a version byte that must be `supported`.
  mutating func version(_ supported: ClosedRange<UInt8>) throws(HDF5Error) -> UInt8 {
    let place = offset
    let version = try u8()
    guard supported.contains(version) else { throw .unsupported("\(what) version \(version)", offset: place) }
    return version
  }

  /// Checks that the structure's last four bytes are the checksum of all bytes before them, and takes them
  /// away from what is left.
  /// - Precondition: nothing has been read yet.
  mutating func checkAndDropChecksum() throws(HDF5Error) {
    guard remaining >= 4 else { throw malformed("\(what) ends early") }
    var tail = self
    try tail.skip(remaining - 4)
    let place = tail.offset
    let stored = try tail.u32()
    let computed = lookup3(bytes[position..<end - 4])
    guard stored == computed else { throw .malformed("the checksum of \(what) is wrong", offset: place) }
    self = try structure(remaining - 4, what: what)
  }

  func malformed(_ text: String) -> HDF5Error { .malformed(text, offset: offset) }
  func unsupported(_ text: String) -> HDF5Error { .unsupported(text, offset: offset) }
}

/// `bytes` as text, if they are UTF-8.
/// - Throws: `HDF5Error.malformed`: replacing what is wrong would let damage pass as text.
func utf8Text(_ bytes: ArraySlice<UInt8>, of what: StaticString, offset: UInt64) throws(HDF5Error) -> String {
  // Nearly all text is ASCII, and the general check takes longer than the reading.
  var all: UInt8 = 0
  for byte in bytes { all |= byte }
  if all < 0x80 { return String(decoding: bytes, as: UTF8.self) }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw .malformed("\(what) holds text that is not UTF-8", offset: offset)
  }
  return text
}

/// Whether two names are the same bytes. (`==` on strings would take two Unicode spellings of "é" for one.)
func sameName(_ a: String, _ b: String) -> Bool { a.utf8.count == b.utf8.count && byteOrder(a, b) == 0 }

/// Whether name `a` comes before `b` by bytes, as HDF5 sorts them.
func precedes(_ a: String, _ b: String) -> Bool { byteOrder(a, b) < 0 }

/// Which of two names comes first: less than 0 for `a`, 0 where they are the same. (Their bytes in memory are compared,
/// where all text lies that this reader makes: walking through a text's own view of them takes many times longer.)
func byteOrder(_ a: String, _ b: String) -> Int32 {
  var (a, b) = (a, b)
  return a.withUTF8 { first in
    b.withUTF8 { second in
      guard let a = first.baseAddress, let b = second.baseAddress else {
        return Int32(first.count.signum() - second.count.signum())
      }
      return unsafe swiftlet_order_bytes(a, first.count, b, second.count)
    }
  }
}

/// Where the first zero byte is; nil if there is none.
func firstZero(_ bytes: [UInt8]) -> Int? {
  unsafe bytes.withUnsafeBytes { all in
    guard let base = all.baseAddress else { return nil }
    let place = unsafe swiftlet_find_zero(base, all.count)
    return place < all.count ? place : nil
  }
}

/// Whether a name has a slash in it, which parts the names of a path.
func holdsSlash(_ name: String) -> Bool {
  var name = name
  return name.withUTF8 { unsafe $0.contains(UInt8(ascii: "/")) }
}
