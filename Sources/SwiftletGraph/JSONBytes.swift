import SwiftletSystem

/// The bytes of a JSON text, and zeros behind them.
///
/// While a model is read, text and values lie where its weights will: in memory that the system has given already, and
/// that is given back before the first weight is packed.
@safe public final class JSONBytes: @unchecked Sendable {
  /// Valid for `count` bytes and the zeros while this object lives. Written by whoever made it, before anybody else has
  /// it, and then by the `JSONParser` alone.
  private let start: UnsafeMutablePointer<UInt8>
  /// How many bytes the text has.
  public private(set) var count: Int

  /// As many zeros as `swiftlet_plain_text` reads at once.
  private static let padding = 16

  /// Room for `count` bytes, to be filled through `buffer`; nil where there is no memory.
  public init?(count: Int) {
    guard count >= 0, count < Int.max - JSONBytes.padding,
      let memory = unsafe swiftlet_region_allocate(count + JSONBytes.padding)
    else { return nil }
    unsafe start = memory.bindMemory(to: UInt8.self, capacity: count + JSONBytes.padding)
    self.count = count
    setPadding()
  }

  /// A copy of bytes that the program has.
  /// - Throws: `GraphError.memory`.
  static func copy(of bytes: [UInt8]) throws(GraphError) -> JSONBytes {
    guard let copy = JSONBytes(count: bytes.count) else { throw .memory(bytes: bytes.count) }
    unsafe copy.buffer.copyBytes(from: bytes)
    return copy
  }

  deinit { unsafe swiftlet_region_free(start) }

  private func setPadding() { unsafe (start + count).update(repeating: 0, count: JSONBytes.padding) }

  /// All bytes, to be set before anybody reads them.
  @unsafe public var buffer: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  /// Leaves out all behind the first `count` bytes, of which there are not more already.
  public func shorten(to count: Int) {
    precondition(count >= 0 && count <= self.count)
    self.count = count
    setPadding()
  }

  /// The byte at a position, or the zero behind the last.
  subscript(position: Int) -> UInt8 {
    precondition(position >= 0 && position <= count)
    return unsafe start[position]
  }

  /// Hands over the bytes to be checked, and nobody else may read them meanwhile.
  func withCharacters<Result: ~Copyable>(
    _ body: (JSONCharacters) throws(GraphError) -> Result
  ) throws(GraphError) -> Result {
    defer { withExtendedLifetime(self) {} }
    return unsafe try body(JSONCharacters(start: start))
  }

  /// Hands over the bytes of a piece.
  @inline(__always)
  func withSpan<Result>(_ piece: Range<Int>, _ body: (Span<UInt8>) -> Result) -> Result {
    defer { withExtendedLifetime(self) {} }
    return unsafe body(UnsafeBufferPointer(start: start, count: count).span.extracting(piece))
  }

  /// Whether two pieces of one length are the same.
  /// - Precondition: both are there.
  func isSame(_ first: Int, _ second: Int, count: Int) -> Bool {
    precondition(count >= 0 && min(first, second) >= 0 && max(first, second) <= self.count - count)
    return unsafe swiftlet_order_bytes(start + first, count, start + second, count) == 0
  }

  /// Whether the bytes from a position on are that text.
  /// - Precondition: there are as many.
  @inline(__always)
  func isText(_ other: StaticString, at position: Int) -> Bool {
    precondition(position >= 0 && position <= count - other.utf8CodeUnitCount)
    return unsafe swiftlet_same_bytes(start + position, other.utf8Start, other.utf8CodeUnitCount)
  }
}

/// The bytes of a JSON text while it is checked. Behind them are zeros, which no JSON has.
///
/// A position is not checked: whoever reads begins at 0, and steps over nothing but bytes that are no zero, or over what
/// lies before such a byte.
@safe struct JSONCharacters {
  private let start: UnsafeMutablePointer<UInt8>

  /// - Precondition: the bytes outlive this, and nobody else has them meanwhile.
  @unsafe fileprivate init(start: UnsafeMutablePointer<UInt8>) { unsafe self.start = start }

  subscript(position: Int) -> UInt8 {
    @inline(__always) get { unsafe start[position] }
    nonmutating set { unsafe start[position] = newValue }
  }

  /// Whether `word` comes next.
  @inline(__always)
  func isNext(_ word: StaticString, at position: Int) -> Bool {
    // As many zeros lie behind the text.
    unsafe swiftlet_same_bytes(start + position, word.utf8Start, word.utf8CodeUnitCount)
  }

  /// Steps over the bytes of a string that are ASCII and stand for themselves.
  @inline(__always)
  func skipPlain(_ position: Int) -> Int { unsafe position &+ swiftlet_plain_text(start + position) }

  /// Whether two pieces of one length are the same.
  @inline(__always)
  func isSame(_ first: Int, _ second: Int, count: Int) -> Bool {
    unsafe swiftlet_same_bytes(start + first, start + second, count)
  }

  /// The bytes of a piece.
  func bytes(_ piece: Range<Int>) -> [UInt8] {
    unsafe [UInt8](UnsafeBufferPointer(start: start + piece.lowerBound, count: piece.count))
  }

  /// The text that a piece is; nil where it is not UTF-8.
  func string(_ piece: Range<Int>) -> String? {
    let piece = unsafe UnsafeBufferPointer(start: start + piece.lowerBound, count: piece.count)
    return unsafe String(validating: piece, as: UTF8.self)
  }
}
