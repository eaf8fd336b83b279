import SwiftletNumPy

/// A pickle of protocol 2 to 5, read as data.
///
/// A machine runs the pickle's instructions, which put values on a stack; those that in Python look up a name
/// and call it make, here, one of a few known values or are refused. Each instruction costs time and memory
/// in proportion to the bytes that it takes from the file, and what instructions may make of values that are
/// there already is limited by `budget`.
///
/// Source: the comments of Python's `pickletools` module.
struct Pickle: Sendable {
  static let noneIndex = 0
  static let falseIndex = 1
  static let trueIndex = 2

  /// The protocol that the file names.
  let version: Int
  /// The file's size in bytes.
  let byteCount: Int
  /// Every value; the first three are None, False and True.
  var nodes: [PickleNode] = [.none, .bool(false), .bool(true)]
  var lists: [[Int]] = []
  var dictionaries: [[(key: Int, value: Int)]] = []
  /// The index of the value that the pickle is.
  private(set) var root = Pickle.noneIndex
  /// How many bytes instructions may still make from values that are there already.
  private var budget: Int

  private var cursor: ByteCursor
  private var stack: [Int] = []
  /// Heights of the stack where MARK stood.
  private var marks: [Int] = []
  private var memo: [Int: Int] = [:]
  /// Where the instruction that runs stands, for errors.
  private(set) var instruction = 0

  /// Runs the pickle in `bytes`.
  ///
  /// - Throws: `ArrayFileError`: `malformed` for broken rules, `unsupported` for protocols 0 and 1 and for all
  ///   that is no plain data or NumPy array, with the byte of the instruction.
  init(_ bytes: [UInt8]) throws(ArrayFileError) {
    cursor = ByteCursor(bytes, place: "pickle")
    byteCount = bytes.count
    // Every byte of the file may become part of one array, and small ones may be shared besides.
    let (doubled, overflow) = bytes.count.multipliedReportingOverflow(by: 2)
    budget = overflow ? .max : doubled + 4096
    guard try cursor.byte("PROTO") == PickleOpcode.proto.rawValue else {
      throw ArrayFileError(
        .unsupported, place: "pickle", offset: 0, found: "a pickle of protocol 0 or 1",
        supported: "protocols 2 to 5")
    }
    version = Int(try cursor.byte("PROTO"))
    guard (2...5).contains(version) else {
      throw ArrayFileError(
        .unsupported, place: "pickle", offset: 1, found: "protocol \(version)", supported: "protocols 2 to 5")
    }
    try run()
  }

  private mutating func run() throws(ArrayFileError) {
    var frameEnd = 0
    while true {
      instruction = cursor.position
      let code = try cursor.byte("an instruction")
      guard let opcode = PickleOpcode(rawValue: code) else {
        throw malformed("the unknown instruction \(code)", "those of protocols 2 to 5")
      }
      if let refusal = opcode.refusal { throw unsupported(refusal) }
      if opcode == .stop { break }
      if opcode == .frame {
        guard instruction >= frameEnd else {
          throw malformed("a frame in a frame", "frames one after another")
        }
        frameEnd = try cursor.length(8, "a frame")
        frameEnd += cursor.position
        continue
      }
      try execute(opcode)
      guard instruction >= frameEnd || cursor.position <= frameEnd else {
        throw malformed("an instruction across a frame's end", "whole instructions in a frame")
      }
    }
    guard marks.isEmpty, stack.count == 1 else {
      throw malformed("the end with \(stack.count) values and \(marks.count) marks", "one value")
    }
    guard cursor.remaining == 0 else {
      throw unsupported("\(cursor.remaining) bytes after the pickle's end", "one pickle in a file")
    }
    root = stack[0]
    stack = []
    memo = [:]
  }

  private mutating func execute(_ opcode: PickleOpcode) throws(ArrayFileError) {
    switch opcode {
    case .mark: marks.append(stack.count)
    case .pop:
      // Python lets POP take a mark that is on top.
      if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: stack.append(try top())
    case .binget: try recall(cursor.unsigned(1, "a memo number"))
    case .longBinget: try recall(cursor.unsigned(4, "a memo number"))
    case .binput: memo[Int(try cursor.unsigned(1, "a memo number"))] = try top()
    case .longBinput: memo[Int(try cursor.unsigned(4, "a memo number"))] = try top()
    case .memoize: memo[memo.count] = try top()

    case .none: stack.append(Pickle.noneIndex)
    case .newtrue: stack.append(Pickle.trueIndex)
    case .newfalse: stack.append(Pickle.falseIndex)
    case .binint:
      push(.integer(Int(Int32(truncatingIfNeeded: try cursor.unsigned(4, "a number")))))
    case .binint1: push(.integer(Int(try cursor.unsigned(1, "a number"))))
    case .binint2: push(.integer(Int(try cursor.unsigned(2, "a number"))))
    case .long1: try pushLong(cursor.length(1, "a number"))
    case .long4: try pushLong(cursor.length(4, "a number"))
    case .binfloat: push(.float(Double(bitPattern: try cursor.unsigned(8, "a number").byteSwapped)))
    case .shortBinunicode: try pushText(cursor.length(1, "text"))
    case .binunicode: try pushText(cursor.length(4, "text"))
    case .binunicode8: try pushText(cursor.length(8, "text"))
    // The last two are Python 2's `str`, which held arrays' values as well as text.
    case .shortBinbytes, .shortBinstring: try pushBytes(cursor.length(1, "bytes"))
    case .binbytes, .binstring: try pushBytes(cursor.length(4, "bytes"))
    case .binbytes8, .bytearray8: try pushBytes(cursor.length(8, "bytes"))

    case .emptyTuple: push(.tuple([]))
    case .tuple: push(.tuple(try popToMark()))
    case .tuple1: push(.tuple(try popLast(1)))
    case .tuple2: push(.tuple(try popLast(2)))
    case .tuple3: push(.tuple(try popLast(3)))
    case .emptyList:
      lists.append([])
      push(.list(lists.count - 1))
    case .append: try append(popLast(1))
    case .appends: try append(popToMark())
    case .emptyDict:
      dictionaries.append([])
      push(.dictionary(dictionaries.count - 1))
    case .setitem: try setItems(popLast(2))
    case .setitems: try setItems(popToMark())

    case .global:
      let module = try cursor.line("a module's name")
      let name = try cursor.line("a name")
      try pushConstructor(
        module: String(decoding: module, as: UTF8.self), name: String(decoding: name, as: UTF8.self))
    case .stackGlobal:
      let names = try popLast(2)
      guard case .text(let module) = nodes[names[0]], case .text(let name) = nodes[names[1]] else {
        throw malformed("a name that is no text", "a module and a name")
      }
      try pushConstructor(module: module, name: name)
    case .reduce:
      let parts = try popLast(2)
      push(try construct(nodes[parts[0]], nodes[parts[1]]))
    case .build:
      let state = try pop()
      let target = try top()
      nodes[target] = try built(nodes[target], nodes[state])
    default: throw malformed("\(opcode) here", "other instructions")
    }
  }

  // MARK: The stack

  private mutating func push(_ node: PickleNode) {
    nodes.append(node)
    stack.append(nodes.count - 1)
  }

  private func top() throws(ArrayFileError) -> Int {
    guard let last = stack.last, stack.count > marks.last ?? 0 else {
      throw malformed("an instruction that needs a value", "a value on the stack")
    }
    return last
  }

  private mutating func pop() throws(ArrayFileError) -> Int {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func popLast(_ count: Int) throws(ArrayFileError) -> [Int] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw malformed("an instruction that needs \(count) values", "as many on the stack")
    }
    defer { stack.removeLast(count) }
    return [Int](stack.suffix(count))
  }

  private mutating func popToMark() throws(ArrayFileError) -> [Int] {
    guard let mark = marks.popLast() else { throw malformed("an instruction that needs a mark", "a mark") }
    defer { stack.removeLast(stack.count - mark) }
    return [Int](stack[mark...])
  }

  private mutating func recall(_ number: UInt64) throws(ArrayFileError) {
    guard let value = memo[Int(number)] else {
      throw malformed("memo number \(number)", "a number that was stored before")
    }
    stack.append(value)
  }

  // MARK: Values

  private mutating func pushLong(_ count: Int) throws(ArrayFileError) {
    let bytes = try cursor.take(count, "a number")
    guard count <= 8 else { return push(.longInteger(byteCount: count)) }
    var value: Int64 = (bytes.last ?? 0) >= 0x80 ? -1 : 0
    for byte in bytes.reversed() { value = value << 8 | Int64(byte) }
    push(.integer(Int(value)))
  }

  private mutating func pushText(_ count: Int) throws(ArrayFileError) {
    guard let text = String(validating: try cursor.take(count, "text"), as: UTF8.self) else {
      throw unsupported("text that is not UTF-8")
    }
    push(.text(text))
  }

  private mutating func pushBytes(_ count: Int) throws(ArrayFileError) {
    push(.bytes([UInt8](try cursor.take(count, "bytes"))))
  }

  private mutating func append(_ values: [Int]) throws(ArrayFileError) {
    guard case .list(let list) = nodes[try top()] else {
      throw malformed("items for \(nodes[try top()].kind)", "a list")
    }
    lists[list] += values
  }

  private mutating func setItems(_ values: [Int]) throws(ArrayFileError) {
    guard case .dictionary(let dictionary) = nodes[try top()] else {
      throw malformed("keys and values for \(nodes[try top()].kind)", "a dictionary")
    }
    guard values.count.isMultiple(of: 2) else { throw malformed("a key without a value", "pairs") }
    for index in stride(from: 0, to: values.count, by: 2) {
      dictionaries[dictionary].append((values[index], values[index + 1]))
    }
  }

  private mutating func pushConstructor(module: String, name: String) throws(ArrayFileError) {
    guard let constructor = PickleConstructor(module: module, name: name) else {
      throw unsupported("\(shown(module.utf8)).\(shown(name.utf8))")
    }
    push(.constructor(constructor))
  }

  // MARK: Limits and errors

  /// Takes `count` bytes from what may be made of values that are there already.
  mutating func charge(_ count: Int) throws(ArrayFileError) {
    guard count <= budget else {
      throw malformed(
        "values made over and over from the same bytes", "arrays of about the file's size in all")
    }
    budget -= count
  }

  func malformed(_ found: String, _ expected: String) -> ArrayFileError {
    ArrayFileError(
      .malformed, place: "pickle", offset: instruction, found: found, supported: "expected " + expected)
  }

  func unsupported(
    _ found: String, _ supported: String = PickleConstructor.allowedText
  ) -> ArrayFileError {
    ArrayFileError(.unsupported, place: "pickle", offset: instruction, found: found, supported: supported)
  }
}
