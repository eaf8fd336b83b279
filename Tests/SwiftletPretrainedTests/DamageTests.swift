import FixtureFiles
import SwiftletNumPy
import SwiftletPretrained
import Testing

/// Reads `bytes`: they give arrays of no more bytes than they could hold, or an error. A trap ends the test.
private func survives(_ bytes: [UInt8], limit: Int) -> Bool {
  guard let file = try? PretrainedFile(bytes: bytes) else { return false }
  var held: Set<String> = []
  var count = 0
  for tensor in file.tensors where held.insert(tensor.name).inserted { count += tensor.array.bytes.count }
  #expect(count <= limit)
  return true
}

@Test("a pickle cut short anywhere is an error", arguments: 2...5)
func refusesTruncatedPickles(version: Int) throws {
  let bytes = try fixtureBytes("pretrained/mixed_p\(version).pkl")
  for length in 0..<bytes.count {
    let error = #expect(throws: ArrayFileError.self) { try PretrainedFile(bytes: [UInt8](bytes[..<length])) }
    #expect(
      error?.kind == (length == 0 ? .unsupported : .malformed), "\(length): \(error?.description ?? "")")
  }
}

@Test("a pickle with a changed byte is read or refused", arguments: 2...5)
func survivesFlippedPickles(version: Int) throws {
  let bytes = try fixtureBytes("pretrained/mixed_p\(version).pkl")
  var refused = 0
  for place in bytes.indices {
    for change in [0x01, 0xff] as [UInt8] {
      var changed = bytes
      changed[place] ^= change
      if !survives(changed, limit: 3 * bytes.count + 4096) { refused += 1 }
    }
  }
  #expect(refused > bytes.count / 2)
}
