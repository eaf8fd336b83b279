import ArgumentParser
import Foundation
import SwiftletGraph
import SwiftletNumPy
import SwiftletTraining

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Say how well predictions fit rows whose answers are known.",
    discussion: """
      Example:
        swiftlet evaluate --predictions out/output_0.npy --data rows --draw 3

      Against classes it prints the accuracy and a confusion table, against numbers the mean squared and the \
      mean absolute error. The class of a row is that with the largest output; a single output stands for the \
      second class from 0.5 on, or from 0 on where the model ends in logits.
      """)

  @Option(help: ArgumentHelp("What came out for the rows, as .npy.", valueName: "file.npy"))
  var predictions: String

  @OptionGroup(title: "Data") var data: DataOptions

  @Option(
    help: ArgumentHelp("Draw so many of the rows as pictures, a mistake among them.", valueName: "count"))
  var draw: Int?

  @Flag(help: "Print the result as JSON.") var json = false

  func validate() throws {
    if let draw, draw < 1 { throw ValidationError("--draw is \(draw); it must be 1 or more") }
  }

  func run() throws {
    let outputs = try ModelOutputs(npy: predictions)
    let loaded = try data.load()
    let rows = loaded.test ?? loaded.train
    let answers = try Answers(rows, outputs: outputs, source: data.source)
    switch answers {
    case .classes(let labels):
      let names = try data.classLabels(of: rows)
      let score = ClassificationScore(
        predicted: outputs.classes(), labels: labels, count: outputs.classCount, names: names)
      try Console.write(json ? score.json.encoded() + "\n" : score.text)
      if let draw, !json, let images = rows.inputs.first {
        let picked = score.rowsToShow(draw)
        let drawing = try ImageDrawing(images, source: data.source)
        try Console.write("\n" + drawing.text(rows: picked, captions: picked.map { score.caption($0) }))
      }
    case .numbers(let numbers):
      let score = RegressionScore(predicted: outputs.values, expected: numbers, rows: outputs.rowCount)
      try Console.write(json ? score.json.encoded() + "\n" : score.text)
    }
  }
}
