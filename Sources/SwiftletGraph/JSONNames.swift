extension JSONEntries {
  /// The names among which each is compared with those before it; a set serves where an attacker writes very many.
  private static var fewNames: Int { 32 }

  /// The first name among members that an earlier one has already; nil if each is there once.
  /// - Parameter members: The entries of the members: each name, and behind it its value.
  func repeatedName(among members: Range<Int>, _ text: JSONCharacters) -> Entry? {
    var count = 0
    let found = name(among: members) { name in
      count &+= 1
      return count > JSONEntries.fewNames || isRepeated(name, among: members, text)
    }
    return count > JSONEntries.fewNames
      ? repeatedName(amongMany: members, text) : found.map { self[$0] }
  }

  /// Whether a name is there before.
  private func isRepeated(_ wanted: Entry, among members: Range<Int>, _ text: JSONCharacters) -> Bool {
    let first = name(among: members) {
      $0.extent == wanted.extent
        && text.isSame(Int($0.start), Int(wanted.start), count: Int(wanted.extent))
    }
    return first.map { self[$0].start != wanted.start } ?? false
  }

  private func repeatedName(amongMany members: Range<Int>, _ text: JSONCharacters) -> Entry? {
    var names: Set<[UInt8]> = []
    return name(among: members) { !names.insert(text.bytes($0.bytes)).inserted }.map { self[$0] }
  }
}

/// What kinds of names an object has, as they come: while each is of another kind, none is there twice.
struct JSONNameKinds {
  private var kinds: UInt64 = 0
  /// Whether two names are of one kind.
  private(set) var mayRepeat = false

  /// Takes the next name.
  @inline(__always)
  mutating func insert(_ name: JSONEntries.Entry, in text: JSONCharacters) {
    let (start, count) = (Int(name.start), Int(name.extent))
    // Quotation marks count. By these factors the names in hardly any object of Keras's are of one kind.
    let sum = count &* 49 &+ Int(text[start &+ count / 2]) &* 9 &+ Int(text[start &+ count &- 2])
    let kind: UInt64 = 1 &<< UInt64(truncatingIfNeeded: sum)
    mayRepeat = mayRepeat || kinds & kind != 0
    kinds |= kind
  }
}
