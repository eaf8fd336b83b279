import SwiftletSystem
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

  @Test("that would be small is none")
  func small() {
    swiftlet_region_open(1000, 1000)
    #expect(swiftlet_region_room(1) == nil)
    #expect(swiftlet_region_close() == nil)
  }
}
