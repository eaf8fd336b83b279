import Swiftlet
import SwiftletGraph
import SwiftletHDF5Writer
import SwiftletModelWriter

extension Trainer {
  /// The most rows that a golden sample takes.
  static let sampleRows = 4

  /// Writes the network with its weights as a model file that the runtime opens, and Keras, compiled with the
  /// same loss, optimizer and metrics.
  ///
  /// Beside what Keras reads, the file holds class labels, provenance, the history, a digest of each weight and
  /// a golden sample: the first rows that were trained on, with what the network gives for them.
  /// - Parameters:
  ///   - classLabels: the names of the classes; those of the data that were trained on unless told.
  ///   - dataDigest: what the data hash to: `Dataset.digest()`.
  ///   - tool: the program that trained, with its version.
  ///   - created: when, as ISO 8601 in UTC; nil leaves it out, so that the same training gives the same bytes.
  /// - Throws: `TrainingError.data` where the labels are not as many as the classes; `.export` where the file
  ///   cannot be written, and then what was there before is as it was.
  public func export(
    to path: String, classLabels: [String]? = nil, dataDigest: SHA256.Digest? = nil,
    tool: String = "swiftlet",
    created: String? = nil
  ) throws(TrainingError) {
    try weights.check(against: network)
    let labels = classLabels ?? self.classLabels ?? []
    try checkClassLabels(labels)
    let metadata = ModelMetadata(
      classLabels: labels,
      provenance: .init(tool: tool, created: created, seed: seed, dataDigest: dataDigest),
      history: history.names.map { .init(name: $0, values: history[$0]) },
      goldenSample: try goldenSample())
    let contents = ModelFileContents(
      configurationJSON: network.encodeModelConfiguration(), trainingConfigurationJSON: trainingConfiguration,
      layers: layersToStore(), metadata: metadata)
    do throws(HDF5WriterError) {
      try writeModelFile(contents, to: path)
    } catch {
      throw .export(error)
    }
  }

  /// Checks that a file of this network may hold those names of classes: better before training than after it.
  /// - Throws: `TrainingError.data` where they are not as many as the classes; none at all are fine.
  public func checkClassLabels(_ labels: [String]) throws(TrainingError) {
    guard let output = network.outputs.first, !labels.isEmpty else { return }
    let width = network.specification(of: output).shape.dimensions.last.flatMap { $0 } ?? 1
    // One output tells two classes apart.
    guard labels.count == width || (width == 1 && labels.count == 2) else {
      throw .data("there are \(labels.count) names of classes for \(width) outputs", place: "class labels")
    }
  }

  /// The first rows with what the runtime gives for them, not what the trainer's own forward pass does: the
  /// sample then says what whoever opens the file must get. Nil before anything was trained on.
  private func goldenSample() throws(TrainingError) -> GoldenSample? {
    guard !sampleInputs.isEmpty else { return nil }
    var position = 0
    let arrays = network.layers.map { layer in
      defer { position += layer.weights.count }
      return weights.entries[position..<position + layer.weights.count].map(\.tensor.elements)
    }
    do throws(ModelError) {
      return try GoldenSample(
        sampleInputs.map { GoldenSample.Tensor(shape: $0.shape, $0.elements) },
        from: Model(network: network, weights: arrays))
    } catch {
      throw .runtime(error)
    }
  }

  /// The weights as Keras stores them: in each layer those that learn before those that do not.
  private func layersToStore() -> [ModelFileContents.Layer] {
    var position = 0
    return network.layers.map { layer in
      let entries = zip(layer.weights, weights.entries[position..<position + layer.weights.count])
      position += layer.weights.count
      let learning = layer.isTrainable ? entries.filter { $0.0.isTrainable } : Array(entries)
      let fixed = layer.isTrainable ? entries.filter { !$0.0.isTrainable } : []
      return ModelFileContents.Layer(
        name: layer.name,
        weights: (learning + fixed).map { _, entry in
          ModelFileContents.Weight(name: entry.name, shape: entry.tensor.shape, values: entry.tensor.elements)
        })
    }
  }

  /// What Keras calls `training_config`.
  private var trainingConfiguration: String {
    func named(_ className: String, _ options: [JSONValue.Member]) -> JSONValue {
      .object([
        .init("class_name", .string(className)),
        .init("config", .object([.init("name", .string(Self.snakeCase(className)))] + options)),
      ])
    }
    let lossConfiguration =
      [JSONValue.Member("reduction", .string("sum_over_batch_size"))] + loss.configuration
    return JSONValue.object([
      .init("loss", named(loss.className, lossConfiguration)),
      .init("loss_weights", .null),
      .init("metrics", .array(metrics.map { .string($0.name) })),
      .init("weighted_metrics", .null),
      .init("run_eagerly", .bool(false)),
      .init("steps_per_execution", .integer(1)),
      .init("jit_compile", .bool(false)),
      .init("optimizer_config", named(optimizer.className, optimizer.configuration)),
    ]).encoded()
  }

  /// Keras's name of a loss or optimizer: `MeanSquaredError` gives `mean_squared_error`, `SGD` gives `sgd`.
  private static func snakeCase(_ className: String) -> String {
    var text = ""
    var followsLower = false
    for character in className {
      if character.isUppercase, followsLower { text += "_" }
      followsLower = character.isLowercase
      text += character.lowercased()
    }
    return text
  }
}

extension Dataset {
  /// What the data hash to: every shape as 64-bit numbers and every element, inputs first, little-endian.
  public func digest() -> SHA256.Digest {
    var hash = SHA256()
    func add(_ shape: [Int]) {
      hash.update(shape.flatMap { size in (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } })
    }
    func add(_ tensor: Tensor) {
      add(tensor.shape)
      hash.update(tensor.elements.span.bytes)
    }
    for input in inputs { add(input) }
    for target in targets {
      switch target {
      case .labels(let labels):
        add([labels.count])
        hash.update(labels.span.bytes)
      case .values(let tensor): add(tensor)
      }
    }
    return hash.finalize()
  }
}
