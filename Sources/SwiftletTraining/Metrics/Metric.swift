/// Something to watch while training: gathers over batches, then gives one number.
public protocol Metric: Sendable {
  /// What the history calls it, and Keras: `"accuracy"`.
  var name: String { get }
  /// Begins again.
  mutating func reset()
  /// Takes in a batch.
  mutating func update(_ batch: OutputBatch)
  /// The number over all batches since `reset`.
  var result: Double { get }
}
