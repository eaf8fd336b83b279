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
  ///   nested more than `maximumDepth` deep.
  public init(parsing bytes: [UInt8]) throws(GraphError) {
    var parser = JSONParser(bytes: bytes)
    parser.skipSpace()
    self = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.malformed("there is more text after the value") }
  }

  /// Parses a text; as `init(parsing:)` of its bytes.
  public init(parsing text: String) throws(GraphError) { try self.init(parsing: [UInt8](text.utf8)) }
}

private struct JSONParser {
  let bytes: [UInt8]
  var position = 0
  /// Texts that were met before: Keras writes the names of a layer's options once for each layer, and text that is
  /// kept need not be made again.
  private var known = [KnownText](repeating: KnownText(start: 0, text: ""), count: 256)

  private struct KnownText {
    /// Where it lies in `bytes`.
    let start: Int
    let text: String
  }

  init(bytes: [UInt8]) { self.bytes = bytes }

  func malformed(_ what: String, at offset: Int? = nil) -> GraphError {
    .malformed("JSON: " + what, place: "byte \(offset ?? position)")
  }

  /// The byte at the position; nil at the end.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Steps over `byte` if it comes next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// Steps over `word` if it comes next.
  mutating func take(_ word: String) -> Bool {
    let end = position + word.utf8.count
    guard end <= bytes.count else { return false }
    var index = position
    for byte in word.utf8 {
      guard bytes[index] == byte else { return false }
      index += 1
    }
    position = end
    return true
  }

  mutating func value(depth: Int) throws(GraphError) -> JSONValue {
    guard let byte = next else { throw malformed("the text ends where a value should be") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): if take("true") { return .bool(true) }
    case UInt8(ascii: "f"): if take("false") { return .bool(false) }
    case UInt8(ascii: "n"): if take("null") { return .null }
    case UInt8(ascii: "N"): if take("NaN") { return .number(.nan) }
    case UInt8(ascii: "I"): if take("Infinity") { return .number(.infinity) }
    default: break
    }
    throw malformed("no value begins like this")
  }

  func deeper(_ depth: Int) throws(GraphError) -> Int {
    guard depth < JSONValue.maximumDepth else {
      throw .unsupported(
        "JSON nested this deep", place: "byte \(position)", supported: "\(JSONValue.maximumDepth) levels")
    }
    return depth + 1
  }

  mutating func array(depth: Int) throws(GraphError) -> JSONValue {
    let depth = try deeper(depth)
    position += 1
    var values: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(values) }
    while true {
      skipSpace()
      values.append(try value(depth: depth))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(values) }
      guard take(UInt8(ascii: ",")) else { throw malformed("a list goes on with a comma or ends with ]") }
    }
  }

  mutating func object(depth: Int) throws(GraphError) -> JSONValue {
    let depth = try deeper(depth)
    position += 1
    var members: [JSONValue.Member] = []
    // No more than the text that is an object at all takes.
    members.reserveCapacity(min(4, (bytes.count - position) / 4))
    // Few members are compared one by one; a set serves where an attacker writes very many.
    var names: Set<String> = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      let start = position
      guard next == UInt8(ascii: "\"") else { throw malformed("a member of an object begins with its name") }
      let name = try string()
      if members.count == 32 { names = Set(members.map { $0.name }) }
      let isRepeated = members.count < 32 ? members.value(name) != nil : !names.insert(name).inserted
      guard !isRepeated else {
        throw malformed("the name \"\(name)\" is there twice in one object", at: start)
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw malformed("a colon follows the name of a member") }
      skipSpace()
      members.append(.init(name, try value(depth: depth)))
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw malformed("an object goes on with a comma or ends with }") }
    }
  }

  mutating func digits() -> Bool {
    let start = position
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position > start
  }

  mutating func number() throws(GraphError) -> JSONValue {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if take("Infinity") { return .number(-.infinity) }
    let first = next
    guard digits() else { throw malformed("digits follow a minus sign", at: start) }
    let leading = bytes[start] == UInt8(ascii: "-") ? start + 1 : start
    guard first != UInt8(ascii: "0") || position == leading + 1 else {
      throw malformed("a number does not begin with a needless 0", at: start)
    }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      guard digits() else { throw malformed("digits follow the point of a number", at: start) }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      guard digits() else { throw malformed("digits follow the e of a number", at: start) }
    }
    if isInteger, let value = integer(from: start) { return .integer(value) }
    guard let value = parseDouble(bytes[start..<position]) else { throw malformed("not a number", at: start) }
    return .number(value)
  }

  /// The digits from `start` to the position as an integer; nil where it does not fit.
  func integer(from start: Int) -> Int? {
    let isNegative = bytes[start] == UInt8(ascii: "-")
    var result = 0
    for byte in bytes[(isNegative ? start + 1 : start)..<position] {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      let digit = Int(byte &- UInt8(ascii: "0"))
      let (sum, carry) =
        isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      guard !overflow, !carry else { return nil }
      result = sum
    }
    return result
  }

  mutating func string() throws(GraphError) -> String {
    let start = position
    position += 1
    // Most strings have no escape in them and are taken as they stand.
    var end = position
    var all: UInt8 = 0
    while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"),
      bytes[end] >= 0x20
    {
      all |= bytes[end]
      end += 1
    }
    if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
      if all < 0x80 {
        let result = ascii(position..<end)
        position = end + 1
        return result
      }
      guard let result = String(validating: bytes[position..<end], as: UTF8.self) else {
        throw malformed("the string that ends at byte \(end) is not UTF-8", at: start)
      }
      position = end + 1
      return result
    }
    var text = [UInt8](bytes[position..<end])
    position = end
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        let end = position
        position += 1
        let result = String(decoding: text, as: UTF8.self)
        // Decoding repairs what is not UTF-8, so a text that it changed was not.
        guard result.utf8.elementsEqual(text) else {
          throw malformed("the string that ends at byte \(end) is not UTF-8", at: start)
        }
        return result
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw malformed("a control character in a string must be escaped")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw malformed("the string has no end", at: start)
  }

  /// The text of bytes that are all ASCII.
  mutating func ascii(_ range: Range<Int>) -> String {
    let count = range.count
    guard count > 2 else { return String(decoding: bytes[range], as: UTF8.self) }
    let start = range.lowerBound
    // The beginnings, middles and ends tell most names apart.
    let (first, second) = (Int(bytes[start]), Int(bytes[start + 1]))
    let (middle, last) = (Int(bytes[start + count / 2]), Int(bytes[range.upperBound - 1]))
    let place = (count &+ first &* 3 &+ second &* 5 &+ middle &* 7 &+ last &* 11) & 255
    if known[place].text.utf8.count == count {
      let other = known[place].start
      var same = 0
      while same < count, bytes[other + same] == bytes[start + same] { same += 1 }
      if same == count { return known[place].text }
    }
    let text = String(decoding: bytes[range], as: UTF8.self)
    known[place] = KnownText(start: start, text: text)
    return text
  }

  mutating func escape(into text: inout [UInt8]) throws(GraphError) {
    let start = position
    position += 1
    let byte = next ?? 0
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal(start)
      if code >= 0xD800, code < 0xDC00 {
        guard take("\\u") else { throw malformed("half of a surrogate pair", at: start) }
        let low = try hexadecimal(start)
        guard low >= 0xDC00, low < 0xE000 else { throw malformed("half of a surrogate pair", at: start) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw malformed("half of a surrogate pair", at: start) }
      text.append(contentsOf: String(Character(scalar)).utf8)
    default: throw malformed("an unknown escape in a string", at: start)
    }
  }

  mutating func hexadecimal(_ start: Int) throws(GraphError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next else { throw malformed("\\u wants four hexadecimal digits", at: start) }
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): code = code << 4 + UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): code = code << 4 + UInt32(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): code = code << 4 + UInt32(byte - UInt8(ascii: "A") + 10)
      default: throw malformed("\\u wants four hexadecimal digits", at: start)
      }
      position += 1
    }
    return code
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
