/// Where a walk through the file has been, to notice a file that leads it in circles.
///
/// Most walks are short: many go to one place or two, and a small array is looked through sooner than a set is made.
struct VisitedAddresses {
  private var first: UInt64?
  private var second: UInt64?
  private var few: [UInt64] = []
  private var many: Set<UInt64> = []

  /// Notes an address, and says whether it is new.
  mutating func insert(_ address: UInt64) -> Bool {
    guard let first else {
      first = address
      return true
    }
    if address == first { return false }
    guard let second else {
      second = address
      return true
    }
    if address == second { return false }
    guard many.isEmpty else { return many.insert(address).inserted }
    for known in few where known == address { return false }
    few.append(address)
    if few.count > 32 { many = Set(few) }
    return true
  }
}
