/// A value in a JSON text. What it is, is read when it is asked for.
///
/// A node does not keep its text: a network is read by way of many thousands, and to count each would take as long as
/// to read them. It comes from `JSONText.withRoot`, and whoever keeps one for longer than that keeps the text as well.
@safe struct JSONNode: Sendable {
  private let owner: Unmanaged<JSONText>
  let index: Int

  init(text: JSONText, index: Int) { unsafe self.init(owner: Unmanaged.passUnretained(text), index: index) }

  private init(owner: Unmanaged<JSONText>, index: Int) {
    unsafe self.owner = owner
    self.index = index
  }

  /// The text, for whoever keeps the node.
  var text: JSONText { unsafe owner.takeUnretainedValue() }

  /// Reads the text, which is there as long as the node is.
  @inline(__always)
  private func read<Result>(_ body: (JSONText) -> Result) -> Result {
    unsafe owner._withUnsafeGuaranteedRef { body($0) }
  }

  /// The value at another entry of the same text.
  fileprivate func node(at index: Int) -> JSONNode { unsafe JSONNode(owner: owner, index: index) }

  /// The entry behind all that belongs to the one at `index`.
  fileprivate func next(after index: Int) -> Int { read { $0.next(after: index) } }

  private var lead: UInt8 { read { $0.lead(of: index) } }

  /// Whether it is `null`.
  var isNull: Bool { lead == UInt8(ascii: "n") }
  var isArray: Bool { lead == UInt8(ascii: "[") }
  var isObject: Bool { lead == UInt8(ascii: "{") }
  var isString: Bool { lead == UInt8(ascii: "\"") }

  /// `true` or `false`; nil for anything else.
  var bool: Bool? {
    switch lead {
    case UInt8(ascii: "t"): true
    case UInt8(ascii: "f"): false
    default: nil
    }
  }

  /// The text of a string; nil for anything else.
  var string: String? { isString ? read { $0.string(at: index) } : nil }

  /// Whether it is a string of that text.
  @inline(__always)
  func isText(_ other: StaticString) -> Bool { read { $0.isText(index, other) } }

  /// Whether it is a string of one of these texts.
  func isText(among others: [StaticString]) -> Bool { place(among: others, in: others.indices) != nil }

  /// The place of its text among others, of which those in `places` are looked at; nil where it is none of them.
  func place(among others: [StaticString], in places: Range<Int>) -> Int? {
    for place in places where isText(others[place]) { return place }
    return nil
  }

  /// Hands over the text of a string, in UTF-8, without making a `String` of it; of anything else, nothing.
  func withText<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    guard isString else {
      let nothing: [UInt8] = []
      return body(nothing.span)
    }
    return read { $0.withText(of: index, body) }
  }

  /// A whole number, also one that is spelled `3.0`; nil for anything else.
  var integer: Int? { number?.integer }

  /// A number; nil for anything else.
  var double: Double? { number?.double }

  /// A number as a value; nil for anything else.
  private var number: JSONValue? {
    switch lead {
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      read { text in text.bytes.withSpan(text.entries[index].bytes) { JSONParser.number($0) } }
    case UInt8(ascii: "N"): .number(.nan)
    case UInt8(ascii: "I"): .number(.infinity)
    default: nil
    }
  }

  /// What is in an array; nil for anything else.
  var array: [JSONNode]? {
    guard isArray else { return nil }
    var nodes: [JSONNode] = []
    for element in elements { nodes.append(element) }
    return nodes
  }

  /// The most values that an array can hold, by all that is in it.
  var maximumCount: Int { next(after: index) - index - 1 }

  /// What is in an array, one after another; nothing for anything else.
  var elements: JSONElements { JSONElements(of: self, isIterated: isArray) }

  /// The members of an object in their order; none for anything else.
  var members: JSONMembers { JSONMembers(of: self) }

  /// The member of that name; nil where this is not an object or has none.
  subscript(name: StaticString) -> JSONNode? {
    guard isObject, let member = read({ $0.member(name, of: index) }) else { return nil }
    return node(at: member)
  }

  /// Whether two objects of one text are spelled alike, byte for byte, but for the value of a first member of that name.
  func isSpelled(as other: JSONNode, butFor name: StaticString) -> Bool {
    guard isObject, other.isObject else { return false }
    return read { text in
      text.areSpelledAlike(text.members(of: index, behind: name), text.members(of: other.index, behind: name))
    }
  }

  /// The value with all that is in it.
  var value: JSONValue {
    switch lead {
    case UInt8(ascii: "n"): .null
    case UInt8(ascii: "t"): .bool(true)
    case UInt8(ascii: "f"): .bool(false)
    case UInt8(ascii: "\""): .string(read { $0.string(at: index) })
    case UInt8(ascii: "["): .array((array ?? []).map { $0.value })
    case UInt8(ascii: "{"): .object(members.map { JSONValue.Member($0.name.string ?? "", $0.value.value) })
    default: number ?? .null
    }
  }

  /// What it is, for messages.
  var summary: String { value.summary }
}

/// What is in an array, in its order.
struct JSONElements: Sequence, IteratorProtocol {
  private let node: JSONNode
  private var index: Int
  private let end: Int

  /// What is in `node`; nothing where that is not of the kind that is iterated.
  fileprivate init(of node: JSONNode, isIterated: Bool) {
    self.node = node
    index = node.index + 1
    end = isIterated ? node.next(after: node.index) : index
  }

  mutating func next() -> JSONNode? {
    guard index < end else { return nil }
    defer { index = node.next(after: index) }
    return node.node(at: index)
  }
}

/// The members of an object, in their order.
struct JSONMembers: Sequence, IteratorProtocol {
  /// Each name, and behind it its value.
  private var entries: JSONElements

  fileprivate init(of node: JSONNode) { entries = JSONElements(of: node, isIterated: node.isObject) }

  mutating func next() -> (name: JSONNode, value: JSONNode)? {
    guard let name = entries.next(), let value = entries.next() else { return nil }
    return (name, value)
  }
}
