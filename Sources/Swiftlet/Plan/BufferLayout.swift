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
  private(set) var offsets: [Int]
  /// The arena's elements in all.
  private(set) var count = 0

  /// So many tensors, the largest, are laid with care: each is held against all before it. A file may describe a
  /// network of any number of them.
  static let carefulCount = 4096

  /// Lays the largest first, each at the lowest place that is free for its whole lifetime.
  /// - Returns: nil if the sizes do not fit an `Int`.
  init?(_ requests: [Request]) {
    offsets = [Int](repeating: 0, count: requests.count)
    let order = requests.indices.sorted {
      requests[$0].count == requests[$1].count ? $0 < $1 : requests[$0].count > requests[$1].count
    }
    // By their offsets.
    var placed: [Int] = []
    placed.reserveCapacity(min(order.count, BufferLayout.carefulCount))
    for index in order.prefix(BufferLayout.carefulCount) {
      guard let offset = lowestPlace(for: requests[index], among: placed, requests),
        place(index, at: offset, requests[index].count)
      else { return nil }
      placed.insert(index, at: firstPlace(in: placed) { offsets[$0] > offset })
    }
    var rest = order.dropFirst(BufferLayout.carefulCount)
    while let largest = rest.first.map({ requests[$0].count }) {
      // Those that take more than half as much as the largest share places of its size.
      let alike = rest.prefix { requests[$0].count > largest / 2 || largest == 0 }
      guard placeAlike(alike, of: largest, requests) else { return nil }
      rest = rest.dropFirst(alike.count)
    }
  }

  /// The lowest offset where a tensor meets none of those that are placed.
  private func lowestPlace(for request: Request, among placed: [Int], _ requests: [Request]) -> Int? {
    var offset = 0
    for index in placed {
      let other = requests[index]
      guard other.first <= request.last, request.first <= other.last else { continue }
      if request.count <= offsets[index] - offset { break }
      // It has been placed, so its end fits.
      guard let end = BufferLayout.roundedUp(offsets[index] + other.count) else { return nil }
      offset = max(offset, end)
    }
    return offset
  }

  /// Notes where a tensor lies; false if its end does not fit an `Int`.
  private mutating func place(_ index: Int, at offset: Int, _ size: Int) -> Bool {
    let (end, overflow) = offset.addingReportingOverflow(size)
    guard !overflow, let rounded = BufferLayout.roundedUp(end) else { return false }
    offsets[index] = offset
    count = max(count, rounded)
    return true
  }

  /// Lays tensors of up to `size` elements behind all others, each where one of them lay that is dead by then.
  private mutating func placeAlike(_ indices: ArraySlice<Int>, of size: Int, _ requests: [Request]) -> Bool {
    var dying = indices.sorted { requests[$0].last < requests[$1].last }[...]
    var free: [Int] = []
    for index in indices.sorted(by: { requests[$0].first < requests[$1].first }) {
      while let dead = dying.first, requests[dead].last < requests[index].first {
        free.append(offsets[dead])
        dying.removeFirst()
      }
      guard place(index, at: free.popLast() ?? count, size) else { return false }
    }
    return true
  }

  /// The first place in a sorted list of which `isBehind` holds, or its end.
  private func firstPlace(in list: [Int], where isBehind: (Int) -> Bool) -> Int {
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(list[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private static func roundedUp(_ count: Int) -> Int? {
    let (sum, overflow) = count.addingReportingOverflow(15)
    return overflow ? nil : sum & ~15
  }
}
