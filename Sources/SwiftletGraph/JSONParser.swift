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
  ///   nested more than `maximumDepth` deep, or of 1 GB or more; `.memory`.
  public init(parsing bytes: [UInt8]) throws(GraphError) {
    let text = try JSONText(parsing: .copy(of: bytes))
    self = try text.withRoot { root throws(GraphError) in root.value }
  }

  /// Parses a text; as `init(parsing:)` of its bytes.
  public init(parsing text: String) throws(GraphError) { try self.init(parsing: [UInt8](text.utf8)) }
}

/// Checks a JSON text from its beginning to its end, reads the escapes in it, and notes where each value lies.
///
/// The position is handed from function to function rather than kept: each begins at one, and returns the one where it
/// ended.
struct JSONParser: ~Copyable {
  private typealias Entry = JSONEntries.Entry

  private let text: JSONCharacters
  /// How many bytes the text has.
  private let count: Int
  private var entries: JSONEntries

  /// Checks a whole text, which has what its escapes stand for in their place when this returns.
  static func entries(of bytes: JSONBytes) throws(GraphError) -> JSONEntries {
    let count = bytes.count
    guard count < 1 << 30 else {
      throw .unsupported("a JSON text of \(count) bytes", place: "", supported: "less than 1 GB")
    }
    return try bytes.withCharacters { text throws(GraphError) in
      // Hardly more often does a value begin in what Keras writes. A list that grows leaves its first place unused.
      var parser = JSONParser(text: text, count: count, entries: try JSONEntries(capacity: count / 7))
      let end = parser.skipSpace(try parser.value(parser.skipSpace(0), depth: 0))
      guard end == count else { throw parser.malformed("there is more text after the value", at: end) }
      return parser.entries
    }
  }

  private func malformed(_ what: String, at offset: Int) -> GraphError {
    .malformed("JSON: " + what, place: "byte \(offset)")
  }

  @inline(__always)
  private func skipSpace(_ start: Int) -> Int {
    var position = start
    while text[position] <= 0x20 {
      switch text[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
      default: return position
      }
    }
    return position
  }

  /// Notes what lies between two positions, and returns the second.
  @inline(__always)
  private mutating func note(from start: Int, to end: Int) throws(GraphError) -> Int {
    try entries.append(
      Entry(
        start: UInt32(truncatingIfNeeded: start), extent: UInt32(truncatingIfNeeded: end &- start)))
    return end
  }

  /// Notes a word that should come next, and returns where it ends.
  @inline(__always)
  private mutating func word(_ word: StaticString, _ start: Int) throws(GraphError) -> Int {
    guard text.isNext(word, at: start) else { throw noValue(at: start) }
    return try note(from: start, to: start &+ word.utf8CodeUnitCount)
  }

  @inline(__always)
  private mutating func value(_ start: Int, depth: Int) throws(GraphError) -> Int {
    switch text[start] {
    case UInt8(ascii: "\""): try string(start)
    case UInt8(ascii: "{"), UInt8(ascii: "["): try nested(start, depth: depth)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(start)
    case UInt8(ascii: "t"): try word("true", start)
    case UInt8(ascii: "f"): try word("false", start)
    case UInt8(ascii: "n"): try word("null", start)
    case UInt8(ascii: "N"): try word("NaN", start)
    case UInt8(ascii: "I"): try word("Infinity", start)
    default: throw noValue(at: start)
    }
  }

  private func noValue(at start: Int) -> GraphError {
    malformed(
      start < count ? "no value begins like this" : "the text ends where a value should be", at: start)
  }

  /// An array or an object.
  private mutating func nested(_ start: Int, depth: Int) throws(GraphError) -> Int {
    guard depth < JSONValue.maximumDepth else {
      throw .unsupported(
        "JSON nested this deep", place: "byte \(start)", supported: "\(JSONValue.maximumDepth) levels")
    }
    let index = entries.count
    let inside = skipSpace(try note(from: start, to: start + 1))
    let end =
      text[start] == UInt8(ascii: "{")
      ? try object(inside, index, depth: depth + 1) : try array(inside, depth: depth + 1)
    entries.setExtent(of: index, to: UInt32(truncatingIfNeeded: entries.count - index) | Entry.isNested)
    return end
  }

  /// What comes behind the opening bracket and the space there.
  @inline(__always)
  private mutating func array(_ start: Int, depth: Int) throws(GraphError) -> Int {
    var position = start
    if text[position] == UInt8(ascii: "]") { return position + 1 }
    while true {
      position = skipSpace(try value(position, depth: depth))
      guard text[position] == UInt8(ascii: ",") else { break }
      position = skipSpace(position &+ 1)
    }
    guard text[position] == UInt8(ascii: "]") else {
      throw malformed("a list goes on with a comma or ends with ]", at: position)
    }
    return position + 1
  }

  /// What comes behind the opening brace and the space there.
  /// - Parameter index: the object's own entry.
  @inline(__always)
  private mutating func object(_ start: Int, _ index: Int, depth: Int) throws(GraphError) -> Int {
    var position = start
    if text[position] == UInt8(ascii: "}") { return position + 1 }
    var names = JSONNameKinds()
    while true {
      guard text[position] == UInt8(ascii: "\"") else {
        throw malformed("a member of an object begins with its name", at: position)
      }
      position = skipSpace(try string(position))
      names.insert(entries.last, in: text)
      guard text[position] == UInt8(ascii: ":") else {
        throw malformed("a colon follows the name of a member", at: position)
      }
      position = skipSpace(try value(skipSpace(position &+ 1), depth: depth))
      guard text[position] == UInt8(ascii: ",") else { break }
      position = skipSpace(position &+ 1)
    }
    guard text[position] == UInt8(ascii: "}") else {
      throw malformed("an object goes on with a comma or ends with }", at: position)
    }
    if names.mayRepeat, let name = entries.repeatedName(among: index + 1..<entries.count, text) {
      throw malformed(
        "the name \(text.string(name.bytes) ?? "") is there twice in one object", at: Int(name.start))
    }
    return position + 1
  }

  // MARK: Numbers

  /// Steps over digits.
  @inline(__always)
  private func skipDigits(_ start: Int) -> Int {
    var position = start
    while text[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
    return position
  }

  private mutating func number(_ start: Int) throws(GraphError) -> Int {
    let leading = text[start] == UInt8(ascii: "-") ? start + 1 : start
    var position = skipDigits(leading)
    guard position > leading else {
      guard text.isNext("Infinity", at: leading) else {
        throw malformed("digits follow a minus sign", at: start)
      }
      return try note(from: start, to: leading + 8)
    }
    guard position == leading + 1 || text[leading] != UInt8(ascii: "0") else {
      throw malformed("a number does not begin with a needless 0", at: start)
    }
    if text[position] == UInt8(ascii: ".") {
      let fraction = position + 1
      position = skipDigits(fraction)
      guard position > fraction else { throw malformed("digits follow the point of a number", at: start) }
    }
    if text[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-") { position += 1 }
      let exponent = position
      position = skipDigits(exponent)
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
  private mutating func string(_ start: Int) throws(GraphError) -> Int {
    let end = text.skipPlain(start &+ 1)
    guard text[end] == UInt8(ascii: "\"") else { return try unusualString(start) }
    return try note(from: start, to: end &+ 1)
  }

  /// A string that is not ASCII alone, has escapes, or is malformed. What its escapes stand for is put in their place,
  /// what lies behind moves up, and so does the quotation mark.
  private mutating func unusualString(_ start: Int) throws(GraphError) -> Int {
    var position = start + 1
    // No escape takes fewer bytes than what it stands for.
    var end = position
    while position < count {
      let byte = text[position]
      switch byte {
      case UInt8(ascii: "\\"):
        for unit in String(try JSONEscape.read(text, at: &position)).utf8 {
          text[end] = unit
          end += 1
        }
      case UInt8(ascii: "\""):
        // An escape stands for whole characters, so it mends none that is cut off beside it.
        guard text.string(start..<end) != nil else {
          throw malformed("the string that ends at byte \(position) is not UTF-8", at: start)
        }
        text[end] = byte
        _ = try note(from: start, to: end + 1)
        return position + 1
      case ..<0x20: throw malformed("a control character in a string must be escaped", at: position)
      default:
        text[end] = byte
        end += 1
        position += 1
      }
    }
    throw malformed("the string has no end", at: start)
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
