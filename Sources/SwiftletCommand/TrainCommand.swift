import SwiftletReports
import ArgumentParser
import Foundation
import Swiftlet
import SwiftletGraph
import SwiftletModelWriter
import SwiftletNumPy
import SwiftletSystem
import SwiftletTraining

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network and write it as a model file.",
    discussion: """
      Example:
        swiftlet train --data Fixtures/digits --scale 1/16 \\
          --layers 32:relu,16:relu,10 --test-fraction 0.2 -o digits.h5

      Layers are Dense ones, UNITS:ACTIVATION with a comma between; dropout:0.2 may stand among them. Rows \
      with several axes are flattened first. The same data, options and seed give the same weights.

      Unless --loss says otherwise, whole numbers with an output for each are classes (cross-entropy), 0 and 1 \
      with a single output its two sides (binary cross-entropy), and all else numbers (mean squared error). \
      Behind a softmax or sigmoid the loss is taken on probabilities, else on logits.
      """)

  @OptionGroup(title: "Data") var data: DataOptions

  @Option(help: ArgumentHelp("The Dense layers, as in 32:relu,16:relu,10.", valueName: "layers"))
  var layers: String?

  @Option(help: ArgumentHelp("The network as Keras's to_json() writes it.", valueName: "file"))
  var architecture: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Begin with a layer that multiplies by this: 0.0625 or 1/16.", valueName: "factor"))
  var scale: String?

  @Flag(help: "Begin with a layer that brings each column to mean 0 and variance 1.")
  var normalize = false

  @Option(parsing: .unconditional, help: "How often to go through the rows.") var epochs = 20

  @Option(parsing: .unconditional, help: "How many rows make a step.") var batchSize = 32

  @Option(
    parsing: .unconditional, help: "How far a step goes; Keras's default for the optimizer unless told.")
  var learningRate: Float?

  @Option(help: "How weights move.") var optimizer = OptimizerName.adam

  @Option(help: "What is made small.") var loss: LossName?

  @Option(parsing: .unconditional, help: "What weights, splits and the order of rows are drawn from.")
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The share of rows, the last ones, to judge each epoch by.", valueName: "share"))
  var validationSplit = 0.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The share of rows, drawn by the seed, to test on at the end.", valueName: "share"))
  var testFraction: Double?

  @Option(help: ArgumentHelp("Write the test rows there, as images.npy and labels.npy.", valueName: "folder"))
  var saveTest: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The model file to write.", valueName: "file.h5"))
  var output: String

  @Flag(help: "Print the result as JSON.") var json = false

  @Flag(name: .shortAndLong, help: "Print nothing but errors.") var quiet = false

  func validate() throws {
    guard (layers == nil) != (architecture == nil) else {
      throw ValidationError("Give either --layers or --architecture")
    }
    guard architecture == nil || (scale == nil && !normalize) else {
      throw ValidationError("--scale and --normalize go with --layers; an architecture has layers of its own")
    }
    guard !output.hasSuffix(".keras") else {
      throw ValidationError("-o \(output): what is written is Keras's .h5 format, so call it .h5")
    }
  }

  func run() throws {
    // Everything that can be wrong is found before the first step.
    let layerList = try layers.map { try LayerText.layers($0) }
    let scaling = try scale.map { try ScaleText.value($0) }
    let architectureNetwork = try architecture.map { try Self.network(ofArchitecture: $0) }
    try FileChecks.requireWritable(output)
    let split = try split(data.load())
    let classLabels = try data.classLabels(of: split.train)
    let network =
      try architectureNetwork
      ?? Self.network(layerList ?? [], scaling, normalize, for: split.train, data.source)
    let lossName = loss ?? LossName(for: split.train.targets.first, outputWidth: network.outputWidth)
    try checkLabels(of: [split.train, split.test], network, lossName)
    try checkMemory(for: network)
    if let saveTest { try HeldOutRows.checkWritable(saveTest) }

    let progress = TrainingProgress(isQuiet: quiet)
    var trainer: Trainer
    let results: [String: Double]
    var testResults: [String: Double]?
    do throws(TrainingError) {
      trainer = try Trainer(
        network, loss: lossName.loss(after: network.finalActivation),
        optimizer: optimizer.optimizer(learningRate: learningRate),
        metrics: lossName.isClassification ? [.accuracy] : [], seed: seed)
      try trainer.checkClassLabels(classLabels ?? [])
      try trainer.adapt(to: split.train)
      try trainer.fit(
        split.train, epochs: epochs, batchSize: min(batchSize, split.train.rowCount),
        validationSplit: validationSplit,
        onBatch: { progress.update($0) }, onEpoch: { progress.update($0) })
      progress.finish()
      results = try trainer.evaluate(split.train)
      testResults = try split.test.map { rows throws(TrainingError) in try trainer.evaluate(rows) }
      try trainer.export(
        to: output, classLabels: classLabels, dataDigest: split.train.digest(),
        tool: "swiftlet " + swiftletVersion, created: ModelMetadata.Provenance.timestamp())
    } catch {
      progress.finish()
      throw CommandFailure(error, source: data.source)
    }
    let seconds = progress.seconds
    if let saveTest, let test = split.test {
      try HeldOutRows.write(test, classLabels: classLabels, to: saveTest)
    }
    let summary = TrainingSummary(
      output: output, network: network, rows: split.train.rowCount, testRows: split.test?.rowCount,
      epochs: epochs, seconds: seconds, results: results, testResults: testResults)
    if json {
      try Console.write(summary.json)
    } else if !quiet {
      try Console.write(summary.text)
    }
  }

  /// Refuses a network that training has no memory for: its weights, their gradients, and two numbers for each
  /// that Adam keeps.
  private func checkMemory(for network: Network) throws(CommandFailure) {
    let (bytes, overflow) = network.parameterCount.multipliedReportingOverflow(by: 16)
    guard !overflow, let probe = swiftlet_allocate(bytes) else {
      throw CommandFailure(
        status: EX_OSERR,
        message: "\(output): there is no memory to train \(counted(network.parameterCount, "parameter"))")
    }
    swiftlet_free(probe)
  }

  /// Rows to train on and to test on.
  private func split(_ loaded: (train: Dataset, test: Dataset?)) throws(CommandFailure) -> (
    train: Dataset, test: Dataset?
  ) {
    guard let testFraction else {
      guard saveTest == nil || loaded.test != nil else {
        throw .usage("--save-test: there are no test rows; --test-fraction 0.2 makes some")
      }
      return (loaded.train, loaded.test)
    }
    guard loaded.test == nil else {
      throw .usage("--test-fraction: \(data.source) says itself which rows are for testing")
    }
    do throws(TrainingError) {
      let parts = try loaded.train.split(testFraction: testFraction, seed: seed)
      return (parts.train, parts.test)
    } catch {
      throw CommandFailure(error, source: data.source)
    }
  }

  /// Says of a label that is no class which it is, before rows are split and counted anew.
  private func checkLabels(
    of parts: [Dataset?], _ network: Network, _ loss: LossName
  ) throws(CommandFailure) {
    guard loss == .sparseCategoricalCrossentropy else { return }
    for case let part? in parts {
      guard case .labels(let labels)? = part.targets.first,
        let label = labels.first(where: { $0 < 0 || Int($0) >= network.outputWidth })
      else { continue }
      throw .data(
        "\(data.source): the label \(label) is no class; the network has \(network.outputWidth) outputs, "
          + "for the classes 0 to \(network.outputWidth - 1)")
    }
  }
}

extension TrainCommand {
  private static func network(ofArchitecture path: String) throws(CommandFailure) -> Network {
    try FileChecks.requireReadable(path)
    let bytes: [UInt8]
    do throws(ArrayFileError) {
      bytes = try WholeFile.bytes(of: path)
    } catch {
      throw CommandFailure(reading: error)
    }
    do throws(GraphError) {
      return try Network.decode(modelConfiguration: bytes, kerasVersion: nil)
    } catch {
      throw .data("\(path): \(error.description)")
    }
  }

  /// The layers behind those that bring rows into form, which are part of the network so that whoever opens the
  /// file feeds it rows as they are.
  private static func network(
    _ layers: [any Layer], _ scale: Float?, _ normalize: Bool, for data: Dataset, _ source: String
  ) throws(CommandFailure) -> Network {
    guard let input = data.inputs.first, data.inputs.count == 1 else {
      throw .data("\(source): --layers takes one input; there are \(data.inputs.count)")
    }
    var chain: [any Layer] = []
    if input.shape.count > 2 { chain.append(Flatten()) }
    if let scale { chain.append(Rescaling(scale: scale)) }
    if normalize { chain.append(Normalization()) }
    // A row that is one number is a row of one column.
    let sizes = input.shape.count == 1 ? [] : Array(input.shape.dropFirst())
    guard let shape = Shape(sizes.map { $0 }), !sizes.isEmpty, !sizes.contains(0) else {
      throw .data("\(source): inputs of shape \(input.shape) have no columns")
    }
    do throws(GraphError) {
      return try Network.sequential(input: TensorSpecification(shape: shape), layers: chain + layers)
    } catch {
      throw .usage("--layers: \(error.description)")
    }
  }
}
