import SwiftletNumPy

/// What REDUCE and BUILD make: the values that NumPy's own constructors would, made here of plain data.
extension Pickle {
  /// The value that Python would get by calling `callable` with `arguments`.
  mutating func construct(
    _ callable: PickleNode, _ arguments: PickleNode
  ) throws(ArrayFileError) -> PickleNode {
    guard case .constructor(let constructor) = callable else {
      throw unsupported("a call of \(callable.kind)")
    }
    guard case .tuple(let items) = arguments else {
      throw malformed("\(arguments.kind) as the arguments of \(constructor.name)", "a tuple")
    }
    let values = items.map { nodes[$0] }
    switch constructor {
    case .reconstruct:
      guard values.count == 3, case .constructor(.ndarray) = values[0], case .tuple = values[1],
        case .bytes = values[2]
      else { throw wrongArguments(constructor) }
      return .unbuiltArray
    case .dataType: return try dataType(values)
    case .scalar:
      guard values.count == 2, case .dataType(let type, let order) = values[0],
        case .bytes(let bytes) = values[1]
      else { throw wrongArguments(constructor) }
      return try array(type, order, shape: [], bytes: bytes, .c)
    case .fromBuffer:
      guard values.count == 4 || values.count == 5, case .bytes(let bytes) = values[0],
        case .dataType(let type, let order) = values[1], case .text(let memoryOrder) = values[3]
      else { throw wrongArguments(constructor) }
      guard memoryOrder == "C" || memoryOrder == "F" else {
        throw unsupported(
          "an array in order '\(shown(memoryOrder.utf8))'", "C and Fortran order ('C' and 'F')")
      }
      return try array(
        type, order, shape: shape(values[2]), bytes: bytes, memoryOrder == "C" ? .c : .fortran)
    case .encode: return try encoded(values)
    case .emptyBytes:
      guard values.isEmpty else { throw wrongArguments(constructor) }
      return .bytes([])
    case .orderedDictionary: return try orderedDictionary(values)
    case .ndarray: throw unsupported("a call of numpy.ndarray")
    }
  }

  /// What `target` becomes when Python gives it `state`.
  mutating func built(_ target: PickleNode, _ state: PickleNode) throws(ArrayFileError) -> PickleNode {
    guard case .tuple(let items) = state else { throw unsupported("a state of \(target.kind)") }
    let values = items.map { nodes[$0] }
    switch target {
    case .unbuiltArray:
      guard values.count == 5, case .integer = values[0], case .dataType(let type, let order) = values[2],
        case .bool(let isFortran) = fortranFlag(values[3]), case .bytes(let bytes) = values[4]
      else { throw malformed("an array's state", "a version, a shape, a type, an order and bytes") }
      return try array(type, order, shape: shape(values[1]), bytes: bytes, isFortran ? .fortran : .c)
    case .dataType(let type, _):
      // Version, byte order, then what only records, subarrays and dates have.
      guard values.count == 8 || values.count == 9, case .integer = values[0], let order = text(values[1])
      else {
        throw malformed("a type's state", "a version and a byte order")
      }
      for value in values[2...4] {
        guard case .none = value else { throw unsupported("an array of records") }
      }
      switch order {
      case "<": return .dataType(type, .littleEndian)
      case "|" where type.byteCount == 1: return .dataType(type, .littleEndian)
      case ">": return .dataType(type, .bigEndian)
      default: throw unsupported("byte order '\(shown(order.utf8))' of \(type.name)", "'<' and '>'")
      }
    default: throw unsupported("a state of \(target.kind)")
    }
  }

  private func dataType(_ values: [PickleNode]) throws(ArrayFileError) -> PickleNode {
    guard (1...3).contains(values.count), let code = text(values[0]) else {
      throw wrongArguments(.dataType)
    }
    guard let type = NumPyDataType(code: code) else {
      throw unsupported(
        "values of NumPy's type '\(shown(code.utf8))'",
        NumPyDataType.allCases.map(\.name).joined(separator: ", "))
    }
    return .dataType(type, .littleEndian)
  }

  /// Bytes as Python 3 writes them in protocol 2: text whose characters are the bytes.
  private mutating func encoded(_ values: [PickleNode]) throws(ArrayFileError) -> PickleNode {
    guard values.count == 2, case .text(let characters) = values[0], case .text("latin1") = values[1] else {
      throw wrongArguments(.encode)
    }
    try charge(characters.utf8.count)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.utf8.count)
    for character in characters.unicodeScalars {
      guard let byte = UInt8(exactly: character.value) else {
        throw malformed("a character beyond Latin-1 in bytes", "characters up to 255")
      }
      bytes.append(byte)
    }
    return .bytes(bytes)
  }

  private mutating func orderedDictionary(_ values: [PickleNode]) throws(ArrayFileError) -> PickleNode {
    var pairs: [(key: Int, value: Int)] = []
    if let first = values.first {
      // Python 2 gives the pairs as a list of lists.
      guard values.count == 1, case .list(let list) = first else { throw wrongArguments(.orderedDictionary) }
      let items = lists[list]
      try charge(items.count * 16)
      for item in items {
        let pair: [Int]
        switch nodes[item] {
        case .list(let list): pair = lists[list].count == 2 ? lists[list] : []
        case .tuple(let items): pair = items
        default: pair = []
        }
        guard pair.count == 2 else { throw wrongArguments(.orderedDictionary) }
        pairs.append((pair[0], pair[1]))
      }
    }
    dictionaries.append(pairs)
    return .dictionary(dictionaries.count - 1)
  }

  private mutating func array(
    _ type: NumPyDataType, _ order: NumPyByteOrder, shape: [Int], bytes: [UInt8],
    _ memoryOrder: NumPyMemoryOrder
  ) throws(ArrayFileError) -> PickleNode {
    try charge(bytes.count)
    do throws(ArrayFileError) {
      return .array(
        try NumPyArray(
          dataType: type, shape: shape, bytes: bytes, byteOrder: order, memoryOrder: memoryOrder))
    } catch {
      throw malformed("an array of " + error.found, error.supported)
    }
  }

  private func shape(_ node: PickleNode) throws(ArrayFileError) -> [Int] {
    guard case .tuple(let items) = node, items.count <= 64 else {
      throw malformed("\(node.kind) as a shape", "a tuple of at most 64 lengths")
    }
    var shape: [Int] = []
    for item in items {
      guard case .integer(let length) = nodes[item] else {
        throw malformed("\(nodes[item].kind) in a shape", "whole numbers")
      }
      shape.append(length)
    }
    return shape
  }

  /// Python 2 writes the flag as 0 or 1.
  private func fortranFlag(_ node: PickleNode) -> PickleNode {
    if case .integer(let flag) = node, flag == 0 || flag == 1 { return .bool(flag == 1) }
    return node
  }

  /// Text, or Python 2's `str`.
  private func text(_ node: PickleNode) -> String? {
    switch node {
    case .text(let text): text
    case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
    default: nil
    }
  }

  private func wrongArguments(_ constructor: PickleConstructor) -> ArrayFileError {
    unsupported("\(constructor.name) with other arguments than NumPy gives it", PickleConstructor.allowedText)
  }
}
