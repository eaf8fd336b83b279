import Swiftlet
import SwiftletGraph
import SwiftletReports

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
      try say(report.json.encoded())
    } else if report.isSound {
      try say(report.text(path: path))
    }
    guard report.isSound else { throw RunError(status: 65, text: report.complaint(path: path)) }
  }
}
