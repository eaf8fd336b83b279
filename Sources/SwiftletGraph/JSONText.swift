import SwiftletSystem

/// A JSON text that has been checked, and cut into its values without a copy of any.
///
/// A model's text has many thousands of values, most of which say what is so anyway: what is not asked for is
/// never made. What is, is read through `JSONNode`.
final class JSONText: Sendable {
  typealias Entry = JSONEntries.Entry

  // In this order they give back the memory that they took: the last one's first, unless the list has grown.
  let entries: JSONEntries
  /// The text, in UTF-8.
  let bytes: JSONBytes

  /// Checks a text as `JSONValue(parsing:)` says; throws as it does.
  init(parsing bytes: JSONBytes) throws(GraphError) {
    self.bytes = bytes
    entries = try bytes.withSpan { text throws(GraphError) in try JSONParser.entries(of: text) }
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
    let extent = Entry.extent(of: name)
    let end = next(after: object)
    var member = object + 1
    while member < end {
      let entry = entries[member]
      if entry.mayBe(name, ofExtent: extent), isSame(entry, name) { return member + 1 }
      member = next(after: member + 1)
    }
    return nil
  }

  /// Whether a string's entry is that text, byte for byte once its escapes are read.
  @inline(__always)
  func isText(_ index: Int, _ other: StaticString) -> Bool {
    let entry = entries[index]
    // Of two names that differ most differ in their lengths.
    return entry.mayBe(other, ofExtent: Entry.extent(of: other)) && isSame(entry, other)
  }

  /// Whether the string that may be that text is.
  private func isSame(_ entry: Entry, _ other: StaticString) -> Bool {
    guard entry.extent & Entry.hasEscapes == 0 else {
      return bytes.withSpan { entry.decodedString(in: $0).utf8.elementsEqual(other.description.utf8) }
    }
    // The entry says that as many bytes lie there, and the quotation marks beside them.
    return bytes.withSpan { text in
      unsafe text.withUnsafeBytes { text in
        guard let base = text.baseAddress else { return false }
        return unsafe swiftlet_same_bytes(
          base + Int(entry.start) + 1, other.utf8Start, other.utf8CodeUnitCount)
      }
    }
  }

  /// Hands over the text of a string's entry, in UTF-8.
  func withText<Result>(of index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
    let entry = entries[index]
    guard entry.extent & Entry.hasEscapes == 0 else {
      let decoded = [UInt8](string(at: index).utf8)
      return body(decoded.span)
    }
    return bytes.withSpan(entry.text, body)
  }

  /// The text of a string's entry.
  func string(at index: Int) -> String {
    let entry = entries[index]
    guard entry.extent & Entry.hasEscapes == 0 else {
      return bytes.withSpan { entry.decodedString(in: $0) }
    }
    return bytes.withSpan(entry.text) { text in
      unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
  }
}
