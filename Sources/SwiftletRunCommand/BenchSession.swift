import Swiftlet
import SwiftletGraph
import SwiftletSystem

/// A session with inputs to run it on.
struct BenchSession: ~Copyable {
  private var session: Session
  private let inputs: [[Float]]
  /// Where a single output goes.
  private var output: [Float]
  private let isSingle: Bool
  let batch: Int

  /// A new session of the model.
  init(_ model: Model, batch: Int, pool: ThreadPool?) throws(ModelError) {
    try self.init(try BenchSession.session(of: model, batch: batch, pool: pool))
  }

  /// A session of the model, open lengths taken as 32.
  static func session(of model: Model, batch: Int, pool: ThreadPool?) throws(ModelError) -> Session {
    let open = model.inputs.reduce(0) { $0 + $1.shape.dimensions.filter { $0 == nil }.count }
    return try model.makeSession(
      maximumBatch: batch, maximumLengths: [Int](repeating: 32, count: open), pool: pool)
  }

  /// A session with inputs that fill its batch.
  init(_ session: consuming Session) throws(ModelError) {
    let batch = session.maximumBatch
    for tensor in session.inputs + session.outputs {
      try BenchSession.checkRoom(batch, tensor.shape.elementCount ?? 0)
    }
    // Numbers between -1 and 1 by a small generator, so that no branch or denormal makes the time special.
    var state: UInt32 = 1
    inputs = session.inputs.map { input in
      (0..<(batch * (input.shape.elementCount ?? 0))).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(Int32(bitPattern: state)) / 2_147_483_648
      }
    }
    output = [Float](repeating: 0, count: batch * (session.outputs[0].shape.elementCount ?? 0))
    isSingle = session.inputs.count == 1 && session.outputs.count == 1
    self.session = session
    self.batch = batch
  }

  /// - Throws: `ModelError.memory` for more numbers than there is room for: an array that cannot be made is a trap.
  private static func checkRoom(_ batch: Int, _ count: Int) throws(ModelError) {
    let (bytes, overflow) = (MemoryLayout<Float>.stride * batch).multipliedReportingOverflow(by: count)
    guard !overflow, let probe = unsafe swiftlet_allocate(bytes) else { throw .memory(bytes: bytes) }
    unsafe swiftlet_free(probe)
  }

  /// So many calls on all the inputs.
  mutating func run(times: Int = 1) throws(ModelError) {
    guard isSingle else {
      for _ in 0..<times { _ = try session.predict(inputs, rows: batch) }
      return
    }
    let input = inputs[0]
    // Taken out of the struct while it is written, so that it is not copied.
    var target = output
    output = []
    for _ in 0..<times {
      var span = target.mutableSpan
      try session.predict(input.span, into: &span)
    }
    output = target
  }

  /// How many calls last long enough for the clock; the session is warm afterwards.
  mutating func callsForClock() throws(ModelError) -> Int {
    try run(times: 3)
    var calls = 1
    while true {
      let start = swiftlet_clock_nanoseconds()
      try run(times: calls)
      if swiftlet_clock_nanoseconds() - start > 20_000 || calls > 1 << 20 { return calls }
      calls *= 2
    }
  }

  /// Microseconds a call, sorted: as many samples as fit in the time, each the mean of enough calls for the clock.
  mutating func times(seconds: Int) throws(ModelError) -> [Double] {
    let calls = try callsForClock()
    var samples: [Double] = []
    let end = swiftlet_clock_nanoseconds() + UInt64(seconds) * 1_000_000_000
    repeat {
      let start = swiftlet_clock_nanoseconds()
      try run(times: calls)
      samples.append(Double(swiftlet_clock_nanoseconds() - start) / Double(calls) / 1000)
    } while swiftlet_clock_nanoseconds() < end
    return samples.sorted()
  }

  /// What the session's plan runs.
  var steps: [StepDescription] { session.steps }

  /// Nanoseconds of each step of one call.
  mutating func timeSteps() throws(ModelError) -> [Double] {
    let start = swiftlet_clock_nanoseconds()
    try run()
    let once = max(swiftlet_clock_nanoseconds() - start, 1000)
    // About a second in all.
    let times = Int(min(max(1_000_000_000 / once, 5), 2000))
    return try session.timeSteps(inputs, rows: batch, times: times)
  }
}
