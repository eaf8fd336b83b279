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
  public init(parsing bytes: [UInt8]) throws(GraphError) {
    let text = try JSONText(parsing: .copy(of: bytes))
    self = try text.withRoot { root throws(GraphError) in root.value }
  }

  /// Parses a text; as `init(parsing:)` of its bytes.
  public init(parsing text: String) throws(GraphError) { try self.init(parsing: [UInt8](text.utf8)) }
}

/// Checks a JSON text from its beginning to its end, and notes where each value lies.
///
/// The text and the position in it are handed from function to function rather than kept: each begins at a position,
/// and returns the one where it ended.
struct JSONParser: ~Copyable {
  private typealias Entry = JSONEntries.Entry
  private typealias Text = Span<UInt8>

  private var entries: JSONEntries
  /// How many bytes the text has.
  private let count: Int

  /// Checks a whole text.
  /// - Parameter text: The text, and a zero behind it.
  static func entries(of text: Span<UInt8>) throws(GraphError) -> JSONEntries {
    precondition(text.count > 0 && text[text.count - 1] == 0)
    let count = text.count - 1
    // Lengths take 30 bits.
    guard count < Int(Entry.isNested) else {
      throw .unsupported("a JSON text of \(count) bytes", place: "", supported: "less than 1 GB")
    }
    // Hardly more often does a value begin in what Keras writes. A list that grows leaves its first place unused.
    var parser = JSONParser(entries: try JSONEntries(capacity: count / 7), count: count)
    let end = parser.skipSpace(text, try parser.value(text, parser.skipSpace(text, 0), depth: 0))
    guard end == count else { throw parser.malformed("there is more text after the value", at: end) }
    return parser.entries
  }

  private func malformed(_ what: String, at offset: Int) -> GraphError {
    .malformed("JSON: " + what, place: "byte \(offset)")
  }

  /// The byte at a position; at the end 0, which no JSON has outside of a string.
  @inline(__always)
  private func byte(_ text: Text, _ position: Int) -> UInt8 {
    // A position counts up from 0, and nothing is stepped over but bytes that are no zero.
    unsafe text[unchecked: position]
  }

  @inline(__always)
  private func skipSpace(_ text: Text, _ start: Int) -> Int {
    var position = start
    while byte(text, position) <= 0x20 {
      switch byte(text, position) {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return position
      }
    }
    return position
  }

  /// Whether `word` comes next.
  @inline(__always)
  private func isNext(_ word: StaticString, _ text: Text, _ position: Int) -> Bool {
    let count = word.utf8CodeUnitCount
    guard count <= self.count - position else { return false }
    for index in 0..<count where unsafe text[unchecked: position + index] != word.utf8Start[index] {
      return false
    }
    return true
  }

  /// Notes what lies between two positions, and returns the second.
  @inline(__always)
  private mutating func note(from start: Int, to end: Int, hasEscapes: Bool = false) throws(GraphError) -> Int
  {
    let count = UInt32(truncatingIfNeeded: end - start)
    try entries.append(
      Entry(
        start: UInt32(truncatingIfNeeded: start), extent: hasEscapes ? count | Entry.hasEscapes : count))
    return end
  }

  private mutating func value(_ text: Text, _ start: Int, depth: Int) throws(GraphError) -> Int {
    switch byte(text, start) {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth < JSONValue.maximumDepth else {
        throw .unsupported(
          "JSON nested this deep", place: "byte \(start)", supported: "\(JSONValue.maximumDepth) levels")
      }
      let index = entries.count
      _ = try note(from: start, to: start + 1)
      let end =
        byte(text, start) == UInt8(ascii: "{")
        ? try object(text, start + 1, index, depth: depth + 1) : try array(text, start + 1, depth: depth + 1)
      entries.setExtent(of: index, to: UInt32(truncatingIfNeeded: entries.count - index) | Entry.isNested)
      return end
    case UInt8(ascii: "\""): return try string(text, start)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(text, start)
    case UInt8(ascii: "t"): if isNext("true", text, start) { return try note(from: start, to: start + 4) }
    case UInt8(ascii: "f"): if isNext("false", text, start) { return try note(from: start, to: start + 5) }
    case UInt8(ascii: "n"): if isNext("null", text, start) { return try note(from: start, to: start + 4) }
    case UInt8(ascii: "N"): if isNext("NaN", text, start) { return try note(from: start, to: start + 3) }
    case UInt8(ascii: "I"): if isNext("Infinity", text, start) { return try note(from: start, to: start + 8) }
    default: break
    }
    throw malformed(
      start < count ? "no value begins like this" : "the text ends where a value should be", at: start)
  }

  /// What comes behind the opening bracket.
  private mutating func array(_ text: Text, _ start: Int, depth: Int) throws(GraphError) -> Int {
    var position = skipSpace(text, start)
    if byte(text, position) == UInt8(ascii: "]") { return position + 1 }
    while true {
      position = skipSpace(text, try value(text, position, depth: depth))
      switch byte(text, position) {
      case UInt8(ascii: ","): position = skipSpace(text, position + 1)
      case UInt8(ascii: "]"): return position + 1
      default: throw malformed("a list goes on with a comma or ends with ]", at: position)
      }
    }
  }

  /// What comes behind the opening brace.
  /// - Parameter index: the object's own entry.
  private mutating func object(_ text: Text, _ start: Int, _ index: Int, depth: Int) throws(GraphError) -> Int
  {
    var position = skipSpace(text, start)
    if byte(text, position) == UInt8(ascii: "}") { return position + 1 }
    var names = NamesOfObject(index)
    while true {
      guard byte(text, position) == UInt8(ascii: "\"") else {
        throw malformed("a member of an object begins with its name", at: position)
      }
      let nameStart = position
      position = try string(text, position)
      guard names.insertLast(of: entries, text) else {
        let spelled = entries[entries.count - 1].decodedString(in: text)
        throw malformed("the name \"\(spelled)\" is there twice in one object", at: nameStart)
      }
      position = skipSpace(text, position)
      guard byte(text, position) == UInt8(ascii: ":") else {
        throw malformed("a colon follows the name of a member", at: position)
      }
      position = skipSpace(text, position + 1)
      position = skipSpace(text, try value(text, position, depth: depth))
      switch byte(text, position) {
      case UInt8(ascii: ","): position = skipSpace(text, position + 1)
      case UInt8(ascii: "}"): return position + 1
      default: throw malformed("an object goes on with a comma or ends with }", at: position)
      }
    }
  }

  // MARK: Numbers

  /// Steps over digits.
  @inline(__always)
  private func skipDigits(_ text: Text, _ start: Int) -> Int {
    var position = start
    while byte(text, position) &- UInt8(ascii: "0") < 10 { position += 1 }
    return position
  }

  private mutating func number(_ text: Text, _ start: Int) throws(GraphError) -> Int {
    let leading = byte(text, start) == UInt8(ascii: "-") ? start + 1 : start
    if isNext("Infinity", text, leading) { return try note(from: start, to: leading + 8) }
    var position = skipDigits(text, leading)
    guard position > leading else { throw malformed("digits follow a minus sign", at: start) }
    guard position == leading + 1 || byte(text, leading) != UInt8(ascii: "0") else {
      throw malformed("a number does not begin with a needless 0", at: start)
    }
    if byte(text, position) == UInt8(ascii: ".") {
      let fraction = position + 1
      position = skipDigits(text, fraction)
      guard position > fraction else { throw malformed("digits follow the point of a number", at: start) }
    }
    if byte(text, position) | 0x20 == UInt8(ascii: "e") {
      position += 1
      if byte(text, position) == UInt8(ascii: "+") || byte(text, position) == UInt8(ascii: "-") {
        position += 1
      }
      let exponent = position
      position = skipDigits(text, exponent)
      guard position > exponent else { throw malformed("digits follow the e of a number", at: start) }
    }
    return try note(from: start, to: position)
  }

  /// The number that a text is which has been checked.
  static func number(_ text: Span<UInt8>) -> JSONValue? {
    if let value = integer(text) { return .integer(value) }
    // All that begins like this is minus infinity.
    if text.count > 1, text[1] == UInt8(ascii: "I") { return .number(-.infinity) }
    return (shortDecimal(text) ?? parseDouble(text)).map { .number($0) }
  }

  /// The number that a text of a few digits with a point is; nil where it is another.
  private static func shortDecimal(_ text: Span<UInt8>) -> Double? {
    // With no more digits both that number and the power of ten are exact, and their quotient is rounded right.
    guard text.count <= 15 else { return nil }
    var digits = 0.0
    var divisor = 1.0
    var hasPoint = false
    for index in text.indices {
      let byte = text[index]
      if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
        continue
      }
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      digits = digits * 10 + Double(byte - UInt8(ascii: "0"))
      if hasPoint { divisor *= 10 }
    }
    return hasPoint ? digits / divisor : nil
  }

  /// The integer that a text is; nil where it is another number, or does not fit.
  private static func integer(_ text: Span<UInt8>) -> Int? {
    let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
    var result = 0
    for index in (isNegative ? 1 : 0)..<text.count {
      let byte = text[index]
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

  @inline(__always)
  private mutating func string(_ text: Text, _ start: Int) throws(GraphError) -> Int {
    let end = skipPlain(text, start + 1)
    guard byte(text, end) == UInt8(ascii: "\"") else { return try unusualString(text, start) }
    return try note(from: start, to: end + 1)
  }

  /// A string that is not ASCII alone, has escapes, or is malformed.
  private mutating func unusualString(_ text: Text, _ start: Int) throws(GraphError) -> Int {
    var position = start + 1
    var hasEscapes = false
    var isASCII = true
    while position < count {
      position = skipPlain(text, position)
      switch byte(text, position) {
      case 0x80...:
        isASCII = false
        position += 1
      case UInt8(ascii: "\\"):
        hasEscapes = true
        _ = try JSONEscape.read(text, at: &position)
      case UInt8(ascii: "\""):
        guard isASCII || isUTF8(text.extracting(start..<position)) else {
          throw malformed("the string that ends at byte \(position) is not UTF-8", at: start)
        }
        return try note(from: start, to: position + 1, hasEscapes: hasEscapes)
      default:
        guard position == count else {
          throw malformed("a control character in a string must be escaped", at: position)
        }
      }
    }
    throw malformed("the string has no end", at: start)
  }

  /// Steps over the bytes of a string that are ASCII and stand for themselves.
  @inline(__always)
  private func skipPlain(_ text: Text, _ start: Int) -> Int {
    unsafe text.withUnsafeBytes { text in
      let base = unsafe text.bindMemory(to: CChar.self).baseAddress
      guard let base = unsafe base, start < count else { return start }
      return unsafe start + swiftlet_plain_text(base + start, count - start)
    }
  }

  private func isUTF8(_ text: Text) -> Bool {
    unsafe text.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) != nil }
  }
}

/// A decimal number as JSON spells it; nil where the text is not wholly one. Too large a number is infinite.
func parseDouble(_ text: Span<UInt8>) -> Double? {
  var value = 0.0
  let isNumber = unsafe text.withUnsafeBytes { buffer in
    // The pointer is good for `count` bytes while the closure runs, which is all that the function reads.
    guard let base = unsafe buffer.bindMemory(to: CChar.self).baseAddress else { return false }
    return unsafe swiftlet_parse_double(base, buffer.count, &value)
  }
  return isNumber ? value : nil
}
