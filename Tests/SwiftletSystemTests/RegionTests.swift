import Dispatch
import SwiftletSystem
import Synchronization
import Testing

@Suite("A region")
struct RegionTests {
  @Test("lends its room while it is open, and gives it to the pieces that are taken once it is closed")
  func room() throws {
    let megabyte = 1 << 20
    swiftlet_region_open(2 * megabyte, megabyte / 8)
    let first = try #require(swiftlet_region_allocate(megabyte))
    let room = try #require(swiftlet_region_room(megabyte / 8))
    #expect(swiftlet_region_room(megabyte / 8) == room)
    #expect(Int(bitPattern: room) % 64 == 0)
    memset(room, 1, megabyte / 8)
    // What no longer fits before the room is a block of its own.
    let second = try #require(swiftlet_region_allocate(megabyte / 2))
    let third = try #require(swiftlet_region_allocate(megabyte))
    memset(second, 2, megabyte / 2)
    memset(third, 3, megabyte)
    #expect(room.load(fromByteOffset: megabyte / 8 - 1, as: UInt8.self) == 1)
    let region = swiftlet_region_close()
    #expect(swiftlet_region_room(1) == nil)
    let after = try #require(swiftlet_region_take(region, megabyte))
    #expect(after > second && after < room && room < after + megabyte)
    swiftlet_region_leave(region)
    for piece in [after, third, second, first] { swiftlet_region_free(piece) }
  }

  @Test("gives the place of its first piece to others once that is freed, and the places of the last ones")
  func places() throws {
    let megabyte = 1 << 20
    #expect(swiftlet_region_open(4 * megabyte, megabyte))
    let file = try #require(swiftlet_region_allocate(2 * megabyte))
    let text = try #require(swiftlet_region_allocate(megabyte))
    swiftlet_region_free(text)
    // What is open already stays, and what lies there with it.
    #expect(swiftlet_region_open(2 * megabyte, megabyte))
    let weights = try #require(swiftlet_region_allocate(megabyte))
    #expect(weights == text)
    let region = swiftlet_region_close()
    swiftlet_region_free(file)
    let first = try #require(swiftlet_region_take(region, megabyte))
    #expect(first == file)
    let second = try #require(swiftlet_region_take(region, megabyte / 2))
    #expect(second > first && second < weights)
    // Too large for the gap.
    let third = try #require(swiftlet_region_take(region, megabyte))
    #expect(third > weights && third < weights + 2 * megabyte)
    for piece in [third, second, first] { swiftlet_region_free(piece) }
    #expect(swiftlet_region_take(region, megabyte) == file)
    swiftlet_region_free(file)
    swiftlet_region_free(weights)
    swiftlet_region_leave(region)
  }

  @Test("never gives a place twice, in whatever order pieces are taken and freed")
  func order() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      swiftlet_region_open(4 << 20, 1 << 16)
      var region: OpaquePointer?
      var pieces: [(start: UnsafeMutablePointer<UInt8>, count: Int, mark: UInt8)] = []
      for step in 0..<400 {
        if step == 100 { region = swiftlet_region_close() }
        if pieces.isEmpty || Bool.random(using: &random) {
          let count = Int.random(in: 1...300_000, using: &random)
          let memory = step < 100 ? swiftlet_region_allocate(count) : swiftlet_region_take(region, count)
          let start = try #require(memory).bindMemory(to: UInt8.self, capacity: count)
          let mark = UInt8(truncatingIfNeeded: step)
          memset(start, Int32(mark), count)
          pieces.append((start, count, mark))
        } else {
          let isLast = Bool.random(using: &random)
          let index = isLast ? pieces.count - 1 : Int.random(in: pieces.indices, using: &random)
          let piece = pieces.remove(at: index)
          let marks = UnsafeBufferPointer(start: piece.start, count: piece.count)
          #expect(marks.allSatisfy { $0 == piece.mark })
          swiftlet_region_free(piece.start)
        }
      }
      for piece in pieces {
        #expect(UnsafeBufferPointer(start: piece.start, count: piece.count).allSatisfy { $0 == piece.mark })
        swiftlet_region_free(piece.start)
      }
      swiftlet_region_leave(region)
    }
  }

  @Test("gives no place to two threads, also while its first piece is freed")
  func threads() throws {
    for _ in 0..<50 {
      swiftlet_region_open(4 << 20, 1 << 16)
      nonisolated(unsafe) let file = try #require(swiftlet_region_allocate(3 << 20))
      nonisolated(unsafe) let region = try #require(swiftlet_region_close())
      let isSound = Mutex(true)
      DispatchQueue.concurrentPerform(iterations: 4) { thread in
        var random = SystemRandomNumberGenerator()
        for step in 0..<100 {
          if thread == 0, step == 20 { swiftlet_region_free(file) }
          let count = Int.random(in: 1...400_000, using: &random)
          guard let memory = swiftlet_region_take(region, count) else { continue }
          memset(memory, Int32(thread + 1), count)
          for index in stride(from: 0, to: count, by: 509)
          where memory.load(fromByteOffset: index, as: UInt8.self) != UInt8(thread + 1) {
            isSound.withLock { $0 = false }
          }
          swiftlet_region_free(memory)
        }
      }
      swiftlet_region_leave(region)
      #expect(isSound.withLock { $0 })
    }
  }

  @Test("that would be small is none")
  func small() {
    #expect(!swiftlet_region_open(1000, 1000))
    #expect(swiftlet_region_room(1) == nil)
    #expect(swiftlet_region_close() == nil)
  }
}
