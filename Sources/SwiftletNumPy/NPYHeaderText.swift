/// A parser for the one form of Python dictionary that an .npy header may hold:
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
///
/// Nothing is evaluated: text in quotes, True, False and tuples of whole numbers are all there is.
struct NPYHeaderText {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  /// Files that Python 2 wrote may spell lengths `3L`.
  private let allowsLongSuffix: Bool

  init(_ bytes: ArraySlice<UInt8>, version: UInt8) {
    self.bytes = bytes
    position = bytes.startIndex
    allowsLongSuffix = version < 3
  }

  /// The header's three entries.
  mutating func parse() throws(ArrayFileError) -> (descriptor: ArraySlice<UInt8>, fortran: Bool, shape: [Int])
  {
    var descriptor: ArraySlice<UInt8>?
    var fortran: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let place = position
      let key = try text()
      try expect(":")
      if key.elementsEqual("descr".utf8), descriptor == nil {
        if peek() == UInt8(ascii: "[") {
          throw ArrayFileError(
            .unsupported, place: "npy header", offset: position, found: "records (a structured type)",
            supported: "arrays of " + NumPyDataType.supportedNames)
        }
        descriptor = try text()
      } else if key.elementsEqual("fortran_order".utf8), fortran == nil {
        fortran = try truth()
      } else if key.elementsEqual("shape".utf8), shape == nil {
        shape = try tuple()
      } else {
        throw malformed(
          at: place, found: "key '\(shown(key))'", expected: "descr, fortran_order and shape, each once")
      }
      if take(",") { continue }
      try expect("}")
      break
    }
    _ = peek()
    guard position == bytes.endIndex else {
      throw malformed(at: position, found: "more after the dictionary", expected: "only white space")
    }
    guard let descriptor, let fortran, let shape else {
      throw malformed(
        at: bytes.startIndex, found: "a dictionary without all its keys",
        expected: "descr, fortran_order and shape")
    }
    return (descriptor, fortran, shape)
  }

  /// The next byte that is not white space, without taking it; nil at the end.
  private mutating func peek() -> UInt8? {
    while position < bytes.endIndex {
      switch bytes[position] {
      case 0x20, 0x09, 0x0a, 0x0d: position += 1
      default: return bytes[position]
      }
    }
    return nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(ArrayFileError) {
    guard take(character) else { throw unexpected("'\(Character(character))'") }
  }

  private mutating func text() throws(ArrayFileError) -> ArraySlice<UInt8> {
    guard let quote = peek(), quote == 0x27 || quote == 0x22 else { throw unexpected("text in quotes") }
    let start = position + 1
    var end = start
    while end < bytes.endIndex, bytes[end] != quote {
      guard bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20 else {
        throw malformed(at: end, found: "an escape in text", expected: "plain characters")
      }
      end += 1
    }
    guard end < bytes.endIndex else {
      throw malformed(at: start, found: "text without its closing quote", expected: "a quote")
    }
    position = end + 1
    return bytes[start..<end]
  }

  private mutating func truth() throws(ArrayFileError) -> Bool {
    _ = peek()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw unexpected("True or False")
  }

  private mutating func tuple() throws(ArrayFileError) -> [Int] {
    var lengths: [Int] = []
    try expect("(")
    while !take(")") {
      guard lengths.count < NumPyLayout.maximumRank else {
        throw ArrayFileError(
          .unsupported, place: "npy header", offset: position, found: "more than 64 dimensions",
          supported: "at most 64")
      }
      lengths.append(try number())
      if take(",") { continue }
      guard lengths.count > 1 else { throw unexpected("a comma (a shape is a tuple)") }
      try expect(")")
      break
    }
    return lengths
  }

  private mutating func number() throws(ArrayFileError) -> Int {
    guard let first = peek(), isDigit(first) else { throw unexpected("a length of 0 or more") }
    let start = position
    var value = 0
    while position < bytes.endIndex, isDigit(bytes[position]) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(bytes[position] - UInt8(ascii: "0")))
      guard !overflow, !carry else {
        throw malformed(at: start, found: "a length that cannot be counted", expected: "lengths below 2^63")
      }
      value = sum
      position += 1
    }
    if allowsLongSuffix, position < bytes.endIndex, bytes[position] == UInt8(ascii: "L") { position += 1 }
    return value
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private mutating func unexpected(_ expected: String) -> ArrayFileError {
    guard peek() != nil else {
      return malformed(at: position, found: "the header's end", expected: expected)
    }
    return malformed(at: position, found: "'\(shown(bytes[position...].prefix(12)))'", expected: expected)
  }

  private func malformed(at offset: Int, found: String, expected: String) -> ArrayFileError {
    ArrayFileError(
      .malformed, place: "npy header", offset: offset, found: found, supported: "expected " + expected)
  }
}
