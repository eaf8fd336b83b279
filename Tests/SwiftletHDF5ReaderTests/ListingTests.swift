import FixtureFiles
import SwiftletHDF5Reader
import Testing

@Suite("Listing and reading all of a file that libhdf5 wrote")
struct ListingTests {
  static let fixtures = [
    "earliest", "v108", "latest", "many-links", "deep-tree", "user-block", "track-order", "keras", "small",
    "dense",
  ]

  @Test("gives what h5py gives", arguments: fixtures)
  func givesWhatH5pyGives(fixture: String) throws {
    try compare(try HDF5File(path: fixturePath("reader/\(fixture).h5")), with: fixture)
  }

  @Test("gives the same from bytes in memory", arguments: ["earliest", "latest", "dense"])
  func sameFromMemory(fixture: String) throws {
    try compare(try HDF5File(bytes: try fixtureBytes("reader/\(fixture).h5")), with: fixture)
  }

  @Test("gives the same from a part of a larger source")
  func sameFromPart() throws {
    let bytes = try fixtureBytes("reader/earliest.h5")
    let archive = ByteSource(bytes: [UInt8](repeating: 0x50, count: 77) + bytes + [1, 2, 3])
    let part = try archive.part(at: 77, count: UInt64(bytes.count))
    try compare(try HDF5File(part), with: "earliest")
    #expect(throws: HDF5Error.malformed("a part of 5 bytes where 3 are in all", offset: 0)) {
      try ByteSource(bytes: [1, 2, 3]).part(at: 0, count: 5)
    }
  }

  @Test("gives the same from borrowed memory")
  func sameFromBorrowed() throws {
    let bytes = try fixtureBytes("reader/keras.h5")
    try bytes.withUnsafeBytes { buffer in
      try compare(try HDF5File(ByteSource(borrowing: buffer)), with: "keras")
    }
  }

  @Test(
    "hands out numbers where they lie in memory, but none of another kind or at an odd place",
    arguments: ["earliest", "keras"], 0..<5)
  func inPlace(fixture: String, shift: Int) throws {
    let bytes = [UInt8](repeating: 0x50, count: shift) + (try fixtureBytes("reader/\(fixture).h5"))
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    defer { memory.deallocate() }
    memory.copyBytes(from: bytes)
    let source = ByteSource(borrowing: UnsafeRawBufferPointer(memory))
    let file = try HDF5File(source.part(at: UInt64(shift), count: UInt64(bytes.count - shift)))
    var count = 0
    for case .dataset(let dataset) in try file.listing().map(\.content) {
      guard case .contiguous(let offset, _) = dataset.storage,
        dataset.datatype.description == "float32", (Int(offset) + shift) % 4 == 0
      else {
        #expect(dataset.float32InPlace == nil, "\(dataset.path)")
        continue
      }
      let values = try #require(dataset.float32InPlace, "\(dataset.path)")
      #expect(values.map(\.bitPattern) == (try dataset.float32Values().map(\.bitPattern)), "\(dataset.path)")
      count += 1
    }
    if shift % 4 == 0 { #expect(count > 0) }
    let read = try HDF5File(path: fixturePath("reader/\(fixture).h5"))
    for case .dataset(let dataset) in try read.listing().map(\.content) {
      #expect(dataset.float32InPlace == nil, "read from a file")
    }
  }

  @Test(
    "finds the superblock version that libhdf5 wrote",
    arguments: [("earliest", 0), ("deep-tree", 1), ("v108", 2), ("latest", 3)])
  func superblockVersions(fixture: String, version: Int) throws {
    #expect(try HDF5File(path: fixturePath("reader/\(fixture).h5")).superblockVersion == version)
  }

  @Test("finds a file behind a user block")
  func userBlock() throws {
    #expect(try HDF5File(path: fixturePath("reader/user-block.h5")).userBlockSize == 1024)
  }

  private func compare(_ file: HDF5File, with fixture: String) throws {
    let expected = try expectedEntries(fixture)
    let listing = try file.listing()
    #expect(listing.map { $0.path } == expected.map { $0.path })
    for (entry, expected) in zip(listing, expected) {
      let trace = Comment(rawValue: "\(fixture): \(entry.path)")
      switch entry.content {
      case .group(let group):
        #expect(expected.kind == "group", trace)
        try compare(try group.attributes, with: expected.attributes ?? [], trace)
      case .dataset(let dataset):
        #expect(expected.kind == "dataset", trace)
        #expect(dataset.shape == expected.shape, trace)
        if let type = expected.type { #expect(dataset.datatype.description == type, trace) }
        if let offset = expected.offset {
          #expect(place(dataset.storage) == offset, trace)
        }
        try compare(try dataset.attributes, with: expected.attributes ?? [], trace)
        try compare(dataset, with: try #require(expected.values, trace), trace)
        // The same object by its path; where there are many, opening their group for each would take long.
        if listing.count < 150 {
          #expect(try file.root.dataset(entry.path).offset == dataset.offset, trace)
        }
      case .datatype: #expect(expected.kind == "datatype", trace)
      case .repeated: #expect(expected.kind == "repeated", trace)
      case .refused(let error):
        #expect(expected.kind == "refused", "\(entry.path): \(error)")
        guard case .unsupported(let what, _) = error else {
          Issue.record("\(entry.path): \(error)")
          continue
        }
        #expect(what.contains(expected.refused ?? "?"), trace)
      }
    }
  }

  private func place(_ storage: HDF5Storage) -> UInt64? {
    switch storage {
    case .contiguous(let offset, _), .compact(let offset, _): offset
    case .unwritten, .unsupported: nil
    }
  }

  private func compare(_ dataset: HDF5Dataset, with expected: ExpectedValues, _ trace: Comment) throws {
    switch expected {
    case .texts(let texts): #expect(try dataset.strings().map(Array.init) == texts.map(Array.init), trace)
    case .numbers(let numbers):
      let doubles = try dataset.float64Values()
      #expect(doubles.map(bits) == numbers.map(bits), trace)
      let floats = try dataset.float32Values()
      #expect(floats.map(bits) == numbers.map { bits(Float($0)) }, trace)
      if dataset.datatype.isInteger, !numbers.contains(where: { $0 >= 0x1p63 }) {
        #expect(try dataset.int64Values().map(Double.init) == numbers, trace)
      }
      // In parts: every element but the first, on its own.
      for index in 1..<max(1, min(dataset.count, 10)) {
        var one: [Float] = [0]
        try one.withUnsafeMutableBufferPointer { try dataset.readFloat32(into: $0, from: index) }
        #expect(bits(one[0]) == bits(floats[index]), trace)
      }
    case .refused(let text):
      #expect(throws: HDF5Error.self, trace) { try dataset.float32Values() }
      do {
        _ = try dataset.float32Values()
      } catch {
        guard case .unsupported(let what, let offset) = error else {
          Issue.record("\(trace): \(error)")
          return
        }
        #expect(what.contains(text) && offset > 0, "\(trace): \(error)")
      }
    case .mismatch(let text):
      do {
        _ = try dataset.float32Values()
        Issue.record(trace)
      } catch {
        guard case .mismatch(let what, _) = error else {
          Issue.record("\(trace): \(error)")
          return
        }
        #expect(what.contains(text), trace)
      }
    }
  }

  private func compare(
    _ attributes: [HDF5Attribute], with expected: [ExpectedEntry.Attribute], _ trace: Comment
  ) throws {
    #expect(attributes.map { $0.name } == expected.map { $0.name }, trace)
    for (attribute, expected) in zip(attributes, expected) {
      #expect(attribute.shape == expected.shape, trace)
      if let type = expected.type { #expect(attribute.datatype.description == type, trace) }
      switch expected.values {
      case .texts(let texts):
        #expect(try attribute.strings == texts, trace)
        if texts.count == 1 { #expect(try attribute.string == texts[0], trace) }
      case .numbers(let numbers):
        #expect(try attribute.doubles.map(bits) == numbers.map(bits), trace)
        if attribute.datatype.isInteger { #expect(try attribute.integers.map(Double.init) == numbers, trace) }
        if numbers.isEmpty { #expect(try attribute.strings == [], trace) }
      case .refused(let text), .mismatch(let text): Issue.record("\(trace): \(text)")
      }
    }
  }
}

/// Bits, so that zeros keep their sign; every not-a-number is one.
private func bits(_ value: Double) -> UInt64 { value.isNaN ? Double.nan.bitPattern : value.bitPattern }
private func bits(_ value: Float) -> UInt32 { value.isNaN ? Float.nan.bitPattern : value.bitPattern }

extension HDF5Datatype {
  fileprivate var isInteger: Bool {
    if case .integer = kind { true } else { false }
  }
}
