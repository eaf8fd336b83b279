import Foundation
import SwiftletSystem
import Testing

@Suite("A file read through a window")
struct WindowTests {
  @Test("gives the bytes that it holds, at every place and size, and no more than there are")
  func bytes() throws {
    let path = NSTemporaryDirectory() + "swiftlet-window-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    // Blocks of the window are 8 KB and eight are kept, so this comes round to each more than once.
    let content = (0..<150_001).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    try Data(content).write(to: URL(fileURLWithPath: path))
    var descriptor: Int32 = -1
    #expect(swiftlet_file_open(path, &descriptor) == 0)
    let window = try #require(swiftlet_window_create(descriptor))
    defer { swiftlet_window_destroy(window) }
    var state: UInt64 = 1
    func next(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return Int(state >> 33) % below
    }
    var target = [UInt8](repeating: 0, count: 20_000)
    for round in 0..<2000 {
      let count = round % 3 == 0 ? next(20_000) : next(300)
      // Some reach past the end.
      let offset = round % 5 == 0 ? content.count - next(400) : next(content.count)
      let got = swiftlet_window_read(window, &target, count, UInt64(offset))
      let expected = content[offset..<min(offset + count, content.count)]
      #expect(got == expected.count)
      #expect(target[..<max(Int(got), 0)].elementsEqual(expected), "\(count) bytes at \(offset)")
    }
    #expect(swiftlet_window_read(window, &target, 10, UInt64(content.count)) == 0)
    #expect(swiftlet_window_read(window, &target, 10, .max - 3) < 0)
  }
}
