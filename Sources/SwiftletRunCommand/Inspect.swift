import Swiftlet
import SwiftletGraph
import SwiftletReports

extension SwiftletRun {
  /// `inspect`: layers, shapes, weights and where they lie, metadata.
  static func inspect(_ options: inout Options) throws(RunError) {
    let asJSON = options.flag("--json")
    let path = try options.model()
    let report = InspectionReport(model: try open(path, .best), path: path)
    try write(asJSON ? report.json.encoded() + "\n" : report.text)
  }
}
