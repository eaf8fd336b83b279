import Swiftlet
import SwiftletGraph
import SwiftletReports
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
    let sessions = try options.count("--sessions", default: 0)
    let seconds = try options.count("--seconds", default: 1)
    let instructionSet = try options.instructionSet()
    let precision = try options.precision()
    if options.flag("--peak") {
      try options.end()
      return try say(benchPeak(instructionSet, asJSON))
    }
    let path = try options.model()
    let text: String
    do throws(ModelError) {
      if loads {
        text = try benchLoad(path, instructionSet, precision, asJSON)
      } else {
        let model = try Model(contentsOf: path, instructionSet: instructionSet, precision: precision)
        if byLayer {
          var run = try BenchSession(model, batch: batch, pool: nil)
          let table = try StepTable(&run, peak: ProcessorPeak(instructionSet))
          text = asJSON ? table.json.encoded() : table.text
        } else if sessions > 0 {
          let rate = try SessionCrowd.callsPerSecond(
            model, sessions: sessions, batch: batch, seconds: seconds)
          text = crowdText(rate, sessions: sessions, batch: batch, model, asJSON)
        } else {
          let pool = threads > 1 ? try ThreadPool(threads: threads) : nil
          var run = try BenchSession(model, batch: batch, pool: pool)
          let times = try run.times(seconds: seconds)
          text = timesText(times, batch: batch, threads: threads, model, asJSON)
        }
      }
    } catch {
      throw .model(error, path)
    }
    try say(text)
  }

  private static func crowdText(
    _ rate: Double, sessions: Int, batch: Int, _ model: Model, _ asJSON: Bool
  ) -> String {
    guard asJSON else {
      return "\(sessions) sessions of batch \(batch), \(kind(model)): \(rate.fixed(1)) calls a second in all"
    }
    return JSONValue.object([
      .init("calls_per_second", .number(rate)), .init("sessions", .integer(sessions)),
      .init("batch", .integer(batch)), .init("isa", .string(model.instructionSet.name)),
      .init("precision", .string(model.precision.name)),
    ]).encoded()
  }

  /// The instruction set, and the precision where it is not the usual one.
  private static func kind(_ model: Model) -> String {
    model.instructionSet.name + (model.precision == .float32 ? "" : ", \(model.precision.name)")
  }

  /// The middle and the slow end of sorted times.
  private static func timesText(
    _ times: [Double], batch: Int, threads: Int, _ model: Model, _ asJSON: Bool
  ) -> String {
    func at(_ part: Double) -> Double { times[min(times.count - 1, Int(Double(times.count) * part))] }
    guard asJSON else {
      return "batch \(batch), \(threads) threads, \(kind(model)): median \(at(0.5).fixed(3)) us, "
        + "p90 \(at(0.9).fixed(3)) us, p99 \(at(0.99).fixed(3)) us, least \(times[0].fixed(3)) us"
    }
    return JSONValue.object([
      .init("median_us", .number(at(0.5))), .init("p90_us", .number(at(0.9))),
      .init("p99_us", .number(at(0.99))), .init("least_us", .number(times[0])),
      .init("batch", .integer(batch)),
      .init("threads", .integer(threads)), .init("isa", .string(model.instructionSet.name)),
      .init("precision", .string(model.precision.name)),
    ]).encoded()
  }

  private static func benchPeak(_ instructionSet: InstructionSet, _ asJSON: Bool) -> String {
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
      return JSONValue.object(members).encoded()
    }
    var text = "\(instructionSet.name): \(gigaflops.fixed(1)) GFLOP/s of multiply-adds; reads"
    for (place, rate) in zip(places, rates) { text += " \(place.kilobytes) KB at \(rate.fixed(1))" }
    return text + " GB/s"
  }

  private static func benchLoad(
    _ path: String, _ set: InstructionSet, _ precision: Precision, _ asJSON: Bool
  ) throws(ModelError) -> String {
    // A processor that was idle works at two thirds of its speed for a while. Libraries that are timed beside this one
    // have been imported by programs that took some tenth of a second; nothing of what is timed is done here.
    let awake = swiftlet_clock_nanoseconds() + 100_000_000
    while swiftlet_clock_nanoseconds() < awake {}
    let start = swiftlet_clock_nanoseconds()
    let model = try Model(contentsOf: path, instructionSet: set, precision: precision)
    let session = try BenchSession.session(of: model, batch: 1, pool: nil)
    let opened = swiftlet_clock_nanoseconds() - start
    // Numbers to run it on are the caller's affair.
    var run = try BenchSession(session)
    let ready = swiftlet_clock_nanoseconds()
    try run.run()
    let elapsed = Double(opened + swiftlet_clock_nanoseconds() - ready) / 1e6
    let memory = Int(clamping: swiftlet_peak_memory())
    let packed = model.packedWeightBytes
    guard asJSON else {
      return "first output after \(elapsed.fixed(3)) ms, peak memory \(memory) bytes, "
        + "packed weights \(packed) bytes"
    }
    return JSONValue.object([
      .init("first_output_ms", .number(elapsed)), .init("peak_rss_bytes", .integer(memory)),
      .init("packed_weight_bytes", .integer(packed)),
    ]).encoded()
  }
}
