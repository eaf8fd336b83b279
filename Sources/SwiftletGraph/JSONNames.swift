extension JSONEntries {
  /// The names among which each is compared with the others where it may be one of them; a set serves where an
  /// attacker writes very many.
  private static var fewNames: Int { 32 }

  /// The first name among members that an earlier one has already; nil if each is there once.
  /// - Parameter members: The entries of the members: each name, and behind it its value.
  func repeatedName(among members: Range<Int>, _ text: JSONCharacters) -> Entry? {
    var count = 0
    // A bit for each kind of name that was there: one whose bit is not set is new.
    var kinds: UInt64 = 0
    let found = name(among: members) { name in
      let kind = JSONEntries.kind(of: name, in: text)
      defer { kinds |= kind }
      count &+= 1
      return count > JSONEntries.fewNames || kinds & kind != 0 && isRepeated(name, among: members, text)
    }
    return count > JSONEntries.fewNames
      ? repeatedName(amongMany: members, text) : found.map { self[$0] }
  }

  /// The bit of a name: names that are the same have the same, most others have different ones.
  @inline(__always)
  private static func kind(of name: Entry, in text: JSONCharacters) -> UInt64 {
    let (start, count) = (Int(name.start), Int(name.extent))
    let sum = count &* 5 &+ Int(text[start &+ 1]) &+ Int(text[start &+ count / 2])
    return 1 &<< UInt64(truncatingIfNeeded: sum)
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
