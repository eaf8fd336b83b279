import FixtureFiles
import Foundation
import SwiftletGraph
import Testing

/// Reads a text that may be damaged: it must be refused with a message or taken whole, and what is taken must be
/// written and read again. A trap ends the test.
private func read(_ bytes: [UInt8], kerasVersion: String?) {
  let network: Network
  do throws(GraphError) {
    network = try Network.decode(modelConfiguration: bytes, kerasVersion: kerasVersion)
  } catch {
    #expect(!error.description.isEmpty)
    return
  }
  let text = network.encodeModelConfiguration()
  let error = refusal { () throws(GraphError) in
    let again = try Network.decode(modelConfiguration: text, kerasVersion: "3")
    #expect(again.encodeModelConfiguration() == text)
  }
  #expect(error == nil, "\(error?.description ?? "")")
}

/// A small generator of numbers, the same in every run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite("Damaged texts")
struct DamageTests {
  @Test("a text that is cut short is refused", arguments: KerasCase.all)
  func prefixes(of given: KerasCase) throws {
    let bytes = try given.bytes()
    let end = try #require(bytes.lastIndex(of: UInt8(ascii: "}")))
    // A text is longer than is worth cutting everywhere in each case; the lengths are spread evenly.
    for count in stride(from: 0, through: end, by: max(1, end / 400)) {
      let error = refusal { () throws(GraphError) in
        _ = try Network.decode(modelConfiguration: Array(bytes[..<count]), kerasVersion: nil)
      }
      guard case .malformed? = error else {
        Issue.record("the first \(count) bytes gave \(error?.description ?? "a network")")
        return
      }
    }
  }

  @Test("a short text is refused at every length")
  func everyPrefix() throws {
    let bytes = try KerasCase(name: "keras2_without_input").bytes()
    let end = try #require(bytes.lastIndex(of: UInt8(ascii: "}")))
    for count in 0...end {
      let error = refusal { () throws(GraphError) in
        _ = try Network.decode(modelConfiguration: Array(bytes[..<count]), kerasVersion: nil)
      }
      guard case .malformed? = error else {
        Issue.record("the first \(count) bytes gave \(error?.description ?? "a network")")
        return
      }
    }
  }

  @Test("a text with any one byte changed is refused or read whole", arguments: KerasCase.all)
  func changedBytes(of given: KerasCase) throws {
    let bytes = try given.bytes()
    let version = try given.expected()["keras_version"]?.string
    var random = SplitMix(state: UInt64(bytes.count))
    // What JSON and its numbers are made of breaks more than any byte does.
    let telling = [UInt8]("{}[]\",:-.e0195nNtI\\".utf8)
    for _ in 0..<150 {
      var changed = bytes
      let place = Int.random(in: bytes.indices, using: &random)
      changed[place] =
        Bool.random(using: &random)
        ? UInt8.random(in: .min ... .max, using: &random)
        : telling[Int.random(in: telling.indices, using: &random)]
      read(changed, kerasVersion: version)
    }
  }

  @Test("a text with a piece taken out or put in twice is refused or read whole", arguments: KerasCase.all)
  func movedPieces(of given: KerasCase) throws {
    let bytes = try given.bytes()
    var random = SplitMix(state: UInt64(bytes.count) ^ 0xABCD)
    for _ in 0..<40 {
      let start = Int.random(in: bytes.indices, using: &random)
      let end = min(bytes.count, start + Int.random(in: 1...200, using: &random))
      read(Array(bytes[..<start] + bytes[end...]), kerasVersion: nil)
      read(Array(bytes[..<end] + bytes[start...]), kerasVersion: nil)
    }
  }

  @Test("inputs that once failed, and the fuzzer's seeds, are refused or read whole")
  func keptInputs() throws {
    let folder = fixturePath("fuzz/model-config")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(!names.isEmpty)
    for name in names.sorted() { read(try fixtureBytes("fuzz/model-config/\(name)"), kerasVersion: nil) }
  }
}
