import Swiftlet

/// The words of the command line after the verb, taken one option at a time.
struct Options {
  private var words: [String]

  init(_ words: [String]) { self.words = words }

  /// Whether `name` stands there.
  mutating func flag(_ name: String) -> Bool {
    guard let index = words.firstIndex(of: name) else { return false }
    words.remove(at: index)
    return true
  }

  /// What follows `name`, as often as it stands there; `--name=value` is the same.
  mutating func values(_ name: String) throws(RunError) -> [String] {
    var found: [String] = []
    var index = 0
    while index < words.count {
      if words[index] == name {
        guard index + 1 < words.count else { throw .usage("\(name) wants a value") }
        found.append(words[index + 1])
        words.removeSubrange(index...(index + 1))
      } else if words[index].utf8.starts(with: (name + "=").utf8) {
        found.append(String(words[index].dropFirst(name.count + 1)))
        words.remove(at: index)
      } else {
        index += 1
      }
    }
    return found
  }

  /// The one value of `name`, or nil.
  mutating func value(_ name: String) throws(RunError) -> String? {
    let all = try values(name)
    guard all.count <= 1 else { throw .usage("\(name) is there \(all.count) times") }
    return all.first
  }

  /// A whole number of at least 1.
  mutating func count(_ name: String, default fallback: Int) throws(RunError) -> Int {
    guard let text = try value(name) else { return fallback }
    guard let number = Int(text), number >= 1, number <= 1 << 30 else {
      throw .usage("\(name) \(text): a whole number of at least 1 is wanted")
    }
    return number
  }

  /// The instruction set that `--isa` forces.
  mutating func instructionSet() throws(RunError) -> InstructionSet {
    guard let name = try value("--isa") else { return .best }
    for set in InstructionSet.allCases where set.name == name {
      guard set.isAvailable else { throw .usage("this processor has no \(name)") }
      return set
    }
    throw .usage(
      "--isa \(name): " + InstructionSet.allCases.map { $0.name }.joined(separator: ", ") + " are known")
  }

  /// What `--precision` asks for.
  mutating func precision() throws(RunError) -> Precision {
    guard let name = try value("--precision") else { return .float32 }
    for precision in Precision.allCases where precision.name == name { return precision }
    throw .usage(
      "--precision \(name): " + Precision.allCases.map { $0.name }.joined(separator: ", ") + " are known")
  }

  /// The model's path, and nothing else left over.
  mutating func model() throws(RunError) -> String {
    try none(of: words.filter { $0.utf8.starts(with: "-".utf8) })
    guard let path = words.first else { throw .usage("a MODEL is wanted") }
    try none(of: Array(words.dropFirst()))
    return path
  }

  /// That nothing is left over.
  func end() throws(RunError) { try none(of: words) }

  private func none(of extra: [String]) throws(RunError) {
    if let word = extra.first { throw .usage("'\(word)' is not known here") }
  }
}
