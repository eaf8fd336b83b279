import SwiftletSystem
import Testing

@Suite("Inflate")
struct InflateTests {
  /// What Python's `zlib.compress(text, 9)` and `gzip.compress(text, 9, mtime=0)` give for this text.
  static let text = String(repeating: "the quick brown fox ", count: 8)
  static let zlib: [UInt8] = [
    120, 218, 43, 201, 72, 85, 40, 44, 205, 76, 206, 86, 72, 42, 202, 47, 207, 83, 72, 203, 175, 80, 40, 25,
    68, 98,
    0, 125, 174, 58, 153,
  ]
  static let gzip: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 43, 201, 72, 85, 40, 44, 205, 76, 206, 86, 72, 42, 202, 47, 207, 83, 72,
    203,
    175, 80, 40, 25, 68, 98, 0, 76, 26, 240, 57, 160, 0, 0, 0,
  ]

  private func inflate(_ bytes: [UInt8], capacity: Int) -> (result: Int32, text: String) {
    var output = [UInt8](repeating: 0, count: capacity)
    var written = 0
    let result = swiftlet_inflate(bytes, bytes.count, &output, capacity, &written)
    return (result, String(decoding: output[..<written], as: UTF8.self))
  }

  @Test("zlib and gzip streams are told apart and inflated", arguments: [zlib, gzip])
  func inflates(stream: [UInt8]) {
    // With just enough room, and with more.
    for capacity in [160, 161, 1000] {
      let (result, text) = inflate(stream, capacity: capacity)
      #expect(result == 0)
      #expect(text == Self.text)
    }
  }

  @Test("gzip members one after the other are one text")
  func members() {
    let (result, text) = inflate(Self.gzip + Self.gzip, capacity: 400)
    #expect(result == 0)
    #expect(text == Self.text + Self.text)
  }

  @Test("too little room is told", arguments: [zlib, gzip])
  func tooSmall(stream: [UInt8]) {
    #expect(inflate(stream, capacity: 159).result == 2)
    #expect(inflate(stream, capacity: 1).result == 2)
  }

  @Test("a stream cut short is an error at every length", arguments: [zlib, gzip])
  func cut(stream: [UInt8]) {
    for length in stream.indices { #expect(inflate([UInt8](stream[..<length]), capacity: 1000).result == 1) }
  }

  @Test("a damaged checksum is an error", arguments: [zlib, gzip])
  func damaged(stream: [UInt8]) {
    var stream = stream
    stream[stream.count - (stream[0] == 31 ? 8 : 1)] ^= 1
    #expect(inflate(stream, capacity: 1000).result == 1)
  }
}
