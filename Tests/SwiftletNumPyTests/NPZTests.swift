import FixtureFiles
import SwiftletNumPy
import Testing

/// Every array of an archive, unpacked.
private func readAll(_ bytes: [UInt8]) throws -> [NumPyArray] {
  let file = try NPZFile(bytes: bytes)
  return try file.names.map { try file.array(named: $0) }
}

@Test("npz arrays are read one by one, by name")
func readsNPZ() throws {
  let file = try NPZFile(contentsOf: fixturePath("pretrained/digits_compressed.npz"))
  #expect(file.names == ["W1", "b1", "W2", "b2", "W3", "b3"])
  #expect(file.otherNames.isEmpty)
  let stored = try NPZFile(contentsOf: fixturePath("pretrained/digits.npz"))
  #expect(try file.array(named: "b2") == stored.array(named: "b2"))
  #expect(try file.array(named: "W1").shape == [64, 50])
  let error = #expect(throws: ArrayFileError.self) { try file.array(named: "b4") }
  #expect(error?.kind == .argument)
  #expect(error?.supported == "W1, b1, W2, b2, W3, b3")
}

@Test("an npz cut short anywhere is an error", arguments: ["digits", "digits_compressed"])
func refusesTruncatedArchives(name: String) throws {
  let bytes = try fixtureBytes("pretrained/\(name).npz")
  // Every length near the structures at both ends, and some of those between.
  for length in 0..<bytes.count where length < 200 || length > bytes.count - 700 || length % 997 == 0 {
    #expect(throws: ArrayFileError.self) { try readAll([UInt8](bytes[..<length])) }
  }
}

@Test(
  "an npz with a changed byte is refused or the same, for every byte of its structures",
  arguments: ["digits", "digits_compressed"])
func survivesFlippedArchives(name: String) throws {
  let bytes = try fixtureBytes("pretrained/\(name).npz")
  let whole = try NPZFile(bytes: bytes)
  let expected = try whole.array(named: "b3")
  var refused = 0
  // The last member's header and data and the directory stand at the end.
  for place in (bytes.count - 1000)..<bytes.count {
    for change in [0x01, 0x80, 0xff] as [UInt8] {
      var changed = bytes
      changed[place] ^= change
      guard let file = try? NPZFile(bytes: changed), let array = try? file.array(named: "b3") else {
        refused += 1
        continue
      }
      // Times, versions and permissions may change; the checksum guards the values.
      #expect(array == expected, "byte \(place)")
    }
  }
  #expect(refused > 1000)
}

@Test("archives that lie about their members are refused")
func refusesLyingArchives() throws {
  let bytes = try fixtureBytes("pretrained/digits_compressed.npz")
  func position(of signature: [UInt8], from start: Int = 0) throws -> Int {
    try #require((start..<bytes.count).first { bytes[$0...].starts(with: signature) })
  }
  let entry = try position(of: [0x50, 0x4b, 1, 2])
  let second = try position(of: [0x50, 0x4b, 1, 2], from: entry + 4)
  let end = try position(of: [0x50, 0x4b, 5, 6])
  func changed(_ place: Int, _ values: [UInt8]) -> [UInt8] {
    var result = bytes
    result.replaceSubrange(place..<place + values.count, with: values)
    return result
  }
  let header = [UInt8](bytes[(entry + 42)..<(entry + 46)])
  let cases: [([UInt8], ArrayFileError.Kind, String)] = [
    (changed(entry + 24, [0xff, 0xff, 0xff, 0x7f]), .malformed, "can hold"),
    (changed(entry + 24, [1, 0, 0, 0]), .malformed, "damaged"),
    (changed(entry + 20, [0xff, 0xff, 0xff, 0x7f]), .malformed, "can hold"),
    (changed(entry + 8, [1]), .unsupported, "encrypted"),
    (changed(entry + 10, [12]), .unsupported, "method 12"),
    (changed(second + 42, header), .malformed, "differs from the directory"),
    (changed(entry + 42, [0xff, 0xff, 0xff, 0xff]), .malformed, "can hold"),
    (changed(end + 16, [0xff, 0xff, 0xff, 0xff]), .malformed, "zip64"),
    (changed(end + 8, [0xff, 0xee, 0xff, 0xee]), .malformed, "members"),
    (changed(end + 4, [1]), .unsupported, "disks"),
    (changed(entry + 46, [0xff]), .unsupported, "UTF-8"),
    (bytes + [0], .malformed, "end record"),
  ]
  for (index, (archive, kind, text)) in cases.enumerated() {
    let error = #expect(throws: ArrayFileError.self) { try readAll(archive) }
    #expect(error?.kind == kind, "case \(index)")
    #expect(error?.description.contains(text) == true, "case \(index): \(error?.description ?? "")")
  }
}
