import SwiftletSystem

/// A JSON text that has been checked, and cut into its values without a copy of any.
///
/// A model's text has many thousands of values, most of which say what is so anyway: what is not asked for is
/// never made. What is, is read through `JSONNode`.
final class JSONText: Sendable {
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

    /// How many entries it takes with all that is in it.
    var size: Int { extent & Entry.isNested != 0 ? count : 1 }

    /// Whether it can be a string of that text, by its length.
    func mayBe(_ text: StaticString) -> Bool {
      extent == UInt32(truncatingIfNeeded: text.utf8CodeUnitCount + 2)
        || extent & Entry.hasEscapes != 0 && count - 2 <= JSONEscape.longest * text.utf8CodeUnitCount
    }

    /// Whether this string and another, at least one of them with escapes, can be the same by their lengths.
    func mayBe(_ other: Entry) -> Bool {
      count - 2 <= JSONEscape.longest * (other.count - 2)
        && other.count - 2 <= JSONEscape.longest * (count - 2)
    }

    /// The text of a string in `text`, its escapes read.
    func decodedString(in text: Span<UInt8>) -> String {
      JSONEscape.decoded(text.extracting(Int(start) + 1..<Int(start) + count - 1))
    }
  }

  /// The text, in UTF-8.
  let bytes: [UInt8]
  /// In the order of the text: an array or an object, then what is in it.
  let entries: [Entry]

  /// Checks a text as `JSONValue(parsing:)` says; throws as it does.
  init(parsing bytes: [UInt8]) throws(GraphError) {
    entries = try JSONParser(bytes.span).entries
    self.bytes = bytes
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
    let end = next(after: object)
    var member = object + 1
    while member < end {
      if isText(member, name) { return member + 1 }
      member = next(after: member + 1)
    }
    return nil
  }

  /// Whether a string's entry is that text, byte for byte once its escapes are read.
  @inline(__always)
  func isText(_ index: Int, _ other: StaticString) -> Bool {
    let entry = entries[index]
    // Of two names that differ most differ in their lengths.
    return entry.mayBe(other) && isSame(entry, other)
  }

  /// Whether the string that may be that text is.
  private func isSame(_ entry: Entry, _ other: StaticString) -> Bool {
    guard entry.extent & Entry.hasEscapes == 0 else {
      let bytes = bytes
      return entry.decodedString(in: bytes.span).utf8.elementsEqual(other.description.utf8)
    }
    // The entry says that as many bytes lie there, and the quotation marks beside them.
    return unsafe bytes.withUnsafeBytes { text in
      guard let base = text.baseAddress else { return false }
      return unsafe swiftlet_same_bytes(
        base + Int(entry.start) + 1, other.utf8Start, other.utf8CodeUnitCount)
    }
  }

  /// Hands over the text of a string's entry, in UTF-8.
  func withText<Result>(of index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
    let entry = entries[index]
    guard entry.extent & Entry.hasEscapes == 0 else {
      let decoded = [UInt8](string(at: index).utf8)
      return body(decoded.span)
    }
    let bytes = bytes
    let place = entry.bytes
    return body(bytes.span.extracting(place.lowerBound + 1..<place.upperBound - 1))
  }

  /// The text of a string's entry.
  func string(at index: Int) -> String {
    let entry = entries[index]
    guard entry.extent & Entry.hasEscapes == 0 else {
      let bytes = bytes
      return entry.decodedString(in: bytes.span)
    }
    return String(decoding: bytes[entry.bytes].dropFirst().dropLast(), as: UTF8.self)
  }
}
