import ArgumentParser
import Swiftlet
import SwiftletNumPy

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Run rows through a model.",
    discussion: """
      Example:
        swiftlet predict digits.h5 --input images.npy --output out
        swiftlet predict digits.h5 --input images.npy --top 3
        swiftlet predict model.h5 --input left=a.npy --input right=b.npy --json

      Inputs are .npy, .npz or CSV files of rows, in the model's order or by the names of its inputs. With \
      --output the outputs become output_0.npy, output_1.npy, … in that folder; without it they are printed as \
      CSV, or as JSON with --json, with the most likely class in front where the file has names of classes.

      --top prints the most likely classes with their probabilities: the outputs themselves where the network \
      ends in a softmax or sigmoid, else their softmax (or the sigmoid of a single output), since they are \
      logits then.
      """)

  @Argument(help: ArgumentHelp("The model file.", valueName: "model")) var model: String

  @Option(
    help: ArgumentHelp("Rows for an input; once for each input of the model.", valueName: "[name=]file"))
  var input: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("Write .npy files there.", valueName: "folder"))
  var output: String?

  @Option(parsing: .unconditional, help: "How many rows to run at a time.") var batch = 256

  @Option(parsing: .unconditional, help: "How many threads to use.") var threads = 1

  @Option(help: "float32, or bfloat16 or int8: faster and less exact in dense layers.") var precision =
    PrecisionChoice.float32

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Print the so many most likely classes of each row.", valueName: "count"))
  var top: Int?

  @Flag(help: "Print JSON rather than CSV.") var json = false

  func validate() throws {
    guard !input.isEmpty else { throw ValidationError("There is no --input") }
    guard batch >= 1 else { throw ValidationError("--batch is \(batch); it must be 1 or more") }
    guard threads >= 1 else { throw ValidationError("--threads is \(threads); it must be 1 or more") }
    if let top, top < 1 { throw ValidationError("--top is \(top); it must be 1 or more") }
  }

  func run() throws {
    let model = try ModelRun.open(model, precision: precision.precision)
    let inputs = try PredictionInputs.read(input, for: model)
    if let output { try checkWritable(output, count: model.outputs.count) }
    let run = ModelRun(model: model, batch: batch, threads: threads)
    let outputs = try run.outputs(of: inputs)
    if let output {
      do throws(ArrayFileError) {
        for (index, tensor) in outputs.enumerated() {
          try NumPyArray(tensor.values, shape: tensor.shape).write(to: "\(output)/output_\(index).npy")
        }
      } catch {
        throw CommandFailure(writing: error)
      }
      guard top != nil || json else { return }
    }
    let report = try PredictionReport(model: model, outputs: outputs, top: top)
    try json ? Console.write(report.json) : report.writeCSV()
  }

  private func checkWritable(_ folder: String, count: Int) throws(CommandFailure) {
    try FileChecks.makeFolder(folder)
    for index in 0..<count { try FileChecks.requireWritable("\(folder)/output_\(index).npy") }
  }
}
