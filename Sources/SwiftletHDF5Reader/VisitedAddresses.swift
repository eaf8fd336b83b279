/// Where a walk through the file has been, to notice a file that leads it in circles.
///
/// Most walks are short, and a small array is looked through sooner than a set is made.
struct VisitedAddresses {
  private var few: [UInt64] = []
  private var many: Set<UInt64> = []

  /// Notes an address, and says whether it is new.
  mutating func insert(_ address: UInt64) -> Bool {
    guard many.isEmpty else { return many.insert(address).inserted }
    for known in few where known == address { return false }
    few.append(address)
    if few.count > 32 { many = Set(few) }
    return true
  }
}
