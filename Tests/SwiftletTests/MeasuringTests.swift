import Swiftlet
import Testing

@Suite("Steps are described and timed")
struct MeasuringTests {
  @Test("a product's multiply-adds, weights and tensors are counted exactly")
  func counts() throws {
    let session = try NumberedNetwork.model(inputs: 67, units: [431, 10]).makeSession(maximumBatch: 40)
    #expect(session.steps.map { $0.operation } == ["dense", "dense"])
    #expect(session.steps.map { $0.flopsPerRow } == [2 * 67 * 431, 2 * 431 * 10])
    #expect(session.steps.map { $0.tensorBytesPerRow } == [4 * (67 + 431), 4 * (431 + 10)])
    // Panels of sixteen columns, and the biases.
    #expect(session.steps.map { $0.weightBytes } == [4 * (67 * 432 + 431), 4 * (431 * 16 + 10)])
  }

  @Test("a timed run takes every step through every pass, and leaves the session as it was")
  func timing() throws {
    let model = try NumberedNetwork.model(inputs: 67, units: [4310, 10])
    var session = try model.makeSession(maximumBatch: 600)
    #expect(session.steps[0].turns(rows: 600) > 1)
    let rows = NumberedNetwork.values(600 * 67, seed: 5)
    let before = try session.predict([rows])
    let times = try session.timeSteps([rows], rows: 600, times: 3)
    #expect(times.count == 2)
    #expect(times[0] > 0)
    #expect(try session.predict([rows]) == before)
  }

  @Test("inputs of the wrong size are refused")
  func wrongSize() throws {
    var session = try NumberedNetwork.model(inputs: 8, units: [4]).makeSession(maximumBatch: 2)
    #expect(throws: ModelError.self) { try session.timeSteps([[1, 2, 3]], rows: 2, times: 1) }
  }
}
