/// What the superblock says that every other structure needs: where the file's addresses count from, where
/// they must end, and how wide they are.
///
/// A class, because every structure of the file is handed it.
final class Container: Sendable {
  let source: ByteSource
  /// Where address 0 lies in the source.
  let base: UInt64
  /// How many bytes there are from the base address to the end of the file: every structure lies below this.
  let extent: UInt64
  let offsetSize: Int
  let lengthSize: Int
  let limits: HDF5Limits

  init(
    source: ByteSource, base: UInt64, extent: UInt64, offsetSize: Int, lengthSize: Int, limits: HDF5Limits
  ) {
    self.source = source
    self.base = base
    self.extent = extent
    self.offsetSize = offsetSize
    self.lengthSize = lengthSize
    self.limits = limits
  }

  /// Where `address` lies in the source.
  /// - Precondition: `address` has come through a check against `extent`, or only serves an error's place.
  func offset(of address: UInt64) -> UInt64 { base &+ address }

  /// Checks that `count` bytes at `address` lie inside the file.
  @inline(__always)
  func check(_ address: UInt64, count: UInt64, of what: StaticString) throws(HDF5Error) {
    guard address <= extent, count <= extent - address else { throw outside(address, count: count, of: what) }
  }

  /// Apart, so that the check itself is short enough to be put in place of the calls.
  @inline(never)
  private func outside(_ address: UInt64, count: UInt64, of what: StaticString) -> HDF5Error {
    .malformed(
      "\(what) of \(count) bytes at address \(address), in a file of \(extent)", offset: offset(of: address))
  }

  /// The `count` bytes of the structure `what` at `address`.
  /// - Parameter isKept: whether it, or a part of it, is kept for longer than it takes to read on. It is given memory
  ///   of its own then, for it would keep a whole block.
  func structure(
    at address: UInt64, count: UInt64, what: StaticString, isKept: Bool = false
  ) throws(HDF5Error) -> Cursor {
    try check(address, count: count, of: what)
    guard let count = Int(exactly: count) else {
      throw .limit("\(what) of \(count) bytes", offset: offset(of: address))
    }
    return try structure(atOffset: offset(of: address), count: count, what: what, isKept: isKept)
  }

  /// The `count` bytes at `offset` in the source, which has been checked, or was made of what has been.
  func structure(
    atOffset offset: UInt64, count: Int, what: StaticString, isKept: Bool = false
  ) throws(HDF5Error) -> Cursor {
    let (block, first) = try source.block(at: offset, count: count, isKept: isKept)
    return Cursor(
      block, first: first, count: count, offset: offset, offsetSize: offsetSize, lengthSize: lengthSize,
      what: what)
  }

  /// Makes sure that `structure`, which begins at `address` and of which `headCount` bytes have been taken, has `count`
  /// bytes in all.
  func complete(
    _ structure: inout Cursor, at address: UInt64, headCount: Int, count: UInt64
  ) throws(HDF5Error) {
    guard count > UInt64(headCount + structure.remaining) else { return }
    structure = try self.structure(at: address, count: count, what: structure.what)
    try structure.skip(headCount)
  }

  /// As many bytes as there are at `address`, up to `count`: for a structure that says its own size.
  func structure(at address: UInt64, upTo count: UInt64, what: StaticString) throws(HDF5Error) -> Cursor {
    try check(address, count: 1, of: what)
    return try structure(at: address, count: min(count, extent - address), what: what)
  }

  /// The `count` bytes of the structure `what` at `address`, which mostly lies in the block that `other` is in.
  func structure(
    at address: UInt64, count: UInt64, what: StaticString, near other: borrowing Cursor
  ) throws(HDF5Error) -> Cursor {
    try check(address, count: count, of: what)
    if let near = other.neighbour(at: offset(of: address), count: count, what: what) { return near }
    return try structure(at: address, count: count, what: what)
  }

  /// The same for what lies at a place that a cursor gave.
  func structure(
    at place: Cursor.Place, what: StaticString, near other: borrowing Cursor
  ) throws(HDF5Error) -> Cursor {
    if let near = other.neighbour(at: place.offset, count: UInt64(place.count), what: what) { return near }
    return try structure(atOffset: place.offset, count: place.count, what: what)
  }

  /// The same for a structure that says its own size: as many bytes as there are, up to `count`.
  func structure(
    at address: UInt64, upTo count: UInt64, what: StaticString, near other: borrowing Cursor
  ) throws(HDF5Error) -> Cursor {
    try check(address, count: 1, of: what)
    return try structure(at: address, count: min(count, extent - address), what: what, near: other)
  }
}

/// Bytes that a walk through the file may still read. Structures of a sound file never overlap, so what a walk
/// reads cannot be more than the file; a file made to deceive could have the same bytes read over and over.
struct ByteBudget {
  private var left: UInt64

  init(_ container: Container) { left = container.extent }

  mutating func spend(_ count: UInt64, on what: StaticString, at offset: UInt64) throws(HDF5Error) {
    guard count <= left else { throw .malformed("\(what)s overlap one another", offset: offset) }
    left -= count
  }
}
