import AllocationCounter
import FixtureFiles
import Swiftlet
import SwiftletGraph
import Testing

@Suite("Precision of dense layers")
struct PrecisionTests {
  private static let inputs = 67
  private static let units = [131, 40, 10]
  private static let rows = 130
  private static let values = NumberedNetwork.values(rows * inputs, seed: 99)

  private static func model(
    _ precision: Precision?, _ instructionSet: InstructionSet = .best
  ) throws -> Model {
    try NumberedNetwork.model(
      inputs: inputs, units: units, instructionSet: instructionSet, precision: precision)
  }

  private static func outputs(
    _ model: Model, batch: Int = rows, pool: ThreadPool? = nil
  ) throws -> [UInt32] {
    var session = try model.makeSession(maximumBatch: batch, pool: pool)
    return try stride(from: 0, to: rows, by: batch).flatMap { row in
      let end = min(row + batch, rows)
      return try session.predict([Array(values[row * inputs..<end * inputs])])[0].map(\.bitPattern)
    }
  }

  @Test("float32 is what a model is opened in unless told otherwise, with the same bits")
  func usual() throws {
    let model = try Self.model(nil)
    #expect(model.precision == .float32)
    let same = try Self.outputs(model) == Self.outputs(try Self.model(.float32))
    #expect(same)
    let file = try Model(contentsOf: fixturePath("keras/dense.h5"))
    #expect(file.precision == .float32)
    #expect(try Self.outputs(model) != Self.outputs(try Self.model(.bfloat16)))
    #expect(try Self.outputs(model) != Self.outputs(try Self.model(.int8)))
  }

  @Test(
    "a row gives the same bits in every batch, with 1 and 3 threads, on every instruction set",
    arguments: InstructionSet.allCases.filter { $0.isAvailable }, [Precision.bfloat16, .int8])
  func sameBits(instructionSet: InstructionSet, precision: Precision) throws {
    let expected = try Self.outputs(try Self.model(precision, .portable), batch: 1)
    let model = try Self.model(precision, instructionSet)
    #expect(model.precision == precision)
    for batch in [1, 2, 7, 12, 13, 33, 64, 129, 130] {
      let same = try Self.outputs(model, batch: batch) == expected
      #expect(same, "batch of \(batch)")
    }
    let same = try Self.outputs(model, pool: try ThreadPool(threads: 3)) == expected
    #expect(same)
  }

  @Test("packed weights take half the bytes in bfloat16 and a quarter in int8, and what comes out stays near")
  func bytesAndNearness() throws {
    let exact = try Self.model(.float32)
    let expected = try Self.outputs(exact).map { Float(bitPattern: $0) }
    let largest = expected.map(\.magnitude).max() ?? 0
    for (precision, part, error) in [(Precision.bfloat16, 0.5, Float(0.01)), (.int8, 0.25, 0.02)] {
      let model = try Self.model(precision)
      let ratio = Double(model.packedWeightBytes) / Double(exact.packedWeightBytes)
      #expect(ratio > part && ratio < part * 1.25)
      let found = try Self.outputs(model).map { Float(bitPattern: $0) }
      #expect(zip(found, expected).allSatisfy { ($0 - $1).magnitude < error * largest }, "\(precision)")
    }
  }

  @Test(
    "models with residuals, folded normalization, inner axes and softmax come out near what Keras gave",
    arguments: KerasCase.loading.filter { $0.inputs?.count == 1 && $0.outputs?.count == 1 },
    [Precision.bfloat16, .int8])
  func kerasModels(given: KerasCase, precision: Precision) throws {
    let exact = try Model(contentsOf: given.path)
    let model = try Model(contentsOf: given.path, precision: precision)
    let array = try given.array(try #require(given.inputs?.first))
    let rows = try #require(array.shape.first)
    let lengths = zip(model.inputs[0].shape.dimensions, array.shape.dropFirst()).compactMap {
      $0 == nil ? $1 : nil
    }
    var one = try exact.makeSession(maximumBatch: rows, maximumLengths: lengths)
    var other = try model.makeSession(maximumBatch: rows, maximumLengths: lengths)
    let expected = try one.predict([array.float32Values()])[0]
    let found = try other.predict([array.float32Values()])[0]
    let isExact = !model.network.layers.contains {
      $0.layer is Dense || $0.layer is Conv1D || $0.layer is Conv2D
    }
    if isExact {
      #expect(found.map(\.bitPattern) == expected.map(\.bitPattern), "nothing to differ")
      return
    }
    let largest = expected.lazy.filter(\.isFinite).map(\.magnitude).max() ?? 0
    for (value, wanted) in zip(found, expected) where wanted.isFinite {
      #expect((value - wanted).magnitude <= 0.1 * max(largest, 0.1))
    }
  }

  @Test(
    "a run in low precision asks for no memory", .enabled(if: allocation_counter_works()),
    arguments: [
      Precision.bfloat16, .int8,
    ])
  func allocations(precision: Precision) throws {
    var session = try Self.model(precision).makeSession(maximumBatch: 40)
    let floats = Array(Self.values.prefix(40 * Self.inputs))
    var output = [Float](repeating: 0, count: 400)
    var place = output.mutableSpan
    try session.predict(floats.span, into: &place)
    let before = allocation_count()
    for _ in 0..<100 { try session.predict(floats.span, into: &place) }
    let after = allocation_count()
    #expect(after == before)
  }

  @Test("a layer with more inputs than int8 can add up stays float32, bit for bit")
  func tooManyInputs() throws {
    let inputs = 66_312
    let row = NumberedNetwork.values(inputs, seed: 4)
    let bits = try [Precision.float32, .int8].map { precision in
      let model = try NumberedNetwork.model(inputs: inputs, units: [2], precision: precision)
      var session = try model.makeSession(maximumBatch: 1)
      return try session.predict([row])[0].map(\.bitPattern)
    }
    #expect(bits[0] == bits[1])
  }
}
