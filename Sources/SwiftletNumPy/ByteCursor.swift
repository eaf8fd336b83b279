/// A place in bytes from a stranger. Every read is checked against what is left.
public struct ByteCursor: Sendable {
  /// All of them.
  public let bytes: [UInt8]
  /// What the bytes are, for errors: `pickle`, `zip`.
  public let place: String
  /// How many bytes are before what is read next.
  public private(set) var position: Int

  /// Starts at `position`.
  public init(_ bytes: [UInt8], place: String, at position: Int = 0) {
    self.bytes = bytes
    self.place = place
    self.position = position
  }

  /// How many bytes are left.
  public var remaining: Int { bytes.count - position }

  /// The next `count` bytes.
  public mutating func take(_ count: Int, _ what: String) throws(ArrayFileError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else {
      throw ArrayFileError(
        .malformed, place: place, offset: position, found: "\(what) of \(count) bytes",
        supported: "\(remaining) are left")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// The next byte.
  public mutating func byte(_ what: String) throws(ArrayFileError) -> UInt8 {
    let one = try take(1, what)
    return one[one.startIndex]
  }

  /// A little-endian unsigned number of `width` bytes, at most 8.
  public mutating func unsigned(_ width: Int, _ what: String) throws(ArrayFileError) -> UInt64 {
    var value: UInt64 = 0
    for byte in try take(width, what).reversed() { value = value << 8 | UInt64(byte) }
    return value
  }

  /// A little-endian length of `width` bytes, which the rest of the bytes must hold.
  public mutating func length(_ width: Int, _ what: String) throws(ArrayFileError) -> Int {
    let start = position
    let value = try unsigned(width, what)
    guard value <= UInt64(remaining) else {
      throw ArrayFileError(
        .malformed, place: place, offset: start, found: "\(what) of \(value) bytes",
        supported: "\(remaining) are left")
    }
    return Int(value)
  }

  /// The bytes up to the next line feed, which is taken as well.
  public mutating func line(_ what: String) throws(ArrayFileError) -> ArraySlice<UInt8> {
    guard let end = bytes[position...].firstIndex(of: 0x0a) else {
      throw ArrayFileError(
        .malformed, place: place, offset: position, found: "\(what) without its end",
        supported: "a line feed after it")
    }
    defer { position = end + 1 }
    return bytes[position..<end]
  }
}
