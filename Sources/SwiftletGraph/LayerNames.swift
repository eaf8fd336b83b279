import SwiftletSystem

/// The names of layers, by which they are found. Names are told apart by their bytes: Swift holds two spellings of one
/// accented letter for equal, and a file does not.
struct LayerNames {
  private let names: [String]
  /// A digest of each name with the name's place: sorted by the digests, and by the names' bytes where those are alike,
  /// as an attacker can make them.
  private let order: [Entry]
  /// The place of a name that an earlier layer has already; nil if each is there once.
  let repeated: Int?

  private struct Entry {
    let digest: UInt64
    let place: Int
  }

  init(_ names: [String]) {
    var order: [Entry] = []
    order.reserveCapacity(names.count)
    for place in names.indices {
      order.append(Entry(digest: withBytes(of: names[place], digest), place: place))
    }
    order.sort { first, second in
      first.digest != second.digest
        ? first.digest < second.digest : isBefore(first.place, second.place, names)
    }
    var repeated: Int?
    for index in order.indices.dropFirst() {
      let (entry, next) = (order[index - 1], order[index])
      if entry.digest == next.digest, byteOrder(names[entry.place], names[next.place]) == 0 {
        repeated = min(repeated ?? next.place, next.place)
      }
    }
    self.names = names
    self.order = order
    self.repeated = repeated
  }

  /// The place of the name that a string of a JSON text is; nil if no layer has it.
  func place(of name: JSONNode) -> Int? { name.withText { place(of: $0) } }

  /// The place of a name; nil if no layer has it.
  func place(of name: Span<UInt8>) -> Int? {
    let wanted = digest(name)
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low + high) / 2
      let entry = order[middle]
      let found =
        entry.digest == wanted
        ? byteOrder(names[entry.place], name) : entry.digest < wanted ? -1 : 1
      if found == 0 { return entry.place }
      if found < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}

/// A number that is the same for the same bytes, and mostly another for others.
private func digest(_ name: Span<UInt8>) -> UInt64 {
  // As FNV-1a, eight bytes at a time.
  unsafe name.withUnsafeBytes { bytes in
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    var index = 0
    while bytes.count - index >= 8 {
      digest ^= unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      digest = digest &* 0x9e37_79b9_7f4a_7c15
      digest ^= digest >> 32
      index += 8
    }
    while index < bytes.count {
      unsafe digest = (digest ^ UInt64(bytes[index])) &* 0x100_0000_01b3
      index += 1
    }
    return digest
  }
}

/// Hands over a name's bytes.
private func withBytes<Result>(of name: String, _ body: (Span<UInt8>) -> Result) -> Result {
  var name = name
  return name.withUTF8 { unsafe body($0.span) }
}

/// Whether the name at place `a` comes before that at `b` by its bytes, or is the same at an earlier place.
@inline(never)
private func isBefore(_ a: Int, _ b: Int, _ names: [String]) -> Bool {
  let order = byteOrder(names[a], names[b])
  return order < 0 || order == 0 && a < b
}

/// Which of two texts comes first by its bytes: less than 0 for `a`, 0 where they are the same.
private func byteOrder(_ a: String, _ b: String) -> Int32 { withBytes(of: b) { byteOrder(a, $0) } }

/// Which of two texts comes first by its bytes: less than 0 for `a`, 0 where they are the same.
private func byteOrder(_ a: String, _ b: Span<UInt8>) -> Int32 {
  withBytes(of: a) { a in
    unsafe a.withUnsafeBytes { first in
      unsafe b.withUnsafeBytes { second in
        unsafe swiftlet_order_bytes(first.baseAddress, first.count, second.baseAddress, second.count)
      }
    }
  }
}
