extension JSONValue {
  /// The number with the fewest digits that are this `Float` again: `0.3` and not `0.30000001192092896`.
  public static func float(_ value: Float) -> JSONValue {
    guard value.isFinite else { return .number(Double(value)) }
    return .number(parseDouble([UInt8]("\(value)".utf8).span) ?? Double(value))
  }

  /// A list of such numbers.
  public static func floats(_ values: [Float]) -> JSONValue { .array(values.map { .float($0) }) }

  /// A list of whole numbers.
  public static func integers(_ values: [Int]) -> JSONValue { .array(values.map { .integer($0) }) }

  /// An object of these members, in this order.
  public static func members(_ members: [(String, JSONValue)]) -> JSONValue {
    .object(members.map { Member($0.0, $0.1) })
  }

  /// The text as Python's `json.dumps` spells it: ASCII alone, `", "` and `": "` between values, numbers with
  /// the fewest digits that are the same double again, `NaN` and `Infinity` bare.
  public func encoded() -> String {
    var text = ""
    write(into: &text)
    return text
  }

  // The depth of a value from a file is bounded by the parser; of others, by the code that made them.
  private func write(into text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value):
      if value.isNaN {
        text += "NaN"
      } else if value.isInfinite {
        text += value < 0 ? "-Infinity" : "Infinity"
      } else {
        text += "\(value)"
      }
    case .string(let value): JSONValue.write(value, into: &text)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += ", " }
        value.write(into: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += ", " }
        JSONValue.write(member.name, into: &text)
        text += ": "
        member.value.write(into: &text)
      }
      text += "}"
    }
  }

  private static func write(_ value: String, into text: inout String) {
    text += "\""
    for unit in value.utf16 {
      switch unit {
      case 0x22: text += "\\\""
      case 0x5C: text += "\\\\"
      case 0x0A: text += "\\n"
      case 0x0D: text += "\\r"
      case 0x09: text += "\\t"
      case 0x08: text += "\\b"
      case 0x0C: text += "\\f"
      case 0x20..<0x7F: text += String(UnicodeScalar(UInt8(unit)))
      default:
        text += "\\u"
        for shift: UInt16 in [12, 8, 4, 0] {
          let digit = UInt8((unit >> shift) & 15)
          text += String(UnicodeScalar(digit < 10 ? 48 + digit : 87 + digit))
        }
      }
    }
    text += "\""
  }
}
