import ArgumentParser
import Foundation
import Swiftlet
import SwiftletGraph
import SwiftletNumPy
import SwiftletTraining

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Say how well a model does on rows whose answers are known.",
    discussion: """
      Example:
        swiftlet evaluate digits.h5 --data Fixtures/digits
        swiftlet evaluate --predictions out/output_0.npy --data rows --draw 3

      Against classes it prints the accuracy and a confusion table, against numbers the mean squared and the \
      mean absolute error. The class of a row is that with the largest output; a single output means the \
      second of two classes above 0.5, or above 0 where the network ends in logits.
      """)

  @Argument(help: ArgumentHelp("The model file.", valueName: "model"))
  var model: String?

  @Option(
    help: ArgumentHelp("Instead of a model: what came out for the rows, as .npy.", valueName: "file"))
  var predictions: String?

  @OptionGroup(title: "Data") var data: DataOptions

  @Option(
    help: ArgumentHelp("Draw so many of the rows as pictures, a mistake among them.", valueName: "count"))
  var draw: Int?

  @Option(parsing: .unconditional, help: "How many rows to run at a time.") var batch = 256

  @Option(parsing: .unconditional, help: "How many threads to use.") var threads = 1

  @Option(help: "float32, or bfloat16 or int8: faster and less exact in dense layers.") var precision =
    PrecisionChoice.float32

  @Flag(help: "Print the result as JSON.") var json = false

  func validate() throws {
    guard (model == nil) != (predictions == nil) else {
      throw ValidationError("Give either a model or --predictions")
    }
    guard predictions == nil || precision == .float32 else {
      throw ValidationError("--precision is for a model; --predictions were made already")
    }
    guard batch >= 1 else { throw ValidationError("--batch is \(batch); it must be 1 or more") }
    guard threads >= 1 else { throw ValidationError("--threads is \(threads); it must be 1 or more") }
    if let draw, draw < 1 { throw ValidationError("--draw is \(draw); it must be 1 or more") }
  }

  func run() throws {
    let opened = try model.map { try ModelRun.open($0, precision: precision.precision) }
    let written = try predictions.map { try ModelOutputs(npy: $0) }
    let loaded = try data.load()
    let rows = loaded.test ?? loaded.train
    let outputs = try written ?? opened.map { try results(of: $0, for: rows) }
    guard let outputs else { return }
    let answers = try Answers(rows, outputs: outputs, source: data.source)
    let stored = opened?.metadata?.classLabels ?? []
    switch answers {
    case .classes(let labels):
      let names = try stored.isEmpty ? data.classLabels(of: rows) : stored
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

  private func results(of model: Model, for rows: Dataset) throws(CommandFailure) -> ModelOutputs {
    let run = ModelRun(model: model, batch: batch, threads: threads)
    let results = try run.outputs(
      of: rows.inputs.map { Rows(shape: $0.shape, values: $0.elements, source: data.source) })
    guard let first = results.first, results.count == 1, first.shape.count <= 2 else {
      throw .data("\(self.model ?? ""): what it gives is not one row of outputs for each row of inputs")
    }
    // Without a sigmoid behind it, a single output is a logit, and 0 the middle.
    let threshold: Float = model.network.finalActivation.givesProbabilities ? 0.5 : 0
    return ModelOutputs(
      first.values, rowCount: first.count, width: first.values.count / max(first.count, 1),
      threshold: threshold, source: data.source)
  }
}
