import Foundation
import Swiftlet
import SwiftletHDF5Reader
import SwiftletHDF5Writer
import Testing

/// What reading the metadata of a file gives whose group `swiftlet` is filled by `body`.
private func reading(
  version: String? = "0.1", _ body: (borrowing HDF5WriterGroup) throws(HDF5WriterError) -> Void = { _ in }
) throws -> Result<ModelMetadata?, MetadataError> {
  let path = NSTemporaryDirectory() + "/bad-\(UUID().uuidString).h5"
  defer { try? FileManager.default.removeItem(atPath: path) }
  try HDF5Writer.write(to: path) { (root) throws(HDF5WriterError) in
    try root.writeGroup("swiftlet") { (group) throws(HDF5WriterError) in
      if let version { try group.setAttribute("format_version", to: version) }
      try body(group)
    }
  }
  let file = try HDF5File(path: path)
  return Result { () throws(MetadataError) in try ModelMetadata.read(from: file) }
}

/// The error's text; "read" if there was none.
private func refusal(
  version: String? = "0.1", _ body: (borrowing HDF5WriterGroup) throws(HDF5WriterError) -> Void = { _ in }
) throws -> String {
  switch try reading(version: version, body) {
  case .success: "read"
  case .failure(let error): error.description
  }
}

@Test("metadata.version: a version must be there, be well formed, and have a known major number")
func versions() throws {
  #expect(try refusal(version: nil) == "swiftlet@format_version: it is missing")
  for text in ["", "1", "0.1.2", "0.01", "-1.0", "0.x", "0.123456", "０.1"] {
    #expect(try refusal(version: text) == "swiftlet@format_version: '\(text)' is not of the form 0.1")
  }
  #expect(
    try reading(version: "1.0")
      == .failure(.unsupportedVersion(ModelMetadata.FormatVersion(major: 1, minor: 0))))
  #expect(
    try refusal(version: "1.0")
      == "swiftlet@format_version: the file's format is 1.0; this program reads 0.x")
  let number = try refusal(version: nil) { (group) throws(HDF5WriterError) in
    try group.setAttribute("format_version", to: 0.1)
  }
  #expect(number.hasPrefix("swiftlet@format_version: text wanted where elements are float64"))
}

@Test("metadata.unknown: a later minor version and unknown names are passed over")
func unknownThings() throws {
  let read = try reading(version: "0.99") { (group) throws(HDF5WriterError) in
    try group.setAttribute("class_labels", to: ["a", "b"])
    try group.setAttribute("mood", to: "good")
    try group.writeGroup("signatures") { (group) throws(HDF5WriterError) in
      try group.writeDataset("ed25519", shape: [2], [1, 2] as [UInt8])
    }
    try group.writeGroup("provenance") { (group) throws(HDF5WriterError) in
      try group.setAttribute("weather", to: 17)
    }
  }
  let metadata = try #require(try read.get())
  #expect(metadata.formatVersion == ModelMetadata.FormatVersion(major: 0, minor: 99))
  #expect(metadata.classLabels == ["a", "b"])
}

@Test("metadata.group: a dataset where a group belongs is refused")
func wrongKind() throws {
  for name in ["provenance", "history", "digests", "golden_sample"] {
    let text = try refusal { (group) throws(HDF5WriterError) in
      try group.writeDataset(name, shape: [1], [1] as [Float])
    }
    #expect(text.hasPrefix("swiftlet/\(name): \"swiftlet/\(name)\" is not a group"))
  }
}

@Test("metadata.provenance: times, seeds and digests of another form are refused")
func badProvenance() throws {
  func refused(_ body: (borrowing HDF5WriterGroup) throws(HDF5WriterError) -> Void) throws -> String {
    try refusal { (group) throws(HDF5WriterError) in try group.writeGroup("provenance", body) }
  }
  #expect(
    try refused { (group) throws(HDF5WriterError) in try group.setAttribute("created", to: "2026-01-31") }
      == "swiftlet/provenance@created: '2026-01-31' is not of the form 2026-01-31T23:59:59Z")
  for seed in [1.5, -1] {
    #expect(
      try refused { (group) throws(HDF5WriterError) in try group.setAttribute("seed", to: seed) }
        == "swiftlet/provenance@seed: not one number of the kind that belongs here")
  }
  #expect(
    try refused { (group) throws(HDF5WriterError) in try group.setAttribute("seed", to: -1) }
      == "swiftlet/provenance@seed: not one number of the kind that belongs here")
  #expect(
    try refused { (group) throws(HDF5WriterError) in try group.setAttribute("seed", to: [1, 2]) }
      == "swiftlet/provenance@seed: not one number of the kind that belongs here")
  #expect(
    try refused { (group) throws(HDF5WriterError) in try group.setAttribute("data_sha256", to: "abc") }
      == "swiftlet/provenance@data_sha256: 'abc' is not 64 hexadecimal digits")
}

@Test("metadata.history: missing metrics, other types and uneven lengths are refused")
func badHistory() throws {
  func refused(_ body: (borrowing HDF5WriterGroup) throws(HDF5WriterError) -> Void) throws -> String {
    try refusal { (group) throws(HDF5WriterError) in try group.writeGroup("history", body) }
  }
  #expect(try refused { _ in } == "swiftlet/history@metric_names: it is missing")
  #expect(
    try refused { (group) throws(HDF5WriterError) in try group.setAttribute("metric_names", to: ["loss"]) }
      == "swiftlet/history/loss: it is missing")
  #expect(
    try refused { (group) throws(HDF5WriterError) in
      try group.setAttribute("metric_names", to: ["loss"])
      try group.writeDataset("loss", shape: [1], [1] as [Float])
    } == "swiftlet/history/loss: a metric is a list of float64, a value an epoch")
  #expect(
    try refused { (group) throws(HDF5WriterError) in
      try group.setAttribute("metric_names", to: ["a", "b"])
      try group.writeDataset("a", shape: [1], [1.0])
      try group.writeDataset("b", shape: [2], [1.0, 2])
    } == "swiftlet/history/b: 2 epochs where 'a' has 1")
  let twice = try refused { (group) throws(HDF5WriterError) in
    try group.setAttribute("metric_names", to: ["a", "a"])
    try group.writeDataset("a", shape: [1], [1.0])
  }
  #expect(twice.hasPrefix("swiftlet/history/a: its data overlap another dataset's, at byte "))
}

@Test("metadata.digests: a table of another shape or type, and a weight named twice, are refused")
func badDigests() throws {
  func refused(_ names: [String], shape: [Int]?, _ bytes: [UInt8] = [UInt8](repeating: 7, count: 64)) throws
    -> String
  {
    try refusal { (group) throws(HDF5WriterError) in
      try group.writeGroup("digests") { (group) throws(HDF5WriterError) in
        try group.setAttribute("weight_names", to: names)
        if let shape { try group.writeDataset("sha256", shape: shape, bytes) }
      }
    }
  }
  #expect(try refused(["a", "b"], shape: [2, 32]) == "read")
  #expect(try refused(["a", "b"], shape: nil) == "swiftlet/digests/sha256: it is missing")
  for (names, shape) in [(["a"], [2, 32]), (["a", "b"], [64]), (["a", "b"], [32, 2])] {
    #expect(
      try refused(names, shape: shape)
        == "swiftlet/digests/sha256: digests of \(names.count) weights are uint8 of that many by 32")
  }
  #expect(
    try refused(["a", "a"], shape: [2, 32]) == "swiftlet/digests@weight_names: 'a' is there twice")
}

@Test("metadata.golden: missing parts, other types, uneven rows and wild counts are refused")
func badGoldenSample() throws {
  func refused(
    inputs: Int = 1, tolerance: Double = 0,
    _ body: (borrowing HDF5WriterGroup) throws(HDF5WriterError) -> Void
  ) throws -> String {
    try refusal { (group) throws(HDF5WriterError) in
      try group.writeGroup("golden_sample") { (group) throws(HDF5WriterError) in
        try group.setAttribute("input_count", to: inputs)
        try group.setAttribute("output_count", to: 1)
        try group.setAttribute("absolute_tolerance", to: tolerance)
        try group.setAttribute("relative_tolerance", to: 0.0)
        try body(group)
      }
    }
  }
  let place = "swiftlet/golden_sample"
  #expect(try refused { _ in } == "\(place)/input_0: it is missing")
  #expect(
    try refusal { (group) throws(HDF5WriterError) in try group.writeGroup("golden_sample") }
      == "\(place)@input_count: it is missing")
  for count in [0, 1025, Int.max] {
    #expect(try refused(inputs: count) { _ in } == "\(place)@input_count: \(count), where 1 to 1024 may be")
  }
  #expect(
    try refused { (group) throws(HDF5WriterError) in
      try group.writeDataset("input_0", shape: [1, 2], [1, 2] as [Float])
      try group.writeDataset("output_0", shape: [2, 1], [1, 2] as [Float])
    } == "\(place)/output_0: shape (2, 1) where the first axis is 1 rows")
  #expect(
    try refused { (group) throws(HDF5WriterError) in
      try group.writeDataset("input_0", shape: [], [1] as [Float])
      try group.writeDataset("output_0", shape: [1], [1] as [Float])
    } == "\(place)/input_0: no rows")
  #expect(
    try refused { (group) throws(HDF5WriterError) in
      try group.writeDataset("input_0", shape: [1], [1] as [Float])
      try group.writeDataset("output_0", shape: [1], [1] as [Int32])
    } == "\(place)/output_0: outputs are float32")
  #expect(
    try refused { (group) throws(HDF5WriterError) in
      try group.writeDataset("input_0", shape: [1], [1.0])
      try group.writeDataset("output_0", shape: [1], [1] as [Float])
    } == "\(place)/input_0: float64, where float32 or int32 may be")
  #expect(
    try refused(tolerance: -1) { (group) throws(HDF5WriterError) in
      try group.writeDataset("input_0", shape: [1], [1] as [Float])
      try group.writeDataset("output_0", shape: [1], [1] as [Float])
    } == "\(place): a tolerance of -1.0")
}

@Test("metadata.overlap: a name for data that another name has taken already is refused")
func overlappingData() throws {
  // The writer cannot do this, so the second metric's address is changed to the first one's.
  let path = NSTemporaryDirectory() + "/overlap-\(UUID().uuidString).h5"
  defer { try? FileManager.default.removeItem(atPath: path) }
  try HDF5Writer.write(to: path) { (root) throws(HDF5WriterError) in
    try root.writeGroup("swiftlet") { (group) throws(HDF5WriterError) in
      try group.setAttribute("format_version", to: "0.1")
      try group.writeGroup("history") { (group) throws(HDF5WriterError) in
        try group.setAttribute("metric_names", to: ["a", "b"])
        try group.writeDataset("a", shape: [20], [Double](repeating: 1, count: 20))
        try group.writeDataset("b", shape: [20], [Double](repeating: 2, count: 20))
      }
    }
  }
  var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  let history = try HDF5File(bytes: bytes).root.group("swiftlet/history")
  guard case .contiguous(let first, _) = try history.dataset("a").storage,
    case .contiguous(let second, _) = try history.dataset("b").storage
  else {
    Issue.record("not contiguous")
    return
  }
  func little(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  let places = (0..<bytes.count - 8).filter { bytes[$0..<$0 + 8] == little(second)[...] }
  #expect(places.count == 1)
  // Half of it only, so that the two begin at different places.
  for place in places { bytes.replaceSubrange(place..<place + 8, with: little(first + 80)) }
  let file = try HDF5File(bytes: bytes)
  #expect(
    throws: MetadataError.malformed(
      place: "swiftlet/history/b", reason: "its data overlap another dataset's, at byte \(first + 80)")
  ) { try ModelMetadata.read(from: file) }
}
