import SwiftletGraph

/// A network with its weights, and what it takes to train them.
///
///     var trainer = try Trainer(network, loss: .sparseCategoricalCrossentropy(fromLogits: true), optimizer: .adam())
///     try trainer.fit(train, epochs: 100, validation: test)
///     print(try trainer.evaluate(test)["accuracy"] ?? 0)
///
/// A value: a copy trains on its own. The same network, data, settings and seed give the same weights, bit for
/// bit, on every machine; `fit` called twice for 5 epochs ends as `fit` called once for 10.
public struct Trainer: Sendable {
  /// The network.
  public let network: Network
  /// What is made small.
  public let loss: any Loss
  /// How weights move. Its settings may change between two calls of `fit`; one of another kind begins anew.
  public var optimizer: any Optimizer {
    didSet {
      if oldValue.className != optimizer.className || oldValue.stateNames != optimizer.stateNames {
        optimizerState = []
      }
    }
  }
  /// What is watched.
  public let metrics: [any Metric]
  /// What weights, order of rows and dropout are drawn from.
  public let seed: UInt64
  /// The weights as they are now.
  public var weights: TrainedWeights
  /// Every epoch so far.
  public internal(set) var history = History()
  /// Steps so far.
  public internal(set) var stepCount = 0
  /// Epochs so far.
  public internal(set) var epochCount = 0
  /// The first rows that were trained on, for the golden sample of an exported file.
  var sampleInputs: [Tensor] = []
  /// The names of the classes, where the data that were trained on told them.
  public internal(set) var classLabels: [String]?
  /// The optimizer's own numbers for each weight of `weights`, in the order of its `stateNames`; empty before
  /// the first step and for weights that do not learn.
  public internal(set) var optimizerState: [[Tensor]] = []

  /// A trainer whose weights are as their initializers draw them.
  /// - Throws: `TrainingError.unsupported` for a layer, activation or initializer that cannot be trained;
  ///   `.argument` for settings of the optimizer that make no sense.
  public init(
    _ network: Network, loss: any Loss, optimizer: any Optimizer, metrics: [any Metric] = [.accuracy],
    seed: UInt64 = 0
  ) throws(TrainingError) {
    try optimizer.validate()
    for (index, metric) in metrics.enumerated()
    where metrics[..<index].contains(where: { $0.name == metric.name }) {
      throw .argument("metrics", found: "two called '\(metric.name)'", needed: "of different names")
    }
    // Before anything about a layer, such as its initializer or an open length, is refused instead.
    try LayerTable.check(network)
    self.network = network
    self.loss = loss
    self.optimizer = optimizer
    self.metrics = metrics.map { metric in
      // A logit means 1 from 0 on, not from 0.5.
      if let accuracy = metric as? Accuracy, accuracy.threshold == nil, loss.fromLogits {
        return Accuracy(name: accuracy.name, threshold: 0)
      }
      return metric
    }
    self.seed = seed
    weights = try TrainedWeights(network, seed: seed)
    // Every layer says now, not at the first step, whether it can be trained.
    _ = try TrainingPlan(network, maximumRows: 1, optimizerSlots: optimizer.stateNames.count, seed: seed)
  }

  /// A trainer of a chain of layers.
  /// - Throws: `TrainingError.network` where shapes do not fit, and as for a network.
  public init(
    _ sequential: Sequential, loss: any Loss, optimizer: any Optimizer, metrics: [any Metric] = [.accuracy],
    seed: UInt64 = 0
  ) throws(TrainingError) {
    let network: Network
    do throws(GraphError) {
      network = try sequential.network()
    } catch {
      throw .network(error)
    }
    try self.init(network, loss: loss, optimizer: optimizer, metrics: metrics, seed: seed)
  }
}
