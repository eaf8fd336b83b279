import Swiftlet
import SwiftletGraph

extension SwiftletRun {
  /// `verify`: every digest, and the golden sample. Ends with status 65 where something is not as it was written.
  static func verify(_ options: inout Options) throws(RunError) {
    let asJSON = options.flag("--json")
    let path = try options.model()
    let report: VerificationReport
    do throws(ModelError) {
      report = try Model.verify(contentsOf: path)
    } catch {
      throw .model(error, path)
    }
    if asJSON {
      say(
        JSONValue.object([
          .init("ok", .bool(report.isSound)), .init("weights_checked", .integer(report.soundWeights)),
          .init("golden_sample", report.goldenSamplePassed.map { .bool($0) } ?? .null),
          .init("problems", .array(report.problems.map { .string($0) })),
        ]).encoded())
    }
    if let problem = report.problems.first {
      let more = report.problems.count > 1 ? " (and \(report.problems.count - 1) more)" : ""
      throw RunError(status: 65, text: "\(path): \(problem)\(more)")
    }
    guard !asJSON else { return }
    if report.hasMetadata {
      say(
        "\(path): \(report.soundWeights) weights are as their digests say"
          + (report.goldenSamplePassed == true ? ", and the golden sample gives what it must" : ""))
    } else {
      say("\(path): opens and plans; it holds no digests and no golden sample to hold it against")
    }
  }
}
