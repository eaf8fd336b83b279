import SwiftletSystem

/// The names of layers, by which they are found. Names are told apart by their bytes: Swift holds two spellings of one
/// accented letter for equal, and a file does not.
struct LayerNames {
  private let names: [String]
  /// The names' places, sorted by the bytes of the names.
  private let order: [Int]
  /// The place of a name that an earlier layer has already; nil if each is there once.
  let repeated: Int?

  init(_ names: [String]) {
    let order = names.indices.sorted {
      let order = byteOrder(names[$0], names[$1])
      return order < 0 || order == 0 && $0 < $1
    }
    var repeated: Int?
    for (place, next) in zip(order, order.dropFirst()) where byteOrder(names[place], names[next]) == 0 {
      repeated = min(repeated ?? next, next)
    }
    self.names = names
    self.order = order
    self.repeated = repeated
  }

  /// The place of a name; nil if no layer has it.
  func place(of name: String) -> Int? {
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low + high) / 2
      let found = byteOrder(names[order[middle]], name)
      if found == 0 { return order[middle] }
      if found < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
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
