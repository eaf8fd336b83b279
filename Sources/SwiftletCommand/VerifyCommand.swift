import ArgumentParser
import Swiftlet
import SwiftletReports

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check that a model file is undamaged and computes what it must.",
    discussion: """
      Example:
        swiftlet verify digits.h5

      Every weight, and the description of the network, is held against its digest, and the golden sample that \
      the file carries is run: an input with the output that must come out. What is damaged is named, with \
      exit status 65. A file that Keras wrote carries neither: that it opens is all that can be said of it, and \
      the exit status is 0.
      """)

  @Argument(help: ArgumentHelp("The model file.", valueName: "model")) var model: String

  @Flag(help: "Print the result as JSON.") var json = false

  func run() throws {
    try FileChecks.requireReadable(model)
    let report: VerificationReport
    do throws(ModelError) {
      report = try Model.verify(contentsOf: model)
    } catch {
      throw CommandFailure(error, source: model)
    }
    if json {
      try Console.write(report.json)
    } else if report.isSound {
      try Console.write(report.text(path: model) + "\n")
    }
    guard report.isSound else { throw CommandFailure.data(report.complaint(path: model)) }
  }
}
