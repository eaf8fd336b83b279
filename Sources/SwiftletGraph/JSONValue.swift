/// A JSON value as Keras writes it: bare `NaN`, `Infinity` and `-Infinity` are numbers, and the members of an
/// object keep their order.
///
/// Equality is exact: `1` and `1.0` differ, as they do in the text, and so do members in another order.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A name and a value of an object.
  public struct Member: Sendable, Equatable {
    /// The name.
    public let name: String
    /// The value.
    public let value: JSONValue

    /// A member of an object.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }
}

extension JSONValue {
  /// The text of a string; nil for anything else.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// A whole number, also one that is spelled `3.0`; nil for anything else.
  public var integer: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// A number; nil for anything else.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// `true` or `false`; nil for anything else.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The values of an array; nil for anything else.
  public var array: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// The members of an object in their order; nil for anything else.
  public var object: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// Whether it is `null`.
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The member of that name; nil where this is not an object or has none.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.value(name)
  }

  /// What it is, for messages: the text itself where that is short, else its kind.
  var summary: String {
    switch self {
    case .array(let values):
      values.count <= 8 ? shortText(or: "a list of \(values.count)") : "a list of \(values.count)"
    case .object(let members): "an object of \(members.count) members"
    default: shortText(or: "a string")
    }
  }

  private func shortText(or other: String) -> String {
    let text = encoded()
    return text.utf8.count <= 80 ? text : other
  }
}

extension [JSONValue.Member] {
  /// The value of the member of that name; nil if there is none.
  func value(_ name: String) -> JSONValue? {
    for member in self where member.name.isSame(as: name) { return member.value }
    return nil
  }
}

extension String {
  /// Whether two texts are equal, and of one length in UTF-8: of two names that differ most differ in that, which is
  /// seen at once, while comparing text is dear.
  func isSame(as other: String) -> Bool { utf8.count == other.utf8.count && self == other }
}

extension [String] {
  /// Whether one of them is that text.
  func has(_ text: String) -> Bool {
    for element in self where element.isSame(as: text) { return true }
    return false
  }
}
