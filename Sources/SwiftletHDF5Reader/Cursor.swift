import SwiftletSystem

/// Walks through one structure of the file, a field at a time, and never past its end.
///
/// It has the block of bytes that the structure is in, knows where in the source each of them lies, and knows how
/// wide the file's addresses and lengths are. Whoever has it also has the source, or the container that does.
struct Cursor: Sendable {
  private let block: BlockBytes
  /// The index of the next byte in the block: at most `end`, which is at most the block's count.
  private var position: Int
  private var end: Int
  /// Where the block's first byte would lie in the source: before the source's own first byte, perhaps.
  private let origin: UInt64
  private let offsetSize: UInt8
  private let lengthSize: UInt8
  /// The structure's name, for errors.
  let what: StaticString

  /// - Precondition: the block has `count` bytes from `first` on, and the first of them lies at `offset` in the source.
  init(
    _ block: BlockBytes, first: Int, count: Int, offset: UInt64, offsetSize: Int, lengthSize: Int,
    what: StaticString
  ) {
    precondition(first >= 0 && count >= 0 && count <= block.count - first)
    self.init(
      block, from: first, to: first + count, origin: offset &- UInt64(first), offsetSize: UInt8(offsetSize),
      lengthSize: UInt8(lengthSize), what: what)
  }

  private init(
    _ block: BlockBytes, from position: Int, to end: Int, origin: UInt64, offsetSize: UInt8,
    lengthSize: UInt8, what: StaticString
  ) {
    self.block = block
    self.position = position
    self.end = end
    self.origin = origin
    self.offsetSize = offsetSize
    self.lengthSize = lengthSize
    self.what = what
  }

  /// Where in the source the next byte lies.
  var offset: UInt64 { origin &+ UInt64(position) }
  /// How many bytes are left.
  var remaining: Int { end &- position }

  /// Steps over `count` bytes and gives the index of the first.
  @inline(__always) private mutating func take(_ count: Int) throws(HDF5Error) -> Int {
    guard count >= 0, count <= remaining else { throw Cursor.endsEarly(what, at: offset) }
    defer { position &+= count }
    return position
  }

  /// Apart, so that the steps that succeed are short enough to be put in place of the calls. And of no cursor, because
  /// the steps that succeed would copy it too.
  @inline(never) private static func endsEarly(_ what: StaticString, at offset: UInt64) -> HDF5Error {
    .malformed("\(what) ends early", offset: offset)
  }

  @inline(__always) mutating func skip(_ count: Int) throws(HDF5Error) { _ = try take(count) }

  /// A little-endian unsigned integer of `size` bytes, 0 to 8.
  mutating func unsigned(size: Int) throws(HDF5Error) -> UInt64 {
    switch size {
    case 1: return UInt64(try u8())
    case 2: return UInt64(try u16())
    case 4: return UInt64(try u32())
    case 8: return try u64()
    default:
      let first = try take(size)
      var value: UInt64 = 0
      for index in 0..<min(size, 8) {
        value |= UInt64(load(UInt8.self, at: first + index)) << UInt64(8 * index)
      }
      return value
    }
  }

  /// The little-endian integer at index `first`, whose bytes have been stepped over.
  @inline(__always) private func load<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at first: Int
  ) -> Value {
    Value(littleEndian: unsafe block.start.loadUnaligned(fromByteOffset: first, as: type))
  }

  @inline(__always) mutating func u8() throws(HDF5Error) -> UInt8 { load(UInt8.self, at: try take(1)) }
  @inline(__always) mutating func u16() throws(HDF5Error) -> UInt16 { load(UInt16.self, at: try take(2)) }
  @inline(__always) mutating func u32() throws(HDF5Error) -> UInt32 { load(UInt32.self, at: try take(4)) }
  @inline(__always) mutating func u64() throws(HDF5Error) -> UInt64 { load(UInt64.self, at: try take(8)) }

  /// The little-endian integer that begins `distance` bytes ahead; steps over nothing.
  /// - Precondition: it lies in what is left.
  @inline(__always) func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, ahead distance: Int
  ) -> Value {
    precondition(distance >= 0 && distance <= remaining - MemoryLayout<Value>.size)
    return load(type, at: position + distance)
  }

  /// Where the `count` bytes lie that begin `distance` bytes ahead; steps over nothing.
  /// - Precondition: 0 <= `distance` <= `remaining`.
  @inline(__always) func place(_ count: Int, ahead distance: Int) throws(HDF5Error) -> Place {
    precondition(distance >= 0 && distance <= remaining)
    let place = Place(offset: offset &+ UInt64(distance), count: count)
    guard count >= 0, count <= remaining - distance else { throw Cursor.endsEarly(what, at: place.offset) }
    return place
  }

  /// A length, as wide as the superblock says.
  @inline(__always) mutating func length() throws(HDF5Error) -> UInt64 {
    lengthSize == 8 ? try u64() : try unsigned(size: Int(lengthSize))
  }

  /// An address relative to the base address, as wide as the superblock says; nil if it is the undefined one.
  mutating func address() throws(HDF5Error) -> UInt64? {
    if offsetSize == 8 {
      let value = try u64()
      return value == .max ? nil : value
    }
    let value = try unsigned(size: Int(offsetSize))
    return value == (1 << UInt64(8 * offsetSize)) - 1 ? nil : value
  }

  /// An address that must be defined.
  mutating func definedAddress(of target: StaticString) throws(HDF5Error) -> UInt64 {
    let place = offset
    guard let value = try address() else { throw Cursor.noAddress(of: target, in: what, at: place) }
    return value
  }

  /// Apart, as `endsEarly`.
  @inline(never) private static func noAddress(
    of target: StaticString, in what: StaticString, at offset: UInt64
  ) -> HDF5Error {
    .malformed("\(what) has no address of its \(target)", offset: offset)
  }

  mutating func array(_ count: Int) throws(HDF5Error) -> [UInt8] {
    let first = try unsafe block.start + take(count)
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { array, made in
      unsafe UnsafeMutableRawBufferPointer(array).copyMemory(
        from: UnsafeRawBufferPointer(start: first, count: count))
      made = count
    }
  }

  /// - Precondition: that many bytes from `first` on have been stepped over, or are left; the result is not used for
  ///   longer than the cursor.
  @unsafe private func bytes(_ first: Int, count: Int) -> UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: (block.start + first).assumingMemoryBound(to: UInt8.self), count: count)
  }

  /// How many of the `count` bytes from index `first` on come before the first zero byte; all, if there is none.
  /// - Precondition: as for `bytes`.
  private func countToZero(_ first: Int, count: Int) -> Int {
    unsafe swiftlet_find_zero(block.start + first, count)
  }

  /// How many of the next `count` bytes come before the first zero byte; all, if there is none.
  /// - Precondition: 0 <= `count` <= `remaining`.
  func countToZero(_ count: Int) -> Int {
    precondition(count >= 0 && count <= remaining)
    return countToZero(position, count: count)
  }

  /// Leaves off what comes after the next `count` bytes.
  mutating func cut(to count: Int) throws(HDF5Error) {
    guard count >= 0, count <= remaining else { throw Cursor.endsEarly(what, at: offset) }
    end = position + count
  }

  /// The next `count` bytes as a structure of their own, called `what`.
  mutating func structure(_ count: Int, what: StaticString) throws(HDF5Error) -> Cursor {
    structure(at: try place(count), what: what)
  }

  /// Where some bytes of the structure lie: from `offset` in the source on.
  struct Place: Sendable {
    let offset: UInt64
    let count: Int
  }

  /// Steps over `count` bytes and says where they lie.
  @inline(__always) mutating func place(_ count: Int) throws(HDF5Error) -> Place {
    let place = try place(count, ahead: 0)
    position &+= count
    return place
  }

  /// The index of the first byte at `place`, which this cursor or a copy of it gave.
  private func first(of place: Place) -> Int {
    let first = Int(truncatingIfNeeded: place.offset &- origin)
    precondition(first >= 0 && place.count <= block.count - first)
    return first
  }

  /// The `count` bytes at `offset` in the source as another structure, if they are in the block too.
  func neighbour(at offset: UInt64, count: UInt64, what: StaticString) -> Cursor? {
    let first = offset &- origin
    guard count <= UInt64(block.count), first <= UInt64(block.count) - count else { return nil }
    return Cursor(
      block, from: Int(first), to: Int(first + count), origin: origin, offsetSize: offsetSize,
      lengthSize: lengthSize, what: what)
  }

  /// The bytes at `place`, which this cursor or a copy of it gave, as a structure of their own.
  func structure(at place: Place, what: StaticString) -> Cursor {
    let first = first(of: place)
    return Cursor(
      block, from: first, to: first + place.count, origin: origin, offsetSize: offsetSize,
      lengthSize: lengthSize, what: what)
  }

  /// UTF-8 text of `count` bytes, without what follows a zero byte.
  mutating func text(_ count: Int) throws(HDF5Error) -> String {
    let place = offset
    let first = try take(count)
    let content = countToZero(first, count: count)
    return unsafe try utf8Text(bytes(first, count: content), of: what, offset: place)
  }

  /// Whether the bytes at `place`, which this cursor or a copy of it gave, are `text`, perhaps with a zero byte behind.
  func holds(_ text: String, at place: Place) -> Bool {
    let first = first(of: place)
    var text = text
    let count = countToZero(first, count: place.count)
    return text.withUTF8 { unsafe byteOrder(bytes(first, count: count), $0) == 0 }
  }

  mutating func signature(_ expected: StaticString) throws(HDF5Error) {
    guard begins(with: expected) else { throw malformed("\(what) lacks its signature \(expected)") }
    try skip(expected.utf8CodeUnitCount)
  }

  /// Whether the next bytes are `expected`; steps over nothing.
  func begins(with expected: StaticString) -> Bool {
    let count = expected.utf8CodeUnitCount
    guard count <= remaining else { return false }
    return unsafe swiftlet_same_bytes(block.start + position, expected.utf8Start, count)
  }

  /// Reads a version byte that must be `supported`.
  @inline(__always) mutating func version(_ supported: ClosedRange<UInt8>) throws(HDF5Error) -> UInt8 {
    let place = offset
    let version = try u8()
    guard supported.contains(version) else { throw Cursor.unsupported(version, of: what, at: place) }
    return version
  }

  /// Apart, as `endsEarly`.
  @inline(never) private static func unsupported(
    _ version: UInt8, of what: StaticString, at offset: UInt64
  ) -> HDF5Error {
    .unsupported("\(what) version \(version)", offset: offset)
  }

  /// Checks that the structure's last four bytes are the checksum of all bytes before them, and takes them
  /// away from what is left.
  /// - Precondition: nothing has been read yet.
  mutating func checkAndDropChecksum() throws(HDF5Error) {
    guard remaining >= 4 else { throw Cursor.endsEarly(what, at: offset) }
    var tail = self
    let content = try tail.array(remaining - 4)
    let place = tail.offset
    let stored = try tail.u32()
    let computed = lookup3(content[...])
    guard stored == computed else { throw .malformed("the checksum of \(what) is wrong", offset: place) }
    try cut(to: remaining - 4)
  }

  func malformed(_ text: String) -> HDF5Error { .malformed(text, offset: offset) }
  func unsupported(_ text: String) -> HDF5Error { .unsupported(text, offset: offset) }
}
