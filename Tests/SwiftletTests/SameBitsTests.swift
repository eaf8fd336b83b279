import Swiftlet
import Testing

@Suite("The same bits")
struct SameBitsTests {
  /// Wide enough that batches of more than about 30 rows are split among the threads of a pool.
  private static let inputs = 67
  private static let units = [431, 10]
  private static let rows = 130

  @Test(
    "a row gives the same bits in every batch of 1 to 130, with 1, 2 and 3 threads, on every instruction set",
    arguments: InstructionSet.allCases.filter { $0.isAvailable }, [1, 2, 3])
  func everyBatch(instructionSet: InstructionSet, threads: Int) throws {
    let values = NumberedNetwork.values(Self.rows * Self.inputs, seed: 99)
    let portable = try NumberedNetwork.model(
      inputs: Self.inputs, units: Self.units, instructionSet: .portable)
    var alone = try portable.makeSession(maximumBatch: 1)
    var expected: [UInt32] = []
    for row in 0..<Self.rows {
      let numbers = Array(values[row * Self.inputs..<(row + 1) * Self.inputs])
      expected += try alone.predict([numbers])[0].map(\.bitPattern)
    }

    let model = try NumberedNetwork.model(
      inputs: Self.inputs, units: Self.units, instructionSet: instructionSet)
    #expect(model.instructionSet == instructionSet)
    var session = try model.makeSession(
      maximumBatch: Self.rows, pool: try ThreadPool(threads: threads))
    for batch in 1...Self.rows {
      // The last rows, so that each row stands at another place of each batch.
      let found = try session.predict([Array(values.suffix(batch * Self.inputs))])[0]
      #expect(found.map(\.bitPattern) == Array(expected.suffix(batch * 10)), "batch of \(batch)")
    }
  }

  @Test("sessions that share a pool and a model from several threads give the same bits")
  func sharedPool() async throws {
    let model = try NumberedNetwork.model(inputs: Self.inputs, units: Self.units)
    let values = NumberedNetwork.values(Self.rows * Self.inputs, seed: 7)
    var alone = try model.makeSession(maximumBatch: Self.rows)
    let expected = try alone.predict([values])[0].map(\.bitPattern)
    let pool = try ThreadPool(threads: 3)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var session = try model.makeSession(maximumBatch: Self.rows, pool: pool)
          return try (0..<20).allSatisfy { _ in
            try session.predict([values])[0].map(\.bitPattern) == expected
          }
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }
}
