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
struct JSONParser {
  private typealias Entry = JSONText.Entry

  private let bytes: [UInt8]
  private var position = 0
  private(set) var entries: [JSONText.Entry] = []

  init(bytes: [UInt8]) throws(GraphError) {
    // Lengths take 30 bits.
    guard bytes.count < Int(Entry.isNested) else {
      throw .unsupported("a JSON text of \(bytes.count) bytes", place: "", supported: "less than 1 GB")
    }
    self.bytes = bytes
    // Somewhat less often than that a value begins in what Keras writes.
    entries.reserveCapacity(bytes.count / 9)
  }

  /// Checks the whole text.
  mutating func parse() throws(GraphError) {
    skipSpace()
    try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw malformed("there is more text after the value") }
  }

  private func malformed(_ what: String, at offset: Int? = nil) -> GraphError {
    .malformed("JSON: " + what, place: "byte \(offset ?? position)")
  }

  /// The byte at the position; nil at the end.
  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Steps over `byte` if it comes next.
  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// Steps over `word` if it comes next.
  private mutating func take(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard count <= bytes.count - position else { return false }
    for index in 0..<count where unsafe bytes[position + index] != word.utf8Start[index] { return false }
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

  private mutating func value(depth: Int) throws(GraphError) {
    guard let byte = next else { throw malformed("the text ends where a value should be") }
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
        try object(index, depth: depth + 1)
      } else {
        try array(depth: depth + 1)
      }
      entries[index].extent = UInt32(truncatingIfNeeded: entries.count - index) | Entry.isNested
      return
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): if take("true") { return note(from: start) }
    case UInt8(ascii: "f"): if take("false") { return note(from: start) }
    case UInt8(ascii: "n"): if take("null") { return note(from: start) }
    case UInt8(ascii: "N"): if take("NaN") { return note(from: start) }
    case UInt8(ascii: "I"): if take("Infinity") { return note(from: start) }
    default: break
    }
    throw malformed("no value begins like this")
  }

  private mutating func array(depth: Int) throws(GraphError) {
    skipSpace()
    if take(UInt8(ascii: "]")) { return }
    while true {
      skipSpace()
      try value(depth: depth)
      skipSpace()
      if take(UInt8(ascii: "]")) { return }
      guard take(UInt8(ascii: ",")) else { throw malformed("a list goes on with a comma or ends with ]") }
    }
  }

  /// - Parameter index: the object's own entry.
  private mutating func object(_ index: Int, depth: Int) throws(GraphError) {
    // Few members are compared one by one; a set serves where an attacker writes very many.
    var count = 0
    var names: Set<[UInt8]> = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return }
    while true {
      skipSpace()
      let start = position
      let name = entries.count
      guard next == UInt8(ascii: "\"") else { throw malformed("a member of an object begins with its name") }
      try string()
      if count == 32 { names = firstNames(of: index, before: name) }
      let isRepeated =
        count < 32 ? isRepeated(name, in: index) : !names.insert([UInt8](text(of: name).utf8)).inserted
      guard !isRepeated else {
        throw malformed("the name \"\(text(of: name))\" is there twice in one object", at: start)
      }
      count += 1
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw malformed("a colon follows the name of a member") }
      skipSpace()
      try value(depth: depth)
      skipSpace()
      if take(UInt8(ascii: "}")) { return }
      guard take(UInt8(ascii: ",")) else { throw malformed("an object goes on with a comma or ends with }") }
    }
  }

  // MARK: Names

  private func text(of name: Int) -> String {
    JSONEscape.decoded(bytes[entries[name].bytes].dropFirst().dropLast())
  }

  /// Whether an earlier member of the object has the name at entry `name`.
  private func isRepeated(_ name: Int, in object: Int) -> Bool {
    let wanted = entries[name]
    var other = object + 1
    while other < name {
      let known = entries[other]
      if known.extent == wanted.extent, isSame(known.bytes, wanted.bytes) { return true }
      // The same name can be spelled in more than one way.
      if (known.extent | wanted.extent) & Entry.hasEscapes != 0,
        text(of: other).utf8.elementsEqual(text(of: name).utf8)
      {
        return true
      }
      other = other + 1 + entries[other + 1].size
    }
    return false
  }

  /// Whether two pieces of one length are the same.
  private func isSame(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
    unsafe bytes.withUnsafeBytes { text in
      guard let base = text.baseAddress else { return true }
      return unsafe swiftlet_same_bytes(base + first.lowerBound, base + second.lowerBound, first.count)
    }
  }

  private func firstNames(of object: Int, before name: Int) -> Set<[UInt8]> {
    var names: Set<[UInt8]> = []
    var other = object + 1
    while other < name {
      names.insert([UInt8](text(of: other).utf8))
      other = other + 1 + entries[other + 1].size
    }
    return names
  }

  // MARK: Numbers

  private mutating func digits() -> Bool {
    let start = position
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position > start
  }

  private mutating func number() throws(GraphError) {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if take("Infinity") { return note(from: start) }
    let first = next
    let leading = position
    guard digits() else { throw malformed("digits follow a minus sign", at: start) }
    guard first != UInt8(ascii: "0") || position == leading + 1 else {
      throw malformed("a number does not begin with a needless 0", at: start)
    }
    if take(UInt8(ascii: ".")) {
      guard digits() else { throw malformed("digits follow the point of a number", at: start) }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      guard digits() else { throw malformed("digits follow the e of a number", at: start) }
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

  private mutating func string() throws(GraphError) {
    let start = position
    position += 1
    var hasEscapes = false
    var all: UInt8 = 0
    while true {
      skipPlain(&all)
      guard let byte = next else { break }
      if byte == UInt8(ascii: "\"") {
        guard all < 0x80 || String(validating: bytes[start..<position], as: UTF8.self) != nil else {
          throw malformed("the string that ends at byte \(position) is not UTF-8", at: start)
        }
        position += 1
        return note(from: start, hasEscapes: hasEscapes)
      }
      guard byte == UInt8(ascii: "\\") else {
        throw malformed("a control character in a string must be escaped")
      }
      hasEscapes = true
      _ = try JSONEscape.read(bytes[...], at: &position)
    }
    throw malformed("the string has no end", at: start)
  }

  /// Steps over the bytes of a string that stand for themselves, and adds the bits that any of them has.
  private mutating func skipPlain(_ bits: inout UInt8) {
    let start = position
    position += unsafe bytes.withUnsafeBytes { text in
      guard let base = unsafe text.bindMemory(to: CChar.self).baseAddress else { return 0 }
      return unsafe swiftlet_plain_text(base + start, text.count - start, &bits)
    }
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
