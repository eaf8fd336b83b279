import FixtureFiles
import SwiftletGraph
import Testing

@Suite("swiftlet-run bench")
struct BenchTests {
  private let model = fixturePath("keras/dense.h5")

  @Test("--by-layer gives every step with its part of the time")
  func byLayer() throws {
    let run = try Command(
      "swiftlet-run", "bench", model, "--by-layer", "--batch", "4", "--json", in: Folder())
    #expect(run.status == 0, "\(run.errors)")
    let report = try run.json()
    let steps = try #require(report["steps"]?.array)
    #expect(!steps.isEmpty)
    var total = 0.0
    for step in steps { total += try #require(step["share"]?.double) }
    #expect(abs(total - 1) < 0.01)
    let table = try Command("swiftlet-run", "bench", model, "--by-layer", in: Folder())
    #expect(table.output.split(separator: "\n").count == steps.count + 2)
  }

  @Test("--sessions and --load give what they measured")
  func others() throws {
    let crowd = try Command("swiftlet-run", "bench", model, "--sessions", "2", "--json", in: Folder())
    #expect(try #require(try crowd.json()["calls_per_second"]?.double) > 0, "\(crowd.errors)")
    let load = try Command("swiftlet-run", "bench", model, "--load", "--json", in: Folder())
    #expect(try #require(try load.json()["first_output_ms"]?.double) > 0, "\(load.errors)")
    #expect(try #require(try load.json()["packed_weight_bytes"]?.integer) > 0)
  }

  @Test("--precision is float32 unless told, goes into what is printed, and must be known")
  func precision() throws {
    let usual = try Command("swiftlet-run", "bench", model, "--json", in: Folder())
    #expect(try usual.json()["precision"]?.string == "float32", "\(usual.errors)")
    let low = try Command("swiftlet-run", "bench", model, "--precision", "int8", "--json", in: Folder())
    #expect(try low.json()["precision"]?.string == "int8", "\(low.errors)")
    let steps = try Command(
      "swiftlet-run", "bench", model, "--precision", "bfloat16", "--by-layer", in: Folder())
    #expect(steps.output.contains("dense bfloat16"), "\(steps.errors)")
    expectRefusal(
      try Command("swiftlet-run", "bench", model, "--precision", "int4", in: Folder()), status: 64,
      saying: "int4", "float32, bfloat16, int8")
    expectRefusal(
      try Command("swiftlet-run", "verify", model, "--precision", "int8", in: Folder()), status: 64,
      saying: "--precision")
    expectRefusal(
      try Command("swiftlet", "predict", model, "--input", "x.npy", "--precision", "int4", in: Folder()),
      status: 64, saying: "int4")
  }
}
