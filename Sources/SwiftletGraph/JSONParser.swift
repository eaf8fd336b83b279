import SwiftletSystem

extension JSONValue {
  /// How deeply arrays and objects may lie in each other.
  public static let maximumDepth = 256

  /// Parses a text in UTF-8 as Python's `json` does: bare `NaN`, `Infinity` and `-Infinity` are numbers, and an
  /// integer that does not fit an `Int` becomes a `number`. Unlike Python it refuses an object that has a name
  /// twice, since two readers could then see two networks in one file, and half of a surrogate pair.
  ///
  /// The memory that it takes is bounded by a small multiple of the text.
  /// - Throws: `GraphError.malformed` with the byte offset as its place; `.unsupported` for a text that is
  ///   nested more than `maximumDepth` deep, or of 1 GB or more.
  public init(parsing bytes: [UInt8]) throws(GraphError) { self = try JSONText(parsing: bytes).root.value }

  /// Parses a text; as `init(parsing:)` of its bytes.
  public init(parsing text: String) throws(GraphError) { try self.init(parsing: [UInt8](text.utf8)) }
}

/// Checks a JSON text from its beginning to its end, and notes where each value lies.
///
/// The text is handed from function to function rather than kept: a span is read without counting references.
struct JSONParser {
  private typealias Entry = JSONText.Entry
  private typealias Text = Span<UInt8>

  private var position = 0
  private(set) var entries: [JSONText.Entry] = []

  /// Checks the whole text.
  init(_ text: Span<UInt8>) throws(GraphError) {
    // Lengths take 30 bits.
    guard text.count < Int(Entry.isNested) else {
      throw .unsupported("a JSON text of \(text.count) bytes", place: "", supported: "less than 1 GB")
    }
    // Somewhat less often than that a value begins in what Keras writes.
    entries.reserveCapacity(text.count / 9)
    skipSpace(text)
    try value(text, depth: 0)
    skipSpace(text)
    guard position == text.count else { throw malformed("there is more text after the value") }
  }

  private func malformed(_ what: String, at offset: Int? = nil) -> GraphError {
    .malformed("JSON: " + what, place: "byte \(offset ?? position)")
  }

  /// The byte at the position; nil at the end.
  private func next(_ text: Text) -> UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipSpace(_ text: Text) {
    while let byte = next(text), byte <= 0x20 {
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      position += 1
    }
  }

  /// Steps over `byte` if it comes next.
  private mutating func take(_ byte: UInt8, _ text: Text) -> Bool {
    guard next(text) == byte else { return false }
    position += 1
    return true
  }

  /// Steps over `word` if it comes next.
  private mutating func take(_ word: StaticString, _ text: Text) -> Bool {
    let count = word.utf8CodeUnitCount
    guard count <= text.count - position else { return false }
    for index in 0..<count where unsafe text[position + index] != word.utf8Start[index] { return false }
    position += count
    return true
  }

  /// Notes what lies between `start` and the position.
  private mutating func note(from start: Int, hasEscapes: Bool = false) {
    let count = UInt32(truncatingIfNeeded: position - start)
    entries.append(
      Entry(
        start: UInt32(truncatingIfNeeded: start), extent: hasEscapes ? count | Entry.hasEscapes : count))
  }

  private mutating func value(_ text: Text, depth: Int) throws(GraphError) {
    guard let byte = next(text) else { throw malformed("the text ends where a value should be") }
    let start = position
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth < JSONValue.maximumDepth else {
        throw .unsupported(
          "JSON nested this deep", place: "byte \(position)", supported: "\(JSONValue.maximumDepth) levels")
      }
      let index = entries.count
      position += 1
      note(from: start)
      if byte == UInt8(ascii: "{") {
        try object(text, index, depth: depth + 1)
      } else {
        try array(text, depth: depth + 1)
      }
      entries[index].extent = UInt32(truncatingIfNeeded: entries.count - index) | Entry.isNested
      return
    case UInt8(ascii: "\""): return try string(text)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(text)
    case UInt8(ascii: "t"): if take("true", text) { return note(from: start) }
    case UInt8(ascii: "f"): if take("false", text) { return note(from: start) }
    case UInt8(ascii: "n"): if take("null", text) { return note(from: start) }
    case UInt8(ascii: "N"): if take("NaN", text) { return note(from: start) }
    case UInt8(ascii: "I"): if take("Infinity", text) { return note(from: start) }
    default: break
    }
    throw malformed("no value begins like this")
  }

  private mutating func array(_ text: Text, depth: Int) throws(GraphError) {
    skipSpace(text)
    if take(UInt8(ascii: "]"), text) { return }
    while true {
      skipSpace(text)
      try value(text, depth: depth)
      skipSpace(text)
      if take(UInt8(ascii: "]"), text) { return }
      guard take(UInt8(ascii: ","), text) else {
        throw malformed("a list goes on with a comma or ends with ]")
      }
    }
  }

  /// - Parameter index: the object's own entry.
  private mutating func object(_ text: Text, _ index: Int, depth: Int) throws(GraphError) {
    var names = NamesOfObject(index)
    skipSpace(text)
    if take(UInt8(ascii: "}"), text) { return }
    while true {
      skipSpace(text)
      let start = position
      let name = entries.count
      guard next(text) == UInt8(ascii: "\"") else {
        throw malformed("a member of an object begins with its name")
      }
      try string(text)
      guard names.insert(name, entries, text) else {
        let spelled = entries[name].decodedString(in: text)
        throw malformed("the name \"\(spelled)\" is there twice in one object", at: start)
      }
      skipSpace(text)
      guard take(UInt8(ascii: ":"), text) else { throw malformed("a colon follows the name of a member") }
      skipSpace(text)
      try value(text, depth: depth)
      skipSpace(text)
      if take(UInt8(ascii: "}"), text) { return }
      guard take(UInt8(ascii: ","), text) else {
        throw malformed("an object goes on with a comma or ends with }")
      }
    }
  }

  // MARK: Numbers

  private mutating func digits(_ text: Text) -> Bool {
    let start = position
    while let byte = next(text), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position > start
  }

  private mutating func number(_ text: Text) throws(GraphError) {
    let start = position
    _ = take(UInt8(ascii: "-"), text)
    if take("Infinity", text) { return note(from: start) }
    let first = next(text)
    let leading = position
    guard digits(text) else { throw malformed("digits follow a minus sign", at: start) }
    guard first != UInt8(ascii: "0") || position == leading + 1 else {
      throw malformed("a number does not begin with a needless 0", at: start)
    }
    if take(UInt8(ascii: "."), text) {
      guard digits(text) else { throw malformed("digits follow the point of a number", at: start) }
    }
    if next(text) == UInt8(ascii: "e") || next(text) == UInt8(ascii: "E") {
      position += 1
      if next(text) == UInt8(ascii: "+") || next(text) == UInt8(ascii: "-") { position += 1 }
      guard digits(text) else { throw malformed("digits follow the e of a number", at: start) }
    }
    note(from: start)
  }

  /// The number that a text is which has been checked.
  static func number(_ text: ArraySlice<UInt8>) -> JSONValue? {
    if let value = integer(text) { return .integer(value) }
    // All that begins like this is minus infinity.
    if text.dropFirst().first == UInt8(ascii: "I") { return .number(-.infinity) }
    return parseDouble(text).map { .number($0) }
  }

  /// The integer that a text is; nil where it is another number, or does not fit.
  private static func integer(_ text: ArraySlice<UInt8>) -> Int? {
    let isNegative = text.first == UInt8(ascii: "-")
    var result = 0
    for byte in isNegative ? text.dropFirst() : text {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      let digit = Int(byte - UInt8(ascii: "0"))
      let (sum, carry) =
        isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      guard !overflow, !carry else { return nil }
      result = sum
    }
    return result
  }

  // MARK: Strings

  private mutating func string(_ text: Text) throws(GraphError) {
    let start = position
    position += 1
    var hasEscapes = false
    var all: UInt8 = 0
    while true {
      skipPlain(text, &all)
      guard let byte = next(text) else { break }
      if byte == UInt8(ascii: "\"") {
        guard all < 0x80 || isUTF8(text.extracting(start..<position)) else {
          throw malformed("the string that ends at byte \(position) is not UTF-8", at: start)
        }
        position += 1
        return note(from: start, hasEscapes: hasEscapes)
      }
      guard byte == UInt8(ascii: "\\") else {
        throw malformed("a control character in a string must be escaped")
      }
      hasEscapes = true
      _ = try JSONEscape.read(text, at: &position)
    }
    throw malformed("the string has no end", at: start)
  }

  /// Steps over the bytes of a string that stand for themselves, and sets the top bit of `bits` unless all are ASCII.
  private mutating func skipPlain(_ text: Text, _ bits: inout UInt8) {
    let start = position
    position += unsafe text.withUnsafeBytes { text in
      guard let base = unsafe text.bindMemory(to: CChar.self).baseAddress else { return 0 }
      return unsafe swiftlet_plain_text(base + start, text.count - start, &bits)
    }
  }

  private func isUTF8(_ text: Text) -> Bool {
    unsafe text.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) != nil }
  }
}

/// A decimal number as JSON spells it; nil where the text is not wholly one. Too large a number is infinite.
func parseDouble(_ text: ArraySlice<UInt8>) -> Double? {
  var value = 0.0
  let isNumber = unsafe text.withUnsafeBytes { buffer in
    // The pointer is good for `count` bytes while the closure runs, which is all that the function reads.
    guard let base = unsafe buffer.bindMemory(to: CChar.self).baseAddress else { return false }
    return unsafe swiftlet_parse_double(base, buffer.count, &value)
  }
  return isNumber ? value : nil
}
