/// A JSON text that has been checked, and cut into its values without a copy of any.
///
/// A model's text has many thousands of values, most of which say what is so anyway: what is not asked for is
/// never made. What is, is read through `JSONNode`.
final class JSONText: Sendable {
  typealias Entry = JSONEntries.Entry

  // In this order they give back the memory that they took: the last one's first, unless the list has grown.
  let entries: JSONEntries
  /// The text, in UTF-8, with the escapes in its strings read.
  let bytes: JSONBytes

  /// Checks a text as `JSONValue(parsing:)` says, and reads its escapes in their place; throws as it does.
  init(parsing bytes: JSONBytes) throws(GraphError) {
    self.bytes = bytes
    entries = try JSONParser.entries(of: bytes)
  }

  /// Hands over the value that the text is. It, and all that is got from it, is there until this returns.
  func withRoot<Result>(
    _ body: (JSONNode) throws(GraphError) -> Result
  ) throws(GraphError) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(JSONNode(text: self, index: 0))
  }

  /// The first byte of the entry, which tells its kind.
  func lead(of index: Int) -> UInt8 { bytes[Int(entries[index].start)] }

  /// The entry behind all that belongs to this one.
  func next(after index: Int) -> Int { index + entries[index].size }

  /// The value of the member of that name; nil if the object has none.
  func member(_ name: StaticString, of object: Int) -> Int? {
    let found = entries.name(among: object + 1..<next(after: object)) { isText($0, name) }
    return found.map { $0 &+ 1 }
  }

  /// The entries of an object's members, without a first one of that name.
  func members(of object: Int, behind name: StaticString) -> Range<Int> {
    let members = object + 1..<next(after: object)
    guard let first = members.first, isText(first, name) else { return members }
    return next(after: first + 1)..<members.upperBound
  }

  /// Whether two runs of entries are the same, and so are the bytes from the first to the last.
  func areSpelledAlike(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
    guard first.count == second.count else { return false }
    guard !first.isEmpty else { return true }
    let (a, b) = (extent(of: first), extent(of: second))
    // The bytes alone do not tell values apart once escapes have been read.
    return a.count == b.count && bytes.isSame(a.lowerBound, b.lowerBound, count: a.count)
      && entries.isSame(first, second)
  }

  /// Where a run of entries lies in the text.
  private func extent(of run: Range<Int>) -> Range<Int> {
    Int(entries[run.lowerBound].start)..<entries[run.upperBound - 1].end
  }

  /// Whether an entry is a string of that text, byte for byte.
  @inline(__always)
  func isText(_ index: Int, _ other: StaticString) -> Bool {
    isText(entries[index], other) && lead(of: index) == UInt8(ascii: "\"")
  }

  /// Whether an entry is that text, if it is a string.
  @inline(__always)
  private func isText(_ entry: Entry, _ other: StaticString) -> Bool {
    entry.isLong(as: other) && bytes.isText(other, at: Int(entry.start) + 1)
  }

  /// Hands over the text of a string's entry, in UTF-8.
  func withText<Result>(of index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
    bytes.withSpan(entries[index].text, body)
  }

  /// The text of a string's entry.
  func string(at index: Int) -> String {
    withText(of: index) { text in
      unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
  }
}
