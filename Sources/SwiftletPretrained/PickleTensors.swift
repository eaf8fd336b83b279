import SwiftletNumPy

/// Walks a pickle's value from the outside in and collects its arrays, by the keys and positions that lead to
/// them.
struct PickleTensors {
  /// How deep containers may lie in one another.
  static let maximumDepth = 32

  /// How many of the values that were left out are told.
  static let maximumSkipped = 100
  /// The longest key: longer ones are no names, and comparing them over and over would take too long.
  static let maximumKeyBytes = 1024

  private let pickle: Pickle
  private(set) var tensors: [NamedTensor] = []
  private(set) var skipped: [String] = []
  /// How many values may still be visited: shared values count each time, so that a small file cannot stand
  /// for a large tree.
  private var budget: Int

  init(_ pickle: Pickle) {
    self.pickle = pickle
    // A value takes at least one byte of the file, and its key another.
    let (doubled, overflow) = pickle.byteCount.multipliedReportingOverflow(by: 2)
    budget = overflow ? .max : doubled + 1000
  }

  /// Collects everything.
  ///
  /// - Throws: `ArrayFileError`: `unsupported` where containers lie too deep (or in themselves) or a key is
  ///   no text, `malformed` where two values have one name.
  mutating func collect() throws(ArrayFileError) {
    try visit(pickle.root, path: [])
  }

  private mutating func visit(_ index: Int, path: [String]) throws(ArrayFileError) {
    try charge(1)
    switch pickle.nodes[index] {
    case .array(let array): try add(array, path: path)
    case .tuple(let items): try visit(items, path: path)
    case .list(let list): try visit(pickle.lists[list], path: path)
    case .dictionary(let dictionary):
      try checkDepth(path)
      var keys: Set<String> = []
      for (keyIndex, value) in pickle.dictionaries[dictionary] {
        try charge(1)
        let key = try name(of: pickle.nodes[keyIndex], path: path)
        guard keys.insert(key).inserted else {
          throw error(.malformed, path, "two values called '\(shown(key.utf8))'", "each key once")
        }
        try visit(value, path: path + [key])
      }
    case let other:
      // Metadata is no weight and does no harm; the caller may show what was left out.
      skip("\(text(path)) (\(other.kind))")
    }
  }

  private mutating func add(_ array: NumPyArray, path: [String]) throws(ArrayFileError) {
    try charge(path.count)
    tensors.append(NamedTensor(path: path.isEmpty ? ["array"] : path, array: array))
  }

  private mutating func skip(_ text: String) {
    if skipped.count < PickleTensors.maximumSkipped { skipped.append(text) }
  }

  private mutating func visit(_ items: [Int], path: [String]) throws(ArrayFileError) {
    try checkDepth(path)
    if let numbers = numbers(items) {
      try charge(items.count)
      return try add(numbers, path: path)
    }
    let isMetadata = !items.isEmpty && items.allSatisfy { isWholeNumber(pickle.nodes[$0]) }
    if isMetadata {
      try charge(items.count)
      return skip("\(text(path)) (a list of whole numbers)")
    }
    for (position, item) in items.enumerated() { try visit(item, path: path + ["\(position)"]) }
  }

  /// A list of plain numbers as an array, if at least one is a fraction: whole numbers alone are sizes.
  private func numbers(_ items: [Int]) -> NumPyArray? {
    var values: [Double] = []
    var hasFloat = false
    for item in items {
      switch pickle.nodes[item] {
      case .integer(let value): values.append(Double(value))
      case .float(let value):
        values.append(value)
        hasFloat = true
      default: return nil
      }
    }
    return hasFloat ? NumPyArray(values) : nil
  }

  private func isWholeNumber(_ node: PickleNode) -> Bool {
    if case .integer = node { return true }
    return false
  }

  private func name(of key: PickleNode, path: [String]) throws(ArrayFileError) -> String {
    switch key {
    case .text(let text) where text.utf8.count <= PickleTensors.maximumKeyBytes: return text
    case .text: throw error(.unsupported, path, "a key of more than 1,024 bytes", "shorter names")
    case .integer(let number): return "\(number)"
    case .bytes(let bytes) where bytes.count <= PickleTensors.maximumKeyBytes:
      if let text = String(validating: bytes, as: UTF8.self) { return text }
    default: break
    }
    throw error(.unsupported, path, "\(key.kind) as a key", "text and whole numbers")
  }

  private func checkDepth(_ path: [String]) throws(ArrayFileError) {
    guard path.count < PickleTensors.maximumDepth else {
      throw error(
        .unsupported, path, "containers more than \(PickleTensors.maximumDepth) deep, or in themselves",
        "fewer")
    }
  }

  private mutating func charge(_ count: Int) throws(ArrayFileError) {
    guard count <= budget else {
      throw ArrayFileError(
        .malformed, place: "pickle", found: "the same values over and over",
        supported: "about as many as bytes")
    }
    budget -= count
  }

  private func error(
    _ kind: ArrayFileError.Kind, _ path: [String], _ found: String, _ supported: String
  ) -> ArrayFileError {
    ArrayFileError(kind, place: "pickle: " + text(path), found: found, supported: supported)
  }

  /// The path as a message shows it.
  private func text(_ path: [String]) -> String {
    path.isEmpty ? "the whole" : path.prefix(8).map { shown($0.utf8) }.joined(separator: "/")
  }
}
