import FixtureFiles
import Swiftlet
import SwiftletGraph
import Testing

@Suite("Arguments that do not fit")
struct ArgumentTests {
  /// A number that no run of the model gives.
  private static let untouched: Float = 12_345.5

  /// The name of the argument that is wrong; nil for an error of another kind, or none.
  private func argument(_ body: () throws -> Void) -> String? {
    do {
      try body()
    } catch let error as ModelError {
      if case .argument(let what, let name) = error, !what.isEmpty, error.kind == .argument { return name }
    } catch {}
    return nil
  }

  @Test(
    "counts that are no whole rows, too many rows, or another output are refused and nothing is written",
    arguments: [
      (4, 3, "input 'input_layer'"), (6, 3, "input 'input_layer'"), (1, 0, "input 'input_layer'"),
      (25, 15, "input 'input_layer'"), (5, 2, "output 'dense'"), (5, 4, "output 'dense'"),
      (10, 3, "output 'dense'"), (0, 3, "output 'dense'"), (20, 0, "output 'dense'"),
    ])
  func wrongCounts(inputs: Int, outputs: Int, name: String) throws {
    let model = try Model(contentsOf: fixturePath("keras/dense.h5"))
    var session = try model.makeSession(maximumBatch: 4)
    let input = [Float](repeating: 1, count: inputs)
    let small = [UInt8](repeating: 1, count: inputs)
    var output = [Float](repeating: Self.untouched, count: outputs)
    var wide = [Double](repeating: 1, count: outputs)
    #expect(
      argument {
        var place = output.mutableSpan
        try session.predict(input.span, into: &place)
      } == name)
    #expect(
      argument {
        var place = wide.mutableSpan
        try session.predict(small.span, into: &place)
      } == name)
    #expect(output.allSatisfy { $0 == Self.untouched })
    #expect(wide.allSatisfy { $0 == 1 })
  }

  @Test("no rows are a batch too, and nothing is written")
  func noRows() throws {
    let model = try Model(contentsOf: fixturePath("keras/dense.h5"))
    var session = try model.makeSession(maximumBatch: 4)
    #expect(try session.predict([[]]) == [[]])
    var output: [Float] = []
    let input: [Float] = []
    var place = output.mutableSpan
    try session.predict(input.span, into: &place)
  }

  @Test("arrays for several inputs must be as many as the inputs, whole rows, and equally many rows")
  func severalInputs() throws {
    let model = try Model(contentsOf: fixturePath("keras/functional_two_by_two.h5"))
    var session = try model.makeSession(maximumBatch: 3)
    func refused(_ counts: [Int]) -> String? {
      argument { _ = try session.predict(counts.map { [Float](repeating: 1, count: $0) }) }
    }
    #expect(refused([]) == "inputs")
    #expect(refused([4]) == "inputs")
    #expect(refused([4, 3, 3]) == "inputs")
    #expect(refused([5, 3]) == "input 'left'")
    #expect(refused([4, 4]) == "input 'right'")
    #expect(refused([8, 3]) == "input 'right'")
    #expect(refused([16, 12]) == "rows")
    #expect(refused([12, 9]) == nil)
    let input = [Float](repeating: 1, count: 4)
    var output = [Float](repeating: Self.untouched, count: 2)
    #expect(
      argument {
        var place = output.mutableSpan
        try session.predict(input.span, into: &place)
      } == "predict")
    #expect(output.allSatisfy { $0 == Self.untouched })
  }

  @Test("bindings and rows that the session does not have are refused and nothing is written")
  func bindings() throws {
    let model = try Model(contentsOf: fixturePath("keras/dense.h5"))
    var session = try model.makeSession(maximumBatch: 4)
    for index in [-1, 1, Int.max, Int.min] {
      #expect(argument { try unsafe session.bindInput(index, nil, .float32) } == "inputs")
      #expect(argument { try unsafe session.bindOutput(index, nil, .float32) } == "outputs")
    }
    for type in [DataType.float16, .bfloat16, .bool] {
      #expect(argument { try unsafe session.bindOutput(0, nil, type) } == "output 'dense'")
    }
    let input = [Float](repeating: 1, count: 20)
    var output = [Float](repeating: Self.untouched, count: 12)
    try unsafe input.withUnsafeBytes { source in
      try unsafe output.withUnsafeMutableBytes { target in
        try unsafe session.bindInput(0, source.baseAddress, .float32)
        try unsafe session.bindOutput(0, target.baseAddress, .float32)
        for rows in [-1, 5, Int.max, Int.min] {
          #expect(argument { try unsafe session.run(rows: rows) } == "rows")
        }
        try unsafe session.run(rows: 0)
      }
    }
    #expect(output.allSatisfy { $0 == Self.untouched })
    // And only the rows that a run has are written.
    try unsafe input.withUnsafeBytes { source in
      try unsafe output.withUnsafeMutableBytes { target in
        try unsafe session.bindInput(0, source.baseAddress, .float32)
        try unsafe session.bindOutput(0, target.baseAddress, .float32)
        try unsafe session.run(rows: 2)
      }
    }
    #expect(output[..<6].allSatisfy { $0 != Self.untouched })
    #expect(output[6...].allSatisfy { $0 == Self.untouched })
  }

  @Test("a session needs a batch of 1 or more, and exactly the lengths that the model leaves open")
  func sessions() throws {
    let fixed = try Model(contentsOf: fixturePath("keras/dense.h5"))
    for batch in [0, -1, Int.min] {
      #expect(argument { _ = try fixed.makeSession(maximumBatch: batch) } == "maximumBatch")
    }
    #expect(argument { _ = try fixed.makeSession(maximumBatch: 1, maximumLengths: [1]) } == "maximumLengths")

    let open = try Model(contentsOf: fixturePath("keras/dense_open_length.h5"))
    #expect(argument { _ = try open.makeSession(maximumBatch: 1) } == "maximumLengths")
    #expect(
      argument { _ = try open.makeSession(maximumBatch: 1, maximumLengths: [3, 3]) } == "maximumLengths")
    #expect(open.inputs[0].shape.dimensions == [nil, 4])
    let session = try open.makeSession(maximumBatch: 1, maximumLengths: [3])
    #expect(session.inputs[0].shape.dimensions == [3, 4])
  }

  @Test(
    "lengths and batches that no machine has room for are refused",
    arguments: [
      (1, -1), (1, Int.max), (1, Int.min), (1, 1 << 60), (1 << 40, 1 << 40), (504, 1 << 54), (504, 1 << 40),
      (Int.max, 3),
    ])
  func enormous(batch: Int, length: Int) throws {
    let open = try Model(contentsOf: fixturePath("keras/dense_open_length.h5"))
    let error = #expect(throws: ModelError.self) {
      var session = try open.makeSession(maximumBatch: batch, maximumLengths: [length])
      // A session of an enormous batch may still be made: it takes rows in passes.
      if batch == Int.max { _ = try session.predict([[1]]) }
    }
    #expect(error?.description.isEmpty == false)
  }

  @Test("a pool has 1 to 1024 threads", arguments: [0, -1, 1025, Int.max, Int.min])
  func threads(count: Int) {
    #expect(argument { _ = try ThreadPool(threads: count) } == "threads")
  }

  @Test("an instruction set that the processor lacks is refused")
  func instructionSets() throws {
    let missing = InstructionSet.allCases.filter { !$0.isAvailable }
    #expect(InstructionSet.best.isAvailable)
    for set in missing {
      let path = fixturePath("keras/dense.h5")
      #expect(argument { _ = try Model(contentsOf: path, instructionSet: set) } == "instructionSet")
    }
  }

  @Test("weights that are not what the network wants are refused by layer and weight")
  func weights() throws {
    let network = try Network.sequential(
      input: TensorSpecification(shape: try #require(Shape([2]))), layers: [Dense(3)])
    let kernel = [Float](repeating: 1, count: 6)
    let bias = [Float](repeating: 1, count: 3)
    _ = try Model(network: network, weights: [[], [kernel, bias]])
    for wrong: [[[Float]]] in [
      [], [[]], [[kernel, bias]], [[], [kernel]], [[], [kernel, bias, bias]], [[], [bias, kernel]],
      [[kernel], [kernel, bias]], [[], [kernel, bias], []], [[], [kernel, []]],
    ] {
      #expect(throws: ModelError.self) { _ = try Model(network: network, weights: wrong) }
    }
  }
}
