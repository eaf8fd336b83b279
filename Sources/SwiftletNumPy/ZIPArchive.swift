/// A ZIP archive's members: stored or deflated, on one disk, not encrypted.
///
/// What a member is comes from the central directory; its local header must agree. Members may not overlap,
/// and no member may claim to inflate to more than deflate can give, so an archive cannot hold a bomb of
/// copies of one piece of data.
///
/// Source: PKWARE's APPNOTE 6.3, sections 4.3 to 4.5.
struct ZIPArchive: Sendable {
  /// One member.
  struct Member: Sendable {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    /// Where its data lie in the archive.
    let data: Range<Int>
    /// Its size when unpacked.
    let count: Int
  }

  let bytes: [UInt8]
  /// In the directory's order.
  let members: [Member]

  /// Reads the directory and checks every member's place and sizes; unpacks nothing.
  ///
  /// - Throws: `ArrayFileError`: `malformed` where it breaks the format's rules, `unsupported` for several
  ///   disks, encryption, or another compression.
  init(_ bytes: [UInt8]) throws(ArrayFileError) {
    let directory = try ZIPDirectory(bytes)
    var cursor = ByteCursor(bytes, place: "zip", at: directory.offset)
    var members: [Member] = []
    var places: [(start: Int, end: Int)] = []
    var names: Set<String> = []
    for _ in 0..<directory.count {
      let start = cursor.position
      let entry = try ZIPEntry(&cursor)
      guard cursor.position <= directory.end else {
        throw zipError(.malformed, start, "a member beyond the directory's end", "members within it")
      }
      guard names.insert(entry.name).inserted else {
        throw zipError(.malformed, start, "a second member '\(shown(entry.name.utf8))'", "each name once")
      }
      let data = try entry.data(in: bytes, before: directory.offset)
      members.append(
        Member(
          name: entry.name, isDeflated: entry.isDeflated, checksum: entry.checksum, data: data,
          count: entry.count))
      places.append((entry.headerOffset, data.upperBound))
    }
    places.sort { $0.start < $1.start }
    for (one, next) in zip(places, places.dropFirst()) where next.start < one.end {
      throw zipError(.malformed, next.start, "members that overlap", "each byte in one member")
    }
    self.bytes = bytes
    self.members = members
  }

  /// The unpacked bytes of `member`, whose checksum is compared.
  func contents(of member: Member) throws(ArrayFileError) -> [UInt8] {
    let data = bytes[member.data]
    let contents = member.isDeflated ? try inflated(data, member) : [UInt8](data)
    // Inflating compares the checksum itself.
    if !member.isDeflated, CRC32.checksum(of: contents) != member.checksum { throw damaged(member) }
    return contents
  }

  /// Inflates a raw deflate stream by making a gzip file of it, which is what the system module inflates: the
  /// same checksum and size stand in the archive's directory and at a gzip file's end.
  private func inflated(_ data: ArraySlice<UInt8>, _ member: Member) throws(ArrayFileError) -> [UInt8] {
    var stream: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
    stream.reserveCapacity(data.count + 18)
    stream += data
    for value in [member.checksum, UInt32(truncatingIfNeeded: member.count)] {
      for shift in [UInt32(0), 8, 16, 24] { stream.append(UInt8(value >> shift & 0xff)) }
    }
    guard let contents = inflatedGzip(stream, count: member.count) else { throw damaged(member) }
    return contents
  }

  private func damaged(_ member: Member) -> ArrayFileError {
    zipError(
      .malformed, member.data.lowerBound, "damaged data of '\(shown(member.name.utf8))'",
      "data that match their size and checksum")
  }
}

func zipError(
  _ kind: ArrayFileError.Kind, _ offset: Int, _ found: String, _ supported: String
) -> ArrayFileError {
  ArrayFileError(kind, place: "zip", offset: offset, found: found, supported: supported)
}
