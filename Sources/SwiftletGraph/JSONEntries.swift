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
    /// all else, the number of its bytes.
    var extent: UInt32

    /// Set for an array or an object.
    static let isNested: UInt32 = 1 << 31

    /// The bytes of what is no array and no object, a string's quotation marks among them.
    var bytes: Range<Int> { Int(start)..<Int(start) + Int(extent & ~Entry.isNested) }

    /// Where its bytes end; of an array or an object, its opening bracket.
    var end: Int { Int(start) + (extent & Entry.isNested != 0 ? 1 : Int(extent)) }

    /// The bytes of a string, between its quotation marks.
    var text: Range<Int> { bytes.lowerBound + 1..<bytes.upperBound - 1 }

    /// How many entries it takes with all that is in it.
    @inline(__always)
    var size: Int { extent & Entry.isNested != 0 ? Int(extent & ~Entry.isNested) : 1 }

    /// Whether it has the length of a string of that text, by which most differ.
    @inline(__always)
    func isLong(as text: StaticString) -> Bool {
      extent == UInt32(truncatingIfNeeded: text.utf8CodeUnitCount &+ 2)
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

  /// The one that was appended last.
  /// - Precondition: there is one.
  var last: Entry {
    @inline(__always) get { self[count - 1] }
  }

  /// Sets the extent of an entry, once what belongs to it has been read.
  @inline(__always)
  mutating func setExtent(of index: Int, to extent: UInt32) {
    precondition(index >= 0 && index < count)
    unsafe start[index].extent = extent
  }

  /// Whether two runs of entries have the same extents, at the same distances from the first of them.
  /// - Precondition: they are of one length.
  func isSame(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
    precondition(first.lowerBound >= 0 && first.upperBound <= count && first.count == second.count)
    precondition(second.lowerBound >= 0 && second.upperBound <= count)
    guard !first.isEmpty else { return true }
    let (a, b) = unsafe (start + first.lowerBound, start + second.lowerBound)
    let distance = unsafe b[0].start &- a[0].start
    // Without a way out of the loop it takes several at once.
    var difference: UInt32 = 0
    for index in 0..<first.count {
      difference |= unsafe (b[index].start &- a[index].start) ^ distance
      difference |= unsafe b[index].extent ^ a[index].extent
    }
    return difference == 0
  }

  /// The first name among members for which `isWanted` holds; nil if there is none.
  /// - Parameter members: The entries of the members: each name, and behind it its value.
  @inline(__always)
  func name(among members: Range<Int>, where isWanted: (Entry) -> Bool) -> Int? {
    precondition(members.lowerBound >= 0 && members.upperBound <= count)
    var index = members.lowerBound
    while index < members.upperBound {
      // A name has a value behind it.
      if isWanted(unsafe start[index]) { return index }
      index &+= 1 &+ (unsafe start[index &+ 1].size)
    }
    return nil
  }
}
