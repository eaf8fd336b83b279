import Foundation
import Swiftlet
import SwiftletHDF5Reader
import SwiftletModelWriter
import Testing

private func smallModelBytes() throws -> [UInt8] {
  try SmallModel.withFile { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
}

private func report(_ bytes: [UInt8]) throws -> DigestReport {
  let file = try HDF5File(bytes: bytes)
  return try #require(try ModelMetadata.read(from: file)).checkDigests(in: file)
}

@Test("A flipped bit in any byte of a weight is laid at that weight's door, and no other")
func flippedWeights() throws {
  var bytes = try smallModelBytes()
  #expect(try report(bytes).isSound)
  #expect(try report(bytes).soundCount == 4)
  let weights = try HDF5File(bytes: bytes).root.group("model_weights")
  for path in ["hidden/hidden/kernel", "hidden/hidden/bias", "logits/logits/kernel", "logits/logits/bias"] {
    guard case .contiguous(let offset, let count) = try weights.dataset(path).storage else {
      Issue.record("\(path) is not contiguous")
      continue
    }
    for byte in 0..<count {
      bytes[Int(offset) + byte] ^= 1 << UInt8(byte % 8)
      let found = try report(bytes)
      #expect(found.damage.map(\.path) == [path])
      #expect(found.damage.map(\.reason) == ["its digest differs"])
      #expect(found.soundCount == 3)
      bytes[Int(offset) + byte] ^= 1 << UInt8(byte % 8)
    }
  }
}

@Test("A changed configuration is found")
func changedConfiguration() throws {
  var bytes = try smallModelBytes()
  let name = Array("\"units\": 3".utf8)
  let place = try #require((0..<bytes.count - name.count).first { bytes[$0..<$0 + name.count] == name[...] })
  bytes[place + name.count - 1] = UInt8(ascii: "4")
  #expect(try report(bytes).damage.map(\.path) == ["model_config"])
}

@Test("A digest without its weight, and a weight without its digest, are told")
func unmatchedDigests() throws {
  let bytes = try smallModelBytes()
  let file = try HDF5File(bytes: bytes)
  var metadata = try #require(try ModelMetadata.read(from: file))
  let removed = metadata.weightDigests.remove(at: 1)
  metadata.weightDigests.append(.init(path: "hidden/hidden/gain", digest: removed.digest))
  let report = try metadata.checkDigests(in: file)
  #expect(!report.isSound)
  #expect(report.damage.map(\.path) == ["hidden/hidden/gain"])
  #expect(report.damage.map(\.reason) == ["it is missing"])
  #expect(report.undigested == ["hidden/hidden/bias"])
}

@Test("A file cut short in many places gives an error or a report, and never traps")
func truncated() throws {
  let bytes = try smallModelBytes()
  var refused = 0
  for count in stride(from: 0, to: bytes.count, by: 211) {
    do { _ = try report(Array(bytes[..<count])) } catch { refused += 1 }
  }
  #expect(refused > 0)
}

@Test("A byte flipped in many places gives an error or a report, and never traps")
func flippedAnywhere() throws {
  var bytes = try smallModelBytes()
  var differing = 0
  for index in stride(from: 0, to: bytes.count, by: 31) {
    bytes[index] ^= 0xFF
    do {
      if try !report(bytes).isSound { differing += 1 }
    } catch {
      differing += 1
    }
    bytes[index] ^= 0xFF
  }
  #expect(differing > 50)
}
