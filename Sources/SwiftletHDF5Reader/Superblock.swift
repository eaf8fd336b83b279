/// The superblock (HDF5 specification, section II): versions 0 to 3.
struct Superblock {
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  let version: Int
  let container: Container
  /// The object header of the root group.
  let rootAddress: UInt64

  /// Finds and reads the superblock: at byte 0, or after a user block of 512 bytes or that doubled.
  init(_ source: ByteSource, limits: HDF5Limits) throws(HDF5Error) {
    var place: UInt64 = 0
    while true {
      guard source.size >= 8, place <= source.size - 8 else { throw .notHDF5 }
      if try source.bytes(at: place, count: 8) == Self.signature { break }
      let (next, overflow) = place.multipliedReportingOverflow(by: 2)
      guard !overflow else { throw .notHDF5 }
      place = place == 0 ? 512 : next
    }

    let count = Int(min(source.size - place, 128))
    let (block, first) = try source.block(at: place, count: count)
    func cursor(offsetSize: Int, lengthSize: Int, from start: Int, to end: Int) throws(HDF5Error) -> Cursor {
      guard end <= count else { throw .malformed("the superblock ends early", offset: place) }
      return Cursor(
        block, first: first + start, count: end - start, offset: place + UInt64(start),
        offsetSize: offsetSize,
        lengthSize: lengthSize, what: "the superblock")
    }

    var head = try cursor(offsetSize: 8, lengthSize: 8, from: 8, to: count)
    let version = try head.version(0...3)
    // Versions 0 and 1 first give the versions of other structures, which these repeat themselves.
    if version < 2 { try head.skip(4) }
    let sizesAt = head.offset
    let offsetSize = Int(try head.u8())
    let lengthSize = Int(try head.u8())
    for size in [offsetSize, lengthSize] where size != 2 && size != 4 && size != 8 {
      throw .unsupported("addresses or lengths of \(size) bytes", offset: sizesAt)
    }

    var fields: Cursor
    if version < 2 {
      let start = version == 0 ? 24 : 28
      // Four addresses, then the root group's symbol table entry.
      fields = try cursor(
        offsetSize: offsetSize, lengthSize: lengthSize, from: start, to: start + 6 * offsetSize + 24)
    } else {
      fields = try cursor(
        offsetSize: offsetSize, lengthSize: lengthSize, from: 0, to: 12 + 4 * offsetSize + 4)
      try fields.checkAndDropChecksum()
      try fields.skip(12)
    }
    let storedBase = try fields.definedAddress(of: "base")
    // The free-space information (0 and 1) or the superblock extension (2 and 3): neither matters for reading.
    _ = try fields.address()
    let endAt = fields.offset
    let end = try fields.definedAddress(of: "end of file")
    if version < 2 {
      let driver = fields.offset
      guard try fields.address() == nil else {
        throw .unsupported("a driver information block (a file split over several)", offset: driver)
      }
      // The root group's link name, which is empty.
      _ = try fields.address()
    }
    let root = try fields.definedAddress(of: "root group")

    // As libhdf5 does: where the file was moved behind a user block after it was written, the place of the
    // superblock counts, and the end of the file moves along.
    guard storedBase <= end, end - storedBase <= source.size - place else {
      throw .malformed(
        "the file ends at byte \(source.size), and its superblock says \(end): it was cut short",
        offset: endAt)
    }
    self.version = Int(version)
    container = Container(
      source: source, base: place, extent: end - storedBase, offsetSize: offsetSize, lengthSize: lengthSize,
      limits: limits)
    rootAddress = root
  }
}
