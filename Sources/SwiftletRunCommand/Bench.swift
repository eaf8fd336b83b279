import Swiftlet
import SwiftletGraph
import SwiftletSystem

extension SwiftletRun {
  /// `bench`: the time of one call of a prepared session, or of loading, or what the processor can do at most.
  static func bench(_ options: inout Options) throws(RunError) {
    let asJSON = options.flag("--json")
    let loads = options.flag("--load")
    let byLayer = options.flag("--by-layer")
    let batch = try options.count("--batch", default: 1)
    let threads = try options.count("--threads", default: 1)
    let seconds = try options.count("--seconds", default: 1)
    let instructionSet = try options.instructionSet()
    if options.flag("--peak") {
      try options.end()
      let peak = ProcessorPeak(instructionSet)
      let gigaflops = peak.gigaflops()
      say(
        asJSON
          ? JSONValue.object([
            .init("isa", .string(instructionSet.name)), .init("gflops", .number(gigaflops)),
            .init("read_gbytes_per_second", .number(peak.readGigabytes(count: 4096))),
            .init("memory_gbytes_per_second", .number(peak.readGigabytes(count: 1 << 26))),
          ]).encoded()
          : "\(instructionSet.name): \(gigaflops) GFLOP/s, reads \(peak.readGigabytes(count: 4096)) GB/s from the first cache, "
            + "\(peak.readGigabytes(count: 1 << 26)) GB/s from memory")
      return
    }
    let path = try options.model()
    do throws(ModelError) {
      if loads { return try benchLoad(path, instructionSet, asJSON) }
      let model = try Model(contentsOf: path, instructionSet: instructionSet)
      let pool = threads > 1 ? try ThreadPool(threads: threads) : nil
      var bench = try Benchmark(model, batch: batch, pool: pool)
      if byLayer { return say(try bench.layers(asJSON: asJSON)) }
      let times = try bench.times(seconds: seconds)
      func at(_ part: Double) -> Double { times[min(times.count - 1, Int(Double(times.count) * part))] }
      say(
        asJSON
          ? JSONValue.object([
            .init("median_us", .number(at(0.5))), .init("p90_us", .number(at(0.9))),
            .init("p99_us", .number(at(0.99))),
            .init("batch", .integer(batch)), .init("threads", .integer(threads)),
            .init("isa", .string(instructionSet.name)),
          ]).encoded()
          : "batch \(batch), \(threads) threads, \(instructionSet.name): median \(at(0.5)) us, p90 \(at(0.9)) us, p99 \(at(0.99)) us"
      )
    } catch {
      throw .model(error, path)
    }
  }

  private static func benchLoad(_ path: String, _ set: InstructionSet, _ asJSON: Bool) throws(ModelError) {
    let start = swiftlet_clock_nanoseconds()
    let model = try Model(contentsOf: path, instructionSet: set)
    var bench = try Benchmark(model, batch: 1, pool: nil)
    try bench.run()
    let elapsed = Double(swiftlet_clock_nanoseconds() - start) / 1e6
    let memory = Int(clamping: swiftlet_peak_memory())
    say(
      asJSON
        ? JSONValue.object([
          .init("first_output_ms", .number(elapsed)), .init("peak_rss_bytes", .integer(memory)),
        ]).encoded()
        : "first output after \(elapsed) ms, peak memory \(memory) bytes")
  }
}

/// A session with inputs to run it on.
struct Benchmark: ~Copyable {
  private var session: Session
  private let inputs: [[Float]]
  /// Where a single output goes.
  private var output: [Float]
  private let isSingle: Bool
  private let batch: Int

  /// Open lengths are taken as 32.
  init(_ model: Model, batch: Int, pool: ThreadPool?) throws(ModelError) {
    let open = model.inputs.reduce(0) { $0 + $1.shape.dimensions.filter { $0 == nil }.count }
    let session = try model.makeSession(
      maximumBatch: batch, maximumLengths: [Int](repeating: 32, count: open), pool: pool)
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

  /// Microseconds a call, sorted: as many samples as fit in the time, each the mean of enough calls for the clock.
  mutating func times(seconds: Int) throws(ModelError) -> [Double] {
    try run(times: 3)
    var inner = 1
    while true {
      let start = swiftlet_clock_nanoseconds()
      try run(times: inner)
      if swiftlet_clock_nanoseconds() - start > 20_000 || inner > 1 << 20 { break }
      inner *= 2
    }
    var samples: [Double] = []
    let end = swiftlet_clock_nanoseconds() + UInt64(seconds) * 1_000_000_000
    repeat {
      let start = swiftlet_clock_nanoseconds()
      try run(times: inner)
      samples.append(Double(swiftlet_clock_nanoseconds() - start) / Double(inner) / 1000)
    } while swiftlet_clock_nanoseconds() < end
    return samples.sorted()
  }

  /// The time of each step by itself.
  mutating func layers(asJSON: Bool) throws(ModelError) -> String {
    try run()
    var rows: [(layer: String, operation: String, microseconds: Double)] = []
    for (index, label) in session.stepLabels.enumerated() {
      var best = Double.infinity
      for _ in 0..<50 {
        let start = swiftlet_clock_nanoseconds()
        session.repeatStep(index, rows: batch, times: 20)
        best = min(best, Double(swiftlet_clock_nanoseconds() - start) / 20_000)
      }
      rows.append((label.layer, label.operation, best))
    }
    if asJSON {
      return JSONValue.array(
        rows.map {
          .object([
            .init("layer", .string($0.layer)), .init("operation", .string($0.operation)),
            .init("best_us", .number($0.microseconds)),
          ])
        }
      ).encoded()
    }
    return rows.map { "\($0.layer)  \($0.operation)  \($0.microseconds) us" }.joined(separator: "\n")
  }
}
