import FixtureFiles
import SwiftletGraph
import Testing

@Suite("Networks that the benchmarks run")
struct BenchmarkTests {
  @Test(
    "each is read, with Keras's own count of parameters, and written again as the same network",
    arguments: [
      ("digits-mlp", 2778),
      ("book-mlp", 45_360),
      ("mnist-mlp", 669_706),
      ("wide-mlp", 8_344_552),
      ("lenet", 1_199_882),
      ("resnet-s", 309_226),
      ("lstm", 58_506),
      ("tcn", 91_011),
      ("encoder", 396_544),
    ])
  func decodes(name: String, parameters: Int) throws {
    let network = try Network.decode(
      modelConfiguration: try fixtureBytes("graph/benchmark_\(name).json"), kerasVersion: "3.15.1")
    #expect(network.parameterCount == parameters)
    let text = network.encodeModelConfiguration()
    let again = try Network.decode(modelConfiguration: text, kerasVersion: "3.15.1")
    #expect(again.encodeModelConfiguration() == text)
    #expect(again.nodes.map { $0.inputs } == network.nodes.map { $0.inputs })
    #expect(again.nodes.map { $0.outputs } == network.nodes.map { $0.outputs })
  }
}
