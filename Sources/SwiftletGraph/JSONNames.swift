import SwiftletSystem

/// The names that an object of a JSON text has had so far, to find one that is there twice.
struct NamesOfObject {
  private typealias Entry = JSONEntries.Entry

  /// The object's own entry.
  private let object: Int
  private var count = 0
  /// A bit for each kind of name that was there: one whose bit is not set is new.
  private var kinds: UInt64 = 0
  /// Few names are compared one by one; a set serves where an attacker writes very many.
  private var all: Set<[UInt8]>?
  private static let fewNames = 32

  init(_ object: Int) { self.object = object }

  /// Takes in the name that is the last of `entries`; false if the object has it already.
  @inline(__always)
  mutating func insertLast(of entries: borrowing JSONEntries, _ text: Span<UInt8>) -> Bool {
    defer { count += 1 }
    let name = entries.count - 1
    guard count < NamesOfObject.fewNames else { return insertAmongMany(name, entries, text) }
    let kind = NamesOfObject.kind(of: entries[name], in: text)
    defer { kinds |= kind }
    return kinds & kind == 0 || !isRepeated(name, entries, text)
  }

  /// The bit of a name: names that are the same have the same, most others have different ones.
  private static func kind(of name: JSONEntries.Entry, in text: Span<UInt8>) -> UInt64 {
    // The same name can be spelled in more than one way.
    guard name.extent & Entry.hasEscapes == 0 else { return .max }
    let bytes = name.bytes
    let sum =
      bytes.count &* 5 &+ Int(text[bytes.lowerBound + 1]) &+ Int(text[bytes.lowerBound + bytes.count / 2])
    return 1 << UInt64(truncatingIfNeeded: sum & 63)
  }

  /// Whether an earlier member of the object has the name at entry `name`.
  private func isRepeated(_ name: Int, _ entries: borrowing JSONEntries, _ text: Span<UInt8>) -> Bool {
    let wanted = entries[name]
    var other = object + 1
    while other < name {
      let known = entries[other]
      if known.extent == wanted.extent, isSame(known.bytes, wanted.bytes, text) { return true }
      if (known.extent | wanted.extent) & Entry.hasEscapes != 0, known.mayBe(wanted),
        known.decodedString(in: text).utf8.elementsEqual(wanted.decodedString(in: text).utf8)
      {
        return true
      }
      other = other + 1 + entries[other + 1].size
    }
    return false
  }

  /// Whether two pieces of one length are the same.
  private func isSame(_ first: Range<Int>, _ second: Range<Int>, _ text: Span<UInt8>) -> Bool {
    unsafe text.withUnsafeBytes { text in
      guard let base = text.baseAddress else { return true }
      return unsafe swiftlet_same_bytes(base + first.lowerBound, base + second.lowerBound, first.count)
    }
  }

  private mutating func insertAmongMany(
    _ name: Int, _ entries: borrowing JSONEntries, _ text: Span<UInt8>
  ) -> Bool {
    var names = all ?? []
    all = nil
    if names.isEmpty {
      var other = object + 1
      while other < name {
        names.insert([UInt8](entries[other].decodedString(in: text).utf8))
        other = other + 1 + entries[other + 1].size
      }
    }
    defer { all = names }
    return names.insert([UInt8](entries[name].decodedString(in: text).utf8)).inserted
  }
}
