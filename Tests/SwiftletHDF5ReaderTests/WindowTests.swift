import Foundation
import Testing

@testable import SwiftletHDF5Reader

@Suite("A file read through a window")
struct WindowTests {
  @Test("gives the bytes that it holds, at every place and size, and no more than there are")
  func bytes() throws {
    // Blocks of the window are 4 KB and sixteen are kept, so this comes round to each more than once.
    let content = (0..<150_001).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let path = NSTemporaryDirectory() + "swiftlet-window-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(content).write(to: URL(fileURLWithPath: path))
    let whole = try ByteSource(path: path)
    let start = 5001
    let part = try whole.part(at: UInt64(start), count: 140_000)
    let sources = [(whole, 0), (part, start), (try whole.inMemory(), 0), (try part.inMemory(), start)]
    var state: UInt64 = 1
    func next(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return Int(state >> 33) % below
    }
    // What was handed out stays as it was while other blocks come and go.
    var kept: [(cursor: Cursor, expected: ArraySlice<UInt8>)] = []
    for round in 0..<2000 {
      let (source, start) = sources[round % 4]
      let count = round % 3 == 0 ? next(20_000) : next(300)
      let offset = next(Int(source.size) - count + 1)
      let expected = content[start + offset..<start + offset + count]
      #expect(
        try source.bytes(at: UInt64(offset), count: count).elementsEqual(expected), "\(count) at \(offset)")
      let (block, first) = try source.block(at: UInt64(offset), count: count)
      let cursor = Cursor(
        block, first: first, count: count, offset: UInt64(offset), offsetSize: 8, lengthSize: 8,
        what: "a piece")
      #expect(cursor.offset == UInt64(offset))
      kept.append((cursor, expected))
      if kept.count > 40 { kept.remove(at: next(kept.count)) }
      var (old, wanted) = kept[next(kept.count)]
      #expect(try old.array(old.remaining).elementsEqual(wanted))
    }
    // Whoever has a cursor has its source.
    withExtendedLifetime(sources) {}
    #expect(throws: HDF5Error.self) { try whole.bytes(at: whole.size - 9, count: 10) }
    #expect(throws: HDF5Error.self) { try whole.block(at: .max - 3, count: 10) }
  }

  @Test("says so where the file has become shorter")
  func shorter() throws {
    let path = NSTemporaryDirectory() + "swiftlet-window-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(count: 20_000).write(to: URL(fileURLWithPath: path))
    let source = try ByteSource(path: path)
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.truncate(atOffset: 9000)
    try file.close()
    let wanted = HDF5Error.io("the file has become shorter", offset: 9500)
    #expect(throws: wanted) { try source.bytes(at: 9500, count: 100) }
    #expect(throws: wanted) { try source.block(at: 9500, count: 100) }
    #expect(throws: wanted) { try source.bytes(at: 9500, count: 9000) }
    #expect(throws: HDF5Error.io("the file has become shorter", offset: 0)) { try source.inMemory() }
    #expect(try source.bytes(at: 8900, count: 100) == [UInt8](repeating: 0, count: 100))
  }
}
