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
    for place in names.indices { order.append(Entry(digest: digest(names[place]), place: place)) }
    order.sort { first, second in
      guard first.digest == second.digest else { return first.digest < second.digest }
      let order = byteOrder(names[first.place], names[second.place])
      return order < 0 || order == 0 && first.place < second.place
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

  /// The place of a name; nil if no layer has it.
  func place(of name: String) -> Int? {
    let wanted = digest(name)
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low + high) / 2
      let entry = order[middle]
      let found =
        entry.digest == wanted ? byteOrder(names[entry.place], name) : entry.digest < wanted ? -1 : 1
      if found == 0 { return entry.place }
      if found < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}

/// A number that is the same for the same bytes, and mostly another for others.
private func digest(_ name: String) -> UInt64 {
  // FNV-1a.
  var name = name
  return name.withUTF8 { bytes in
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in bytes.indices { unsafe digest = (digest ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
    return digest
  }
}

/// Which of two texts comes first by its bytes: less than 0 for `a`, 0 where they are the same.
private func byteOrder(_ a: String, _ b: String) -> Int32 {
  var (a, b) = (a, b)
  return a.withUTF8 { first in
    b.withUTF8 { second in
      guard let a = first.baseAddress, let b = second.baseAddress else {
        return Int32(first.count.signum() - second.count.signum())
      }
      return unsafe swiftlet_order_bytes(a, first.count, b, second.count)
    }
  }
}
