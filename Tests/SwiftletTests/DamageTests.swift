import FixtureFiles
import Swiftlet
import Testing

@Suite("Damaged model files")
struct DamageTests {
  /// Whether the bytes are refused. What is taken must also run.
  private func isRefused(_ bytes: [UInt8]) throws -> Bool {
    let model: Model
    do {
      model = try Model(bytes: bytes)
    } catch {
      #expect(!error.description.isEmpty)
      #expect(error.kind == .malformed || error.kind == .unsupported, "\(error.description)")
      return true
    }
    let open = model.inputs.reduce(0) { $0 + $1.shape.dimensions.count { $0 == nil } }
    var session = try model.makeSession(maximumBatch: 1, maximumLengths: Array(repeating: 1, count: open))
    let counts = session.inputs.map { $0.shape.elementCount ?? 0 }
    _ = try session.predict(counts.map { [Float](repeating: 1, count: $0) })
    return false
  }

  @Test("a file cut short anywhere is refused, and never traps")
  func cutShort() throws {
    let bytes = try fixtureBytes("keras/dense.h5")
    for count in 0..<bytes.count {
      #expect(try isRefused(Array(bytes[..<count])), "cut to \(count)")
    }
  }

  @Test(
    "a flipped byte anywhere gives an error or a model that runs, and never traps",
    arguments: [0xFF, 0x01, 0x80])
  func flipped(bits: UInt8) throws {
    var bytes = try fixtureBytes("keras/dense.h5")
    var refused = 0
    // Every byte once; for the further patterns, every third.
    for index in stride(from: 0, to: min(bytes.count, 4096), by: bits == 0xFF ? 1 : 3) {
      bytes[index] ^= bits
      if try isRefused(bytes) { refused += 1 }
      bytes[index] ^= bits
    }
    #expect(refused > 100)
    #expect(try !isRefused(bytes))
  }
}
