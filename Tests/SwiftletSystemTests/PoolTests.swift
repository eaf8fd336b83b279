import SwiftletSystem
import Testing

@Suite("Thread pool")
struct PoolTests {
  @Test("runs each index exactly once, run after run", arguments: [1, 2, 5])
  func eachOnce(threads: Int) throws {
    let pool = try #require(swiftlet_pool_create(threads))
    defer { swiftlet_pool_destroy(pool) }
    #expect(swiftlet_pool_threads(pool) == threads)
    for count in [0, 1, 2, 3, 100, 1000] {
      var seen = [UInt8](repeating: 0, count: count + 1)
      seen.withUnsafeMutableBytes { buffer in
        // Each index has a byte of its own, so that nothing is shared.
        swiftlet_pool_run(
          pool, count, { context, index in context?.assumingMemoryBound(to: UInt8.self)[index] += 1 },
          buffer.baseAddress)
      }
      #expect(seen == [UInt8](repeating: 1, count: count) + [0])
    }
  }

  @Test("no threads, or very many, make no pool")
  func refused() {
    #expect(swiftlet_pool_create(0) == nil)
    #expect(swiftlet_pool_create(100_000) == nil)
  }

  @Test("memory is aligned to 64 bytes, and a count of 0 can be freed")
  func memory() {
    for count in [0, 1, 63, 1000] {
      let pointer = swiftlet_allocate(count)
      #expect(UInt(bitPattern: pointer) % 64 == 0)
      #expect(pointer != nil)
      swiftlet_free(pointer)
    }
    #expect(swiftlet_peak_memory() > 1 << 20)
    #expect(swiftlet_clock_nanoseconds() <= swiftlet_clock_nanoseconds())
  }
}
