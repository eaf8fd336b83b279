import AllocationCounter
import FixtureFiles
import Swiftlet
import Testing

@Suite("A run allocates nothing", .enabled(if: allocation_counter_works()))
struct AllocationTests {
  @Test("the counter counts what this thread asks for")
  func counter() {
    let before = allocation_count()
    let numbers = [Int](unsafeUninitializedCapacity: 1000) { buffer, count in
      for index in 0..<1000 { buffer[index] = index }
      count = 1000
    }
    #expect(allocation_count() > before)
    #expect(numbers.last == 999)
  }

  @Test("over spans, with or without conversion, a thousand runs ask for no memory", arguments: [nil, 2])
  func spans(threads: Int?) throws {
    let model = try NumberedNetwork.model(inputs: 67, units: [431, 10])
    let pool = try threads.map { try ThreadPool(threads: $0) }
    var session = try model.makeSession(maximumBatch: 40, pool: pool)
    let floats = NumberedNetwork.values(40 * 67, seed: 3)
    let bytes = floats.map { UInt8(abs($0) * 255) }
    var output = [Float](repeating: 0, count: 400)
    var doubles = [Double](repeating: 0, count: 400)
    var place = output.mutableSpan
    var wide = doubles.mutableSpan
    try session.predict(floats.span, into: &place)
    try session.predict(bytes.span, into: &wide)
    let before = allocation_count()
    for _ in 0..<500 {
      try session.predict(floats.span, into: &place)
      try session.predict(bytes.span, into: &wide)
    }
    let after = allocation_count()
    #expect(after == before)
  }

  @Test(
    "models of every layer ask for no memory when they run",
    arguments: KerasCase.loading.filter { ($0.inputs?.count ?? 0) <= 2 && ($0.outputs?.count ?? 0) <= 20 })
  func everyModel(given: KerasCase) throws {
    let model = try Model(contentsOf: given.path)
    let arrays = try #require(given.inputs).map { try given.array($0) }
    let rows = try #require(arrays.first?.shape.first)
    let lengths = zip(model.inputs, arrays).flatMap { input, array in
      zip(input.shape.dimensions, array.shape.dropFirst()).compactMap { $0 == nil ? $1 : nil }
    }
    var session = try model.makeSession(maximumBatch: rows, maximumLengths: lengths)
    let inputs = arrays.map { array in
      let place = UnsafeMutablePointer<Float>.allocate(capacity: max(array.count, 1))
      place.initialize(from: array.float32Values(), count: array.count)
      return place
    }
    let outputs = session.outputs.map { output in
      UnsafeMutablePointer<Float>.allocate(capacity: max(rows * (output.shape.elementCount ?? 0), 1))
    }
    defer {
      for block in inputs + outputs { block.deallocate() }
    }
    /// Runs that often; the first use of a generic type may make the Swift runtime build its metadata.
    func run(_ times: Int) throws {
      for _ in 0..<times {
        for index in inputs.indices { try session.bindInput(index, inputs[index], .float32) }
        for index in outputs.indices { try session.bindOutput(index, outputs[index], .float32) }
        try session.run(rows: rows)
      }
    }
    try run(1)
    let before = allocation_count()
    try run(1000)
    let after = allocation_count()
    #expect(after == before)
  }
}
