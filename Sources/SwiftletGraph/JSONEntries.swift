import SwiftletSystem

/// Where the values of a JSON text lie in it, in its order: an array or an object, then what is in it.
///
/// It lies where the text does, and only grows.
@safe struct JSONEntries: ~Copyable, @unchecked Sendable {
  /// A value, or the name of a member, which comes right before the member's value.
  struct Entry: BitwiseCopyable, Sendable {
    /// Where its first byte lies in the text.
    let start: UInt32
    /// Of an array or an object, the number of entries that it takes with all that is in it, and `isNested`; of
    /// all else, the number of its bytes, with `hasEscapes` beside it.
    var extent: UInt32

    /// Set for a string that does not stand in the text as it is meant.
    static let hasEscapes: UInt32 = 1 << 31
    /// Set for an array or an object.
    static let isNested: UInt32 = 1 << 30

    private var count: Int { Int(extent & ~(Entry.hasEscapes | Entry.isNested)) }

    /// The bytes of what is no array and no object, a string's quotation marks among them.
    var bytes: Range<Int> { Int(start)..<Int(start) + count }

    /// The bytes of a string, between its quotation marks.
    var text: Range<Int> { Int(start) + 1..<Int(start) + count - 1 }

    /// How many entries it takes with all that is in it.
    var size: Int { extent & Entry.isNested != 0 ? count : 1 }

    /// The extent of a string that stands in the text as it is meant.
    @inline(__always)
    static func extent(of text: StaticString) -> UInt32 {
      UInt32(truncatingIfNeeded: text.utf8CodeUnitCount + 2)
    }

    /// Whether it can be a string of that text, by its length.
    /// - Parameter extent: The text's.
    @inline(__always)
    func mayBe(_ text: StaticString, ofExtent extent: UInt32) -> Bool {
      self.extent == extent || self.extent & Entry.hasEscapes != 0 && mayBeEscaped(text)
    }

    /// The same for a string with escapes.
    private func mayBeEscaped(_ text: StaticString) -> Bool {
      count - 2 <= JSONEscape.longest * text.utf8CodeUnitCount
    }

    /// Whether this string and another, at least one of them with escapes, can be the same by their lengths.
    func mayBe(_ other: Entry) -> Bool {
      count - 2 <= JSONEscape.longest * (other.count - 2)
        && other.count - 2 <= JSONEscape.longest * (count - 2)
    }

    /// The text of a string in `text`, its escapes read.
    func decodedString(in text: Span<UInt8>) -> String {
      JSONEscape.decoded(text.extracting(self.text))
    }
  }

  /// Valid for `capacity` entries, of which the first `count` are set.
  private var start: UnsafeMutablePointer<Entry>
  private(set) var count = 0
  private var capacity: Int

  /// None, with room for so many.
  /// - Throws: `GraphError.memory`.
  init(capacity: Int) throws(GraphError) {
    unsafe start = try JSONEntries.room(for: capacity)
    self.capacity = capacity
  }

  deinit { unsafe swiftlet_region_free(start) }

  private static func room(for count: Int) throws(GraphError) -> UnsafeMutablePointer<Entry> {
    let bytes = count * MemoryLayout<Entry>.stride
    guard let memory = unsafe swiftlet_region_allocate(bytes) else { throw .memory(bytes: bytes) }
    return unsafe memory.bindMemory(to: Entry.self, capacity: count)
  }

  /// - Throws: as `init(capacity:)`.
  @inline(__always)
  mutating func append(_ entry: Entry) throws(GraphError) {
    if count == capacity { try grow() }
    unsafe start[count] = entry
    count += 1
  }

  private mutating func grow() throws(GraphError) {
    // A text has fewer values than bytes, and those are fewer than 2^30.
    let larger = max(2 * capacity, 16)
    let room = unsafe try JSONEntries.room(for: larger)
    unsafe room.update(from: start, count: count)
    unsafe swiftlet_region_free(start)
    unsafe start = room
    capacity = larger
  }

  subscript(index: Int) -> Entry {
    @inline(__always) get {
      precondition(index >= 0 && index < count)
      return unsafe start[index]
    }
  }

  /// Sets the extent of an entry, once what belongs to it has been read.
  @inline(__always)
  mutating func setExtent(of index: Int, to extent: UInt32) {
    precondition(index >= 0 && index < count)
    unsafe start[index].extent = extent
  }
}
