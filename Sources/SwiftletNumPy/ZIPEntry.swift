/// One entry of an archive's central directory.
struct ZIPEntry {
  let name: String
  let nameBytes: ArraySlice<UInt8>
  let isDeflated: Bool
  let method: UInt64
  let checksum: UInt32
  let compressedCount: Int
  let count: Int
  let headerOffset: Int

  /// Deflate gives at most 1,032 bytes for one.
  private static let largestRatio = 1032

  init(_ cursor: inout ByteCursor) throws(ArrayFileError) {
    let start = cursor.position
    guard try cursor.take(4, "directory entry").elementsEqual([0x50, 0x4b, 1, 2]) else {
      throw zipError(.malformed, start, "no directory entry", "PK\\1\\2")
    }
    _ = try cursor.take(4, "directory entry")
    let flags = try cursor.unsigned(2, "directory entry")
    method = try cursor.unsigned(2, "directory entry")
    _ = try cursor.take(4, "directory entry")
    checksum = UInt32(try cursor.unsigned(4, "directory entry"))
    var packed = try cursor.unsigned(4, "directory entry")
    var unpacked = try cursor.unsigned(4, "directory entry")
    let nameCount = Int(try cursor.unsigned(2, "directory entry"))
    let extraCount = Int(try cursor.unsigned(2, "directory entry"))
    let commentCount = Int(try cursor.unsigned(2, "directory entry"))
    let disk = try cursor.unsigned(2, "directory entry")
    _ = try cursor.take(6, "directory entry")
    var header = try cursor.unsigned(4, "directory entry")
    nameBytes = try cursor.take(nameCount, "name")
    let extra = try cursor.take(extraCount, "extra field")
    _ = try cursor.take(commentCount, "comment")

    guard let name = String(validating: nameBytes, as: UTF8.self), !nameBytes.contains(0) else {
      throw zipError(.unsupported, start + 46, "the name '\(shown(nameBytes))'", "names in UTF-8")
    }
    self.name = name
    try ZIPEntry.readLargeSizes(extra, &unpacked, &packed, &header)
    guard flags & 0x2041 == 0 else {
      throw zipError(.unsupported, start, "the encrypted member '\(shown(nameBytes))'", "plain members")
    }
    guard disk == 0 || disk == 0xffff else {
      throw zipError(.unsupported, start, "a member on another disk", "one file")
    }
    guard method == 0 || method == 8 else {
      throw zipError(
        .unsupported, start, "compression method \(method) of '\(shown(nameBytes))'",
        "0 (stored) and 8 (deflated)")
    }
    isDeflated = method == 8
    let held = UInt64(cursor.bytes.count)
    let isPossible =
      isDeflated
      ? packed <= held && unpacked <= packed * UInt64(ZIPEntry.largestRatio)
      : packed <= held && unpacked == packed
    guard isPossible, header <= held else {
      throw zipError(
        .malformed, start, "'\(shown(nameBytes))' of \(unpacked) bytes from \(packed) at byte \(header)",
        "sizes that the archive's \(held) bytes can hold")
    }
    compressedCount = Int(packed)
    count = Int(unpacked)
    headerOffset = Int(header)
  }

  /// Replaces the sizes that did not fit 32 bits by those of the zip64 extra field, which has exactly those,
  /// in this order.
  private static func readLargeSizes(
    _ extra: ArraySlice<UInt8>, _ unpacked: inout UInt64, _ packed: inout UInt64, _ header: inout UInt64
  ) throws(ArrayFileError) {
    let marker: UInt64 = 0xffff_ffff
    guard unpacked == marker || packed == marker || header == marker else { return }
    var fields = ByteCursor([UInt8](extra), place: "zip extra field")
    while fields.remaining >= 4 {
      let identifier = try fields.unsigned(2, "extra field")
      let content = try fields.take(fields.length(2, "extra field"), "extra field")
      guard identifier == 1 else { continue }
      var sizes = ByteCursor([UInt8](content), place: "zip64 extra field")
      if unpacked == marker { unpacked = try sizes.unsigned(8, "size") }
      if packed == marker { packed = try sizes.unsigned(8, "size") }
      if header == marker { header = try sizes.unsigned(8, "offset") }
      return
    }
  }

  /// Where the member's data lie, by its local header, which must tell the same name and method. They must end
  /// at or before `limit`, where the directory starts.
  func data(in bytes: [UInt8], before limit: Int) throws(ArrayFileError) -> Range<Int> {
    var cursor = ByteCursor(bytes, place: "zip", at: headerOffset)
    guard try cursor.take(4, "local header").elementsEqual([0x50, 0x4b, 3, 4]) else {
      throw zipError(.malformed, headerOffset, "no local header of '\(shown(nameBytes))'", "PK\\3\\4")
    }
    _ = try cursor.take(4, "local header")
    let localMethod = try cursor.unsigned(2, "local header")
    _ = try cursor.take(16, "local header")
    let nameCount = Int(try cursor.unsigned(2, "local header"))
    let extraCount = Int(try cursor.unsigned(2, "local header"))
    let localName = try cursor.take(nameCount, "name")
    _ = try cursor.take(extraCount, "extra field")
    guard localMethod == method, localName.elementsEqual(nameBytes) else {
      throw zipError(
        .malformed, headerOffset, "a local header that differs from the directory", "'\(shown(nameBytes))'")
    }
    let start = cursor.position
    guard start <= limit, compressedCount <= limit - start else {
      throw zipError(
        .malformed, headerOffset, "\(compressedCount) bytes of '\(shown(nameBytes))'",
        "\(max(0, limit - start)) stand before the directory")
    }
    return start..<start + compressedCount
  }
}
