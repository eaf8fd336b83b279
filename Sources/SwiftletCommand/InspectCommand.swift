import SwiftletReports
import ArgumentParser
import Swiftlet

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a model file holds.",
    discussion: """
      Example:
        swiftlet inspect digits.h5
        swiftlet inspect digits.h5 --json

      It shows the layers with their shapes and parameters, where each weight lies in the file, and what the \
      file says of itself: classes, where it came from, how training went.
      """)

  @Argument(help: ArgumentHelp("The model file.", valueName: "model")) var model: String

  @Flag(help: "Print JSON rather than text.") var json = false

  func run() throws {
    let report = InspectionReport(model: try ModelRun.open(model), path: model)
    try json ? Console.write(report.json) : Console.write(report.text)
  }
}
