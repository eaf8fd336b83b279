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
}
