/// Where each intermediate tensor of a program lies in a session's one arena. Tensors whose lifetimes do not
/// meet share room.
struct BufferLayout {
  /// A tensor that needs room from instruction `first` until `last`, both included.
  struct Request {
    let count: Int
    let first: Int
    let last: Int
  }

  /// For each request, its first element's place in the arena; a multiple of 16 elements (64 bytes).
  let offsets: [Int]
  /// The arena's elements in all.
  let count: Int

  /// Lays the largest first, each at the lowest place that is free for its whole lifetime.
  /// - Returns: nil if the sizes do not fit an `Int`.
  init?(_ requests: [Request]) {
    var offsets = [Int](repeating: 0, count: requests.count)
    var placed: [Int] = []
    var total = 0
    let order = requests.indices.sorted {
      requests[$0].count == requests[$1].count ? $0 < $1 : requests[$0].count > requests[$1].count
    }
    for index in order {
      let request = requests[index]
      let neighbours = placed.filter {
        requests[$0].first <= request.last && request.first <= requests[$0].last
      }
      .sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for neighbour in neighbours {
        if offset + request.count <= offsets[neighbour] { break }
        let (end, overflow) = offsets[neighbour].addingReportingOverflow(requests[neighbour].count)
        guard !overflow, let rounded = BufferLayout.roundedUp(end) else { return nil }
        offset = max(offset, rounded)
      }
      let (end, overflow) = offset.addingReportingOverflow(request.count)
      guard !overflow, let rounded = BufferLayout.roundedUp(end) else { return nil }
      offsets[index] = offset
      total = max(total, rounded)
      placed.append(index)
    }
    self.offsets = offsets
    self.count = total
  }

  private static func roundedUp(_ count: Int) -> Int? {
    let (sum, overflow) = count.addingReportingOverflow(15)
    return overflow ? nil : sum & ~15
  }
}
