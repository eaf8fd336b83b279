/// Where an archive's central directory lies, told by the record at the archive's end.
struct ZIPDirectory {
  let offset: Int
  let end: Int
  let count: Int

  init(_ bytes: [UInt8]) throws(ArrayFileError) {
    let recordCount = 22
    guard bytes.count >= recordCount else {
      throw zipError(.malformed, 0, "\(bytes.count) bytes", "at least \(recordCount)")
    }
    // The record is at the very end, unless a comment of up to 65,535 bytes follows it.
    let lowest = max(0, bytes.count - recordCount - 65535)
    var start = bytes.count - recordCount
    while !ZIPDirectory.isEnd(bytes, at: start) {
      guard start > lowest else {
        throw zipError(.malformed, bytes.count, "no end record", "a whole ZIP archive (is it cut short?)")
      }
      start -= 1
    }
    var cursor = ByteCursor(bytes, place: "zip", at: start + 4)
    let disk = try cursor.unsigned(2, "end record")
    let directoryDisk = try cursor.unsigned(2, "end record")
    let countHere = try cursor.unsigned(2, "end record")
    var count = try cursor.unsigned(2, "end record")
    var size = try cursor.unsigned(4, "end record")
    var offset = try cursor.unsigned(4, "end record")
    guard disk == 0, directoryDisk == 0, countHere == count else {
      throw zipError(.unsupported, start, "an archive of several disks", "one file")
    }
    var limit = start
    if count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff {
      (count, size, offset, limit) = try ZIPDirectory.large(bytes, endRecord: start)
    }
    guard offset <= UInt64(limit), size <= UInt64(limit) - offset else {
      throw zipError(
        .malformed, start, "a directory of \(size) bytes at byte \(offset)", "\(limit) bytes stand before it")
    }
    // An entry is 46 bytes at least.
    guard count <= size / 46 else {
      throw zipError(.malformed, start, "\(count) members", "a directory of \(size) bytes holds \(size / 46)")
    }
    self.offset = Int(offset)
    end = Int(offset + size)
    self.count = Int(count)
  }

  private static func isEnd(_ bytes: [UInt8], at start: Int) -> Bool {
    // The first byte by itself, because nearly every place fails there.
    guard bytes[start] == 0x50, bytes[start...].starts(with: [0x50, 0x4b, 5, 6]) else { return false }
    let commentCount = Int(bytes[start + 20]) | Int(bytes[start + 21]) << 8
    return start + 22 + commentCount == bytes.count
  }

  /// The zip64 record, which has what does not fit the ordinary one; its own place is told by the locator
  /// right before the ordinary one.
  private static func large(
    _ bytes: [UInt8], endRecord: Int
  ) throws(ArrayFileError) -> (count: UInt64, size: UInt64, offset: UInt64, limit: Int) {
    guard endRecord >= 20, bytes[(endRecord - 20)...].starts(with: [0x50, 0x4b, 6, 7]) else {
      throw zipError(.malformed, endRecord, "no zip64 locator", "one before the end record")
    }
    var locator = ByteCursor(bytes, place: "zip", at: endRecord - 16)
    let disk = try locator.unsigned(4, "zip64 locator")
    let place = try locator.unsigned(8, "zip64 locator")
    guard disk == 0, endRecord >= 76, place <= UInt64(endRecord - 76),
      bytes[Int(place)...].starts(with: [0x50, 0x4b, 6, 6])
    else { throw zipError(.malformed, endRecord - 20, "a zip64 record at byte \(place)", "one before it") }
    var record = ByteCursor(bytes, place: "zip", at: Int(place) + 24)
    let countHere = try record.unsigned(8, "zip64 record")
    let count = try record.unsigned(8, "zip64 record")
    let size = try record.unsigned(8, "zip64 record")
    let offset = try record.unsigned(8, "zip64 record")
    guard countHere == count else {
      throw zipError(.unsupported, Int(place), "an archive of several disks", "one file")
    }
    return (count, size, offset, Int(place))
  }
}
