import ArgumentParser
import Swiftlet
import SwiftletGraph
import SwiftletHDF5Reader

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check that a model file is undamaged and computes what it must.",
    discussion: """
      Example:
        swiftlet verify digits.h5

      Every weight, and the description of the network, is held against its digest, and the golden sample that \
      the file carries is run: an input with the output that must come out. What is damaged is named, with \
      exit status 65.
      """)

  @Argument(help: ArgumentHelp("The model file.", valueName: "model")) var model: String

  @Flag(help: "Print the result as JSON.") var json = false

  func run() throws {
    let opened = try ModelRun.open(model)
    guard let metadata = opened.metadata else {
      throw CommandFailure.data(
        "\(model): there are no digests and no golden sample in it, so there is nothing to verify it by")
    }
    let digests = try digests(metadata)
    let sample = try metadata.goldenSample.map { try SampleResult($0, of: opened, path: model) }
    let isSound = digests.isSound && (sample?.isRight ?? true)
    if json {
      try Console.write(report(digests, sample, isSound))
    } else if isSound {
      var text = "\(model): \(counted(digests.soundCount, "weight")) as written"
      if let sample {
        text += "; the golden sample gives what it must (off by \(sample.largestError) at most)"
      }
      try Console.write(text + "\n")
    }
    guard isSound else { throw CommandFailure.data("\(model): " + complaint(digests, sample)) }
  }

  private func digests(_ metadata: ModelMetadata) throws(CommandFailure) -> DigestReport {
    let file: HDF5File
    do throws(HDF5Error) { file = try HDF5File(path: model) } catch {
      throw .data("\(model): \(error.description)")
    }
    do throws(MetadataError) { return try metadata.checkDigests(in: file) } catch {
      throw .data("\(model): \(error.description)")
    }
  }

  /// What is wrong, in one line however much it is.
  private func complaint(_ digests: DigestReport, _ sample: SampleResult?) -> String {
    var parts = digests.damage.prefix(8).map { "'\($0.path)' is damaged: \($0.reason)" }
    if digests.damage.count > 8 { parts.append("\(digests.damage.count - 8) more are damaged") }
    if !digests.undigested.isEmpty {
      parts.append("no digest for " + digests.undigested.prefix(8).map { "'\($0)'" }.joined(separator: ", "))
    }
    if let sample, !sample.isRight {
      parts.append("the golden sample gives another output, off by \(sample.largestError)")
    }
    return parts.joined(separator: "; ")
  }

  private func report(_ digests: DigestReport, _ sample: SampleResult?, _ isSound: Bool) -> JSONValue {
    .members([
      ("sound", .bool(isSound)), ("sound_weights", .integer(digests.soundCount)),
      (
        "damaged",
        .array(
          digests.damage.map { .members([("path", .string($0.path)), ("reason", .string($0.reason))]) })
      ),
      ("undigested", .array(digests.undigested.map { .string($0) })),
      (
        "golden_sample",
        sample.map { .members([("right", .bool($0.isRight)), ("largest_error", .float($0.largestError))]) }
          ?? .null
      ),
    ])
  }
}

/// What a golden sample gave.
private struct SampleResult {
  let isRight: Bool
  /// How far an output was off at most; infinite where it was no number.
  let largestError: Float

  init(_ sample: GoldenSample, of model: Model, path: String) throws(CommandFailure) {
    let inputs = sample.inputs.map { tensor in
      let values: [Float] =
        switch tensor.values {
        case .float32(let values): values
        case .int32(let values): values.map { Float($0) }
        }
      return Rows(shape: tensor.shape, values: values, source: path + ": golden sample")
    }
    let rows = inputs.first?.count ?? 1
    let outputs = try ModelRun(model: model, batch: max(rows, 1), threads: 1).outputs(of: inputs)
    guard outputs.map(\.shape) == sample.outputs.map(\.shape) else {
      throw .data("\(path): the golden sample has outputs of other shapes than the model gives")
    }
    var (isRight, largest) = (true, Float(0))
    for (output, expected) in zip(outputs, sample.outputs) {
      guard case .float32(let wanted) = expected.values else { continue }
      for (value, right) in zip(output.values, wanted) {
        if !sample.accepts(value, expected: right) { isRight = false }
        let difference = abs(value - right)
        largest =
          difference.isNaN ? (value.isNaN && right.isNaN ? largest : .infinity) : max(largest, difference)
      }
    }
    self.isRight = isRight
    largestError = largest
  }
}
