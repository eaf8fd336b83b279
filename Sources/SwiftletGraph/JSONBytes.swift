import SwiftletSystem

/// The bytes of a JSON text, and a zero behind them.
///
/// While a model is read, text and values lie where its weights will: in memory that the system has given already, and
/// that is given back before the first weight is packed.
@safe public final class JSONBytes: @unchecked Sendable {
  /// Valid for `count` bytes and the zero while this object lives. Written by whoever made it, before anybody else has
  /// it.
  private let start: UnsafeMutablePointer<UInt8>
  /// How many bytes the text has.
  public private(set) var count: Int

  /// Room for `count` bytes, to be filled through `buffer`; nil where there is no memory.
  public init?(count: Int) {
    guard count >= 0, count < Int.max, let memory = unsafe swiftlet_region_allocate(count + 1) else {
      return nil
    }
    unsafe start = memory.bindMemory(to: UInt8.self, capacity: count + 1)
    self.count = count
    unsafe start[count] = 0
  }

  /// A copy of bytes that the program has.
  /// - Throws: `GraphError.memory`.
  static func copy(of bytes: [UInt8]) throws(GraphError) -> JSONBytes {
    guard let copy = JSONBytes(count: bytes.count) else { throw .memory(bytes: bytes.count) }
    unsafe copy.buffer.copyBytes(from: bytes)
    return copy
  }

  deinit { unsafe swiftlet_region_free(start) }

  /// All bytes, to be set before anybody reads them.
  @unsafe public var buffer: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  /// Leaves out all behind the first `count` bytes, of which there are not more already.
  public func shorten(to count: Int) {
    precondition(count >= 0 && count <= self.count)
    self.count = count
    unsafe start[count] = 0
  }

  /// The byte at a position, or the zero behind the last.
  subscript(position: Int) -> UInt8 {
    precondition(position >= 0 && position <= count)
    return unsafe start[position]
  }

  /// Hands over the bytes, and behind them the zero.
  @inline(__always)
  func withSpan<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return unsafe try body(UnsafeBufferPointer(start: start, count: count + 1).span)
  }

  /// Hands over the bytes of a piece.
  @inline(__always)
  func withSpan<Result>(_ piece: Range<Int>, _ body: (Span<UInt8>) -> Result) -> Result {
    withSpan { body($0.extracting(piece)) }
  }
}
