import Testing

@testable import Swiftlet

@Suite("The arena's layout")
struct BufferLayoutTests {
  /// Requests of some lengths and sizes, by Knuth's linear congruential generator (MMIX).
  private func requests(_ count: Int, instructions: Int, longest: Int, largest: Int) -> [BufferLayout.Request]
  {
    var state: UInt64 = 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    return (0..<count).map { _ in
      let first = next(instructions)
      return BufferLayout.Request(
        count: next(largest), first: first, last: min(first + next(longest), instructions - 1))
    }
  }

  /// Whether those that live at an instruction lie apart, for some of the instructions, and all lie in the arena.
  private func isSound(_ layout: BufferLayout, _ requests: [BufferLayout.Request], instructions: Int) -> Bool
  {
    var alive = [[Int]](repeating: [], count: instructions)
    for (index, request) in requests.enumerated() {
      for instruction in request.first...request.last { alive[instruction].append(index) }
    }
    for places in alive.enumerated().filter({ $0.offset % 29 == 0 }).map(\.element) {
      let order = places.filter { requests[$0].count > 0 }.sorted { layout.offsets[$0] < layout.offsets[$1] }
      for (index, next) in zip(order, order.dropFirst())
      where layout.offsets[index] + requests[index].count > layout.offsets[next] { return false }
    }
    return layout.offsets.allSatisfy { $0 % 16 == 0 }
      && zip(layout.offsets, requests).allSatisfy { $0 + $1.count <= layout.count }
  }

  @Test(
    "keeps tensors apart that live at once, however many there are",
    arguments: [10, BufferLayout.carefulCount, BufferLayout.carefulCount + 1, 20_000], [1, 40, 400])
  func apart(count: Int, longest: Int) throws {
    for largest in [1, 30, 5000] {
      let requests = requests(count, instructions: 1000, longest: longest, largest: largest)
      let layout = try #require(BufferLayout(requests))
      #expect(isSound(layout, requests, instructions: 1000))
    }
  }

  @Test("lets tensors of one size share what the first of them took, however many there are")
  func sharing() throws {
    let requests = (0..<20_000).map { BufferLayout.Request(count: 20, first: $0, last: $0 + 1) }
    // Those laid with care take two places, and the others two.
    #expect(try #require(BufferLayout(requests)).count == 4 * 32)
  }

  @Test("is as small as it can be where the largest come first")
  func lowest() throws {
    let requests = [(30, 0, 2), (20, 1, 3), (40, 3, 5), (10, 4, 6), (16, 2, 4)].map {
      BufferLayout.Request(count: $0.0, first: $0.1, last: $0.2)
    }
    // By hand: 40 at 0; 30 at 0, dead by then; 20 behind both; 16 behind them; 10 where the 20 were.
    let layout = try #require(BufferLayout(requests))
    #expect(layout.offsets == [0, 48, 0, 48, 80])
    #expect(layout.count == 96)
  }

  @Test("of more than an Int holds is refused")
  func overflow() {
    let requests = (0..<3).map { BufferLayout.Request(count: Int.max / 2, first: $0 / 2, last: 1) }
    #expect(BufferLayout(requests) == nil)
  }
}
