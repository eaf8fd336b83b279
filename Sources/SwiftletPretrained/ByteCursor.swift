/// A place in bytes from a stranger. Every read is checked against what is left.
struct ByteCursor {
  let bytes: [UInt8]
  /// What the bytes are, for errors: `pickle`, `zip`.
  let place: String
  private(set) var position: Int

  init(_ bytes: [UInt8], place: String, at position: Int = 0) {
    self.bytes = bytes
    self.place = place
    self.position = position
  }

  var remaining: Int { bytes.count - position }

  /// The next `count` bytes.
  mutating func take(_ count: Int, _ what: String) throws(PretrainedError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else {
      throw PretrainedError(
        .malformed, place: place, offset: position, found: "\(what) of \(count) bytes",
        supported: "\(remaining) are left")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func byte(_ what: String) throws(PretrainedError) -> UInt8 {
    let one = try take(1, what)
    return one[one.startIndex]
  }

  /// A little-endian unsigned number of `width` bytes, at most 8.
  mutating func unsigned(_ width: Int, _ what: String) throws(PretrainedError) -> UInt64 {
    var value: UInt64 = 0
    for byte in try take(width, what).reversed() { value = value << 8 | UInt64(byte) }
    return value
  }

  /// A little-endian length of `width` bytes, which the rest of the bytes must hold.
  mutating func length(_ width: Int, _ what: String) throws(PretrainedError) -> Int {
    let start = position
    let value = try unsigned(width, what)
    guard value <= UInt64(remaining) else {
      throw PretrainedError(
        .malformed, place: place, offset: start, found: "\(what) of \(value) bytes",
        supported: "\(remaining) are left")
    }
    return Int(value)
  }

  /// The bytes up to the next line feed, which is taken as well.
  mutating func line(_ what: String) throws(PretrainedError) -> ArraySlice<UInt8> {
    guard let end = bytes[position...].firstIndex(of: 0x0a) else {
      throw PretrainedError(
        .malformed, place: place, offset: position, found: "\(what) without its end",
        supported: "a line feed after it")
    }
    defer { position = end + 1 }
    return bytes[position..<end]
  }
}
