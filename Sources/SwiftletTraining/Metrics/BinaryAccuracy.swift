/// The share of single outputs on the right side of a threshold, whatever the width.
public struct BinaryAccuracy: Metric {
  /// What the history calls it.
  public let name: String
  /// Where an output begins to mean 1.
  public let threshold: Float
  private var right = 0
  private var count = 0

  /// The accuracy at that threshold; take 0 for logits.
  public init(name: String = "binary_accuracy", threshold: Float = 0.5) {
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
    count += batch.positions * batch.width
    switch batch.targets {
    case .labels(let labels):
      for position in 0..<batch.positions {
        for j in 0..<batch.width {
          let wanted = batch.width == 1 ? labels[position] == 1 : Int(labels[position]) == j
          if (batch.outputs[position * batch.width + j] > threshold) == wanted { right += 1 }
        }
      }
    case .values(let targets):
      for i in 0..<batch.positions * batch.width where (batch.outputs[i] > threshold) == (targets[i] > 0.5) {
        right += 1
      }
    }
  }

  /// The number over all batches since `reset`.
  public var result: Double { count == 0 ? .nan : Double(right) / Double(count) }
}

extension Metric where Self == BinaryAccuracy {
  /// The share of single outputs on the right side of a threshold.
  public static func binaryAccuracy(threshold: Float = 0.5) -> BinaryAccuracy {
    BinaryAccuracy(threshold: threshold)
  }
}
