import FixtureFiles
import Foundation
import Swiftlet
import SwiftletGraph
import Testing

@Suite("Fuzzing")
struct FuzzTests {
  @Test("every model that a fuzzer ever found is an error or runs")
  func keptInputs() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: fixturePath("fuzz/model"))
    let configurations = names.filter { $0.hasSuffix(".json") }.sorted()
    #expect(configurations.count >= 10)
    var ran = 0
    for name in configurations {
      guard
        let network = try? Network.decode(
          modelConfiguration: fixtureBytes("fuzz/model/\(name)"), kerasVersion: nil),
        network.parameterCount <= 1 << 16
      else { continue }
      do throws(ModelError) {
        let model = try Model(
          network: network,
          weights: network.layers.map { $0.weights.map { [Float](repeating: 0.5, count: $0.elementCount) } })
        // A session whose rows take more memory than there is says so.
        var session = try model.makeSession(maximumBatch: 2)
        guard session.inputs.allSatisfy({ ($0.shape.elementCount ?? .max) < 1 << 20 }) else { continue }
        let outputs = try session.predict(
          session.inputs.map { [Float](repeating: 1, count: 2 * ($0.shape.elementCount ?? 0)) }, rows: 2)
        for (output, description) in zip(outputs, session.outputs) {
          #expect(output.count == 2 * (description.shape.elementCount ?? 0), "\(name)")
        }
        ran += 1
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(ran > 0)
  }
}
