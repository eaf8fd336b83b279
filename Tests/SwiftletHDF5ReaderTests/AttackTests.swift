import FixtureFiles
import Foundation
import Testing

@testable import SwiftletHDF5Reader

@Suite("Files made to deceive")
struct AttackTests {
  struct Attack: Decodable, CustomTestStringConvertible {
    var name = ""
    let error: String
    let contains: String
    enum CodingKeys: CodingKey { case error, contains }
    var testDescription: String { name }
  }

  static let attacks: [Attack] = {
    guard let data = try? fixtureBytes("reader/attacks/attacks.json"),
      let all = try? JSONDecoder().decode([String: Attack].self, from: Data(data))
    else { return [] }
    return all.map { name, attack in
      var attack = attack
      attack.name = name
      return attack
    }.sorted { $0.name < $1.name }
  }()

  @Test("are all there")
  func areAllThere() { #expect(Self.attacks.count > 50) }

  @Test("are refused, each for its own reason", arguments: attacks, [false, true])
  func refused(attack: Attack, fromFile: Bool) throws {
    let name = "reader/attacks/\(attack.name).h5"
    // A file is read through blocks that come and go.
    let source = try fromFile ? ByteSource(path: fixturePath(name)) : ByteSource(bytes: fixtureBytes(name))
    do throws(HDF5Error) {
      try readWhatMatters(source)
      Issue.record("\(attack.name) was read")
    } catch {
      let kind =
        switch error {
        case .malformed: "malformed"
        case .unsupported: "unsupported"
        case .limit: "limit"
        default: "other"
        }
      #expect(kind == attack.error, "\(attack.name): \(error)")
      #expect(error.description.contains(attack.contains), "\(attack.name): \(error)")
      #expect(error.offset != nil, "\(attack.name): \(error)")
    }
  }

  /// As `readEverything`, but what is unsupported counts as well.
  private func readWhatMatters(_ source: ByteSource) throws(HDF5Error) {
    try readEverything(source)
    for entry in try HDF5File(source).listing() {
      if case .dataset(let dataset) = entry.content { _ = try dataset.rawBytes(in: 0..<dataset.byteCount) }
    }
  }

  @Test("groups nested past the limit are refused by it")
  func depth() throws {
    let bytes = try fixtureBytes("reader/earliest.h5")
    let file = try HDF5File(bytes: bytes, limits: HDF5Limits(depth: 4))
    var refused = 0
    for entry in try file.listing() {
      if case .refused(.limit(let what, _)) = entry.content {
        #expect(what == "groups nested deeper than 4")
        #expect(throws: HDF5Error.self) { try file.root.group(entry.path) }
        #expect(try HDF5File(bytes: bytes).root.group(entry.path).path == entry.path)
        refused += 1
      }
    }
    #expect(refused == 1)
  }

  @Test(
    "data never written is read into the caller's memory, whatever its size, and into ours up to the limit")
  func unwritten() throws {
    let bytes = try fixtureBytes("reader/attacks/a-terabyte-never-written.h5")
    let dataset = try HDF5File(bytes: bytes).root.dataset("x")
    #expect(dataset.storage == .unwritten)
    var values: [Float] = [1, 2, 3]
    try values.withUnsafeMutableBufferPointer { try dataset.readFloat32(into: $0, from: 1 << 39) }
    #expect(values == [0, 0, 0])
    #expect(try dataset.rawBytes(in: 5..<9) == [0, 0, 0, 0])
    #expect(throws: HDF5Error.self) { try dataset.rawBytes(in: 0..<(1 << 21)) }
  }

  @Test("what is asked for past the end of a dataset is a mismatch")
  func pastTheEnd() throws {
    let file = try HDF5File(path: fixturePath("reader/keras.h5"))
    let bias = try file.root.dataset("model_weights/dense/sequential/dense/bias:0")
    var values = [Float](repeating: 0, count: 4)
    #expect(throws: HDF5Error.mismatch("4 elements from 0 on, of 3", offset: bias.offset)) {
      try values.withUnsafeMutableBufferPointer { try bias.readFloat32(into: $0) }
    }
    #expect(throws: HDF5Error.mismatch("bytes 8..<13 of 12", offset: bias.offset)) {
      try bias.rawBytes(in: 8..<13)
    }
    #expect(throws: HDF5Error.self) { try bias.strings() }
  }
}

@Suite("Parts")
struct PartTests {
  @Test("lookup3 gives the values that its author published")
  func checksum() {
    // From the driver of lookup3.c: hashlittle("", 0, 0) and hashlittle("Four score and seven years ago", 30, 0).
    #expect(lookup3([]) == 0xdead_beef)
    #expect(lookup3(ArraySlice("Four score and seven years ago".utf8)) == 0x1777_0551)
  }

  @Test("a doubling table finds each byte in the block that holds it")
  func doublingTable() throws {
    let table = try #require(DoublingTable(width: 4, startSize: 512, largestDirect: 65536, heapBits: 32))
    // By walking over the blocks in order, as the specification describes them.
    var start: UInt64 = 0
    for row in 0..<12 {
      #expect(table.offset(ofRow: row) == start)
      let size = table.size(ofRow: row)
      #expect(size == 512 << UInt64(max(0, row - 1)))
      #expect(table.isDirect(row) == (size <= 65536))
      for column in 0..<4 {
        for byte in [start, start + size / 2, start + size - 1] {
          #expect(table.place(of: byte) == (row, column))
        }
        start += size
      }
      if !table.isDirect(row) {
        // A child's own blocks fill its place exactly.
        #expect(table.offset(ofRow: table.rowsOfChild(inRow: row)) == size)
      }
    }
    #expect(DoublingTable(width: 3, startSize: 512, largestDirect: 65536, heapBits: 32) == nil)
    #expect(DoublingTable(width: 4, startSize: 512, largestDirect: 256, heapBits: 32) == nil)
    #expect(DoublingTable(width: 4, startSize: 1 << 40, largestDirect: 1 << 41, heapBits: 32) == nil)
  }

  @Test("paths pass over empty parts and dots, and .. is a name")
  func paths() throws {
    let root = try HDF5File(path: fixturePath("reader/earliest.h5")).root
    let here = try root.dataset("links/here").offset
    for path in ["/links/here", "links//here", "./links/./here"] {
      #expect(try root.dataset(path).offset == here)
    }
    #expect(try root.dataset("links/../inside").int64Values() == [4])
    #expect(throws: HDF5Error.notFound(path: "..")) { try root.object("..") }
    #expect(throws: HDF5Error.notFound(path: "links/here/x")) { try root.object("links/here/x") }
    #expect(throws: HDF5Error.self) { try root.dataset("links") }
    #expect(throws: HDF5Error.self) { try root.group("links/here") }
    #expect(try root.attribute("nothing") == nil)
  }
}
