import Swiftlet
import SwiftletGraph
import SwiftletSystem

extension SwiftletRun {
  /// `bench`: the time of one call of a prepared session, or of each step of it, or of several sessions at once,
  /// or of loading, or what the processor can do at most.
  static func bench(_ options: inout Options) throws(RunError) {
    let asJSON = options.flag("--json")
    let loads = options.flag("--load")
    let byLayer = options.flag("--by-layer")
    let batch = try options.count("--batch", default: 1)
    let threads = try options.count("--threads", default: 1)
    let sessions = try options.count("--sessions", default: 1)
    let seconds = try options.count("--seconds", default: 1)
    let instructionSet = try options.instructionSet()
    if options.flag("--peak") {
      try options.end()
      return benchPeak(instructionSet, asJSON)
    }
    let path = try options.model()
    do throws(ModelError) {
      if loads { return try benchLoad(path, instructionSet, asJSON) }
      let model = try Model(contentsOf: path, instructionSet: instructionSet)
      if byLayer {
        var run = try BenchSession(model, batch: batch, pool: nil)
        let table = try StepTable(&run, peak: ProcessorPeak(instructionSet))
        return say(asJSON ? table.json.encoded() : table.text)
      }
      if sessions > 1 {
        let rate = try SessionCrowd.callsPerSecond(model, sessions: sessions, batch: batch, seconds: seconds)
        return say(
          asJSON
            ? JSONValue.object([
              .init("calls_per_second", .number(rate)), .init("sessions", .integer(sessions)),
              .init("batch", .integer(batch)), .init("isa", .string(instructionSet.name)),
            ]).encoded()
            : "\(sessions) sessions of batch \(batch), \(instructionSet.name): \(fixed(rate, 1)) calls a second in all"
        )
      }
      let pool = threads > 1 ? try ThreadPool(threads: threads) : nil
      var run = try BenchSession(model, batch: batch, pool: pool)
      let times = try run.times(seconds: seconds)
      func at(_ part: Double) -> Double { times[min(times.count - 1, Int(Double(times.count) * part))] }
      say(
        asJSON
          ? JSONValue.object([
            .init("median_us", .number(at(0.5))), .init("p90_us", .number(at(0.9))),
            .init("p99_us", .number(at(0.99))),
            .init("batch", .integer(batch)), .init("threads", .integer(threads)),
            .init("isa", .string(instructionSet.name)),
          ]).encoded()
          : "batch \(batch), \(threads) threads, \(instructionSet.name): median \(fixed(at(0.5), 3)) us, "
            + "p90 \(fixed(at(0.9), 3)) us, p99 \(fixed(at(0.99), 3)) us")
    } catch {
      throw .model(error, path)
    }
  }

  private static func benchPeak(_ instructionSet: InstructionSet, _ asJSON: Bool) {
    let peak = ProcessorPeak(instructionSet)
    let gigaflops = peak.gigaflops()
    // Blocks that lie in the first, second and third cache of most processors, and beyond all of them.
    let places = [
      (name: "l1", kilobytes: 16), (name: "l2", kilobytes: 512), (name: "l3", kilobytes: 8192),
      (name: "memory", kilobytes: 262144),
    ]
    let rates = places.map { peak.readGigabytes(count: $0.kilobytes * 256) }
    if asJSON {
      var members: [JSONValue.Member] = [
        .init("isa", .string(instructionSet.name)), .init("gflops", .number(gigaflops)),
      ]
      for (place, rate) in zip(places, rates) {
        members.append(.init("\(place.name)_gbytes_per_second", .number(rate)))
      }
      return say(JSONValue.object(members).encoded())
    }
    var text = "\(instructionSet.name): \(fixed(gigaflops, 1)) GFLOP/s of multiply-adds; reads"
    for (place, rate) in zip(places, rates) { text += " \(place.kilobytes) KB at \(fixed(rate, 1))" }
    say(text + " GB/s")
  }

  private static func benchLoad(_ path: String, _ set: InstructionSet, _ asJSON: Bool) throws(ModelError) {
    let start = swiftlet_clock_nanoseconds()
    let model = try Model(contentsOf: path, instructionSet: set)
    var run = try BenchSession(model, batch: 1, pool: nil)
    try run.run()
    let elapsed = Double(swiftlet_clock_nanoseconds() - start) / 1e6
    let memory = Int(clamping: swiftlet_peak_memory())
    let packed = model.packedWeightBytes
    say(
      asJSON
        ? JSONValue.object([
          .init("first_output_ms", .number(elapsed)), .init("peak_rss_bytes", .integer(memory)),
          .init("packed_weight_bytes", .integer(packed)),
        ]).encoded()
        : "first output after \(fixed(elapsed, 3)) ms, peak memory \(memory) bytes, packed weights \(packed) bytes"
    )
  }

  /// `value` with so many digits after the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    guard value.isFinite, abs(value) < 1e15 / Double(scale) else { return "\(value)" }
    let whole = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let tail = "\(whole % scale)"
    return "\(sign)\(whole / scale)." + String(repeating: "0", count: digits - tail.utf8.count) + tail
  }
}
