import FixtureFiles
import SwiftletHDF5Reader
import Testing

@Suite("A damaged file is an error or a correct load")
struct DamageTests {
  @Test("cut short at every length", arguments: ["keras", "small"])
  func truncation(fixture: String) throws {
    let bytes = try fixtureBytes("reader/\(fixture).h5")
    for length in 0..<bytes.count {
      do throws(HDF5Error) {
        try readEverything(ByteSource(bytes: [UInt8](bytes[..<length])))
        Issue.record("\(fixture) reads at \(length) of \(bytes.count) bytes")
      } catch {
        switch error {
        case .notHDF5: #expect(length < 8)
        case .malformed: break
        default: Issue.record("\(fixture) at \(length) bytes: \(error)")
        }
      }
    }
  }

  @Test("each byte flipped once", arguments: ["keras", "small"])
  func flippedBytes(fixture: String) throws {
    var bytes = try fixtureBytes("reader/\(fixture).h5")
    var refused = 0
    for index in bytes.indices {
      bytes[index] ^= 0xff
      do throws(HDF5Error) {
        let largest = try readEverything(ByteSource(bytes: bytes))
        // A Double of every byte is the most that reading may make of a file, or the fill of unwritten data.
        #expect(largest <= max(16 * bytes.count, 8 << 20), "\(fixture) with byte \(index) flipped")
      } catch {
        refused += 1
        if let offset = error.offset {
          #expect(offset <= bytes.count * 2 || error.description.contains("address"), "\(index): \(error)")
        }
      }
      bytes[index] ^= 0xff
    }
    #expect(refused > bytes.count / 100)
  }

  @Test("any byte of a checksummed structure flipped is noticed")
  func checksums() throws {
    // In this file everything but the data of its datasets is checksummed: header of the root, 48 bytes in.
    var bytes = try fixtureBytes("reader/small.h5")
    for index in 12..<96 {
      bytes[index] ^= 0x10
      #expect(throws: HDF5Error.self, "byte \(index)") { try readEverything(ByteSource(bytes: bytes)) }
      bytes[index] ^= 0x10
    }
    try readEverything(ByteSource(bytes: bytes))
  }

  @Test("a file that shrinks after it was opened is an error")
  func shrunkFile() throws {
    let path = temporaryPath("shrinking.h5")
    defer { removeFile(path) }
    // Small pieces of a file may have been read before it shrinks; this is a weight of 21 KB.
    let bytes = try fixtureBytes("keras/dense_wide.h5")
    try writeFile(path, bytes)
    let file = try HDF5File(path: path)
    let dataset = try file.root.dataset("model_weights/dense/sequential/dense/kernel")
    try writeFile(path, [UInt8](bytes[..<600]))
    #expect(throws: HDF5Error.self) { try dataset.float32Values() }
    do {
      _ = try dataset.float32Values()
    } catch {
      guard case .io(let what, _) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(what.contains("shorter"))
    }
  }

  @Test("what is no HDF5 file at all is told from a damaged one")
  func notHDF5() throws {
    #expect(throws: HDF5Error.notHDF5) { try HDF5File(bytes: []) }
    #expect(throws: HDF5Error.notHDF5) { try HDF5File(bytes: [UInt8](repeating: 0x89, count: 5000)) }
    #expect(throws: HDF5Error.notHDF5) { try HDF5File(path: fixturePath("reader/make_reader_fixtures.py")) }
  }

  @Test("a missing file and a folder are told in the system's words")
  func unopenable() {
    #expect(throws: HDF5Error.io("/nowhere/at/all.h5: No such file or directory", offset: nil)) {
      try HDF5File(path: "/nowhere/at/all.h5")
    }
    #expect(throws: HDF5Error.io("/: Is a directory", offset: nil)) { try HDF5File(path: "/") }
    #expect(throws: HDF5Error.io("a path with a zero byte in it", offset: nil)) {
      try HDF5File(path: "model.h5\0.txt")
    }
  }
}
