import FixtureFiles
import Foundation
import Swiftlet
import SwiftletHDF5Reader
import Testing

@Suite("A model, loaded")
struct LoadingTests {
  /// Convolutions that are packed larger than they are in the file, attention, folded normalizations, and no weights.
  static let cases = KerasCase.loading.filter {
    ["residual_blocks", "small_encoder", "inverted_residual", "zero_padding2d"].contains($0.name)
  }

  /// The file, and then as many zeros as make it so large: HDF5 says itself where it ends.
  private func withFile(
    of given: KerasCase, size: Int, _ body: (String) throws -> Void
  ) throws {
    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: given.path)))
    bytes += [UInt8](repeating: 0, count: max(0, size - bytes.count))
    let path = NSTemporaryDirectory() + "swiftlet-loading-\(UUID().uuidString).h5"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    try body(path)
  }

  /// The bits of all outputs.
  private func outputs(of given: KerasCase, _ model: Model) throws -> [[UInt32]] {
    let inputs = try #require(given.inputs).map { try given.array($0) }
    let rows = try #require(inputs.first?.shape.first)
    var session = try model.makeSession(
      maximumBatch: rows, maximumLengths: openLengths(of: model, for: inputs))
    return try session.predict(inputs.map { $0.float32Values() }).map { $0.map(\.bitPattern) }
  }

  @Test(
    "from a file of any size, gives the same bits as from its bytes", arguments: cases,
    [0, 65_535, 65_536, 65_537, 500_000, 530_000, 2_621_440, 2_621_441, 4_000_000])
  func sizes(of given: KerasCase, size: Int) throws {
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: given.path)))
    let expected = try outputs(of: given, Model(bytes: bytes))
    try withFile(of: given, size: size) { path in
      let model = try Model(contentsOf: path)
      // Memory that one session leaves serves the next.
      for _ in 0..<3 { #expect(try outputs(of: given, model) == expected) }
    }
  }

  @Test("serves sessions on many threads, each in memory of its own", arguments: cases)
  func threads(of given: KerasCase) async throws {
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: given.path)))
    let expected = try outputs(of: given, Model(bytes: bytes))
    var model: Model?
    try withFile(of: given, size: 1_000_000) { model = try Model(contentsOf: $0) }
    let shared = try #require(model)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<20 where try outputs(of: given, shared) != expected { return false }
          return true
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }

  @Test(
    "from a file that has become shorter since it was opened, is an error", arguments: [100_000, 1_000_000])
  func shorter(size: Int) throws {
    #expect(LoadingTests.cases.count == 4)
    let given = try #require(LoadingTests.cases.first)
    try withFile(of: given, size: size) { path in
      let source = try ByteSource(path: path)
      let file = try #require(FileHandle(forWritingAtPath: path))
      try file.truncate(atOffset: 5000)
      try file.close()
      let error = #expect(throws: ModelError.self) { try Model(source: source) }
      #expect(error?.description.contains("the file has become shorter") == true)
    }
  }
}
