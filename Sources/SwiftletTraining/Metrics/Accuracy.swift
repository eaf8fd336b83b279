/// The share of positions that are right, as Keras's `"accuracy"` chooses by shape: with several outputs, the
/// largest must be at the label (or where the target is largest); with one, it must be on the target's side
/// of the threshold.
public struct Accuracy: Metric {
  /// What the history calls it.
  public let name: String
  /// Where a single output begins to mean 1; nil takes 0.5, or 0 where the loss says that outputs are logits.
  public let threshold: Float?
  private var right = 0
  private var count = 0

  /// The accuracy.
  public init(name: String = "accuracy", threshold: Float? = nil) {
    self.name = name
    self.threshold = threshold
  }

  /// Begins again.
  public mutating func reset() {
    right = 0
    count = 0
  }

  /// Takes in a batch.
  public mutating func update(_ batch: OutputBatch) {
    let width = batch.width
    count += batch.positions
    switch batch.targets {
    case .labels(let labels):
      for position in 0..<batch.positions {
        let best = Vector.indexOfMaximum(batch.outputs + position * width, count: width)
        if best == Int(labels[position]) { right += 1 }
      }
    case .values(let targets) where width > 1:
      for position in 0..<batch.positions {
        let best = Vector.indexOfMaximum(batch.outputs + position * width, count: width)
        let wanted = Vector.indexOfMaximum(targets + position * width, count: width)
        if best == wanted { right += 1 }
      }
    case .values(let targets):
      let threshold = self.threshold ?? 0.5
      for position in 0..<batch.positions
      where (batch.outputs[position] > threshold) == (targets[position] > 0.5) {
        right += 1
      }
    }
  }

  /// The number over all batches since `reset`.
  public var result: Double { count == 0 ? .nan : Double(right) / Double(count) }
}

extension Metric where Self == Accuracy {
  /// The share of positions that are right.
  public static var accuracy: Accuracy { Accuracy() }
}
