import Foundation
import SwiftletGraph

/// `-Σ t ln p` for each position, p being the outputs made to sum to 1, or their softmax; t is usually one-hot.
public struct CategoricalCrossentropy: Loss {
  /// Keras's class name.
  public static let className = "CategoricalCrossentropy"

  /// Whether outputs are logits.
  public let fromLogits: Bool

  /// The loss on logits, or on probabilities.
  public init(fromLogits: Bool = false) { self.fromLogits = fromLogits }

  /// The settings as Keras spells them.
  public var configuration: [JSONValue.Member] {
    [
      .init("from_logits", .bool(fromLogits)), .init("label_smoothing", .number(0)),
      .init("axis", .integer(-1)),
    ]
  }

  /// The sum of the losses, and the gradient of `scale` times that sum.
  public func evaluate(_ batch: OutputBatch, scale: Float, gradient: UnsafeMutablePointer<Float>) -> Double {
    let width = batch.width
    var sum = 0.0
    if fromLogits {
      VectorMath.softmaxRows(batch.outputs, gradient, rows: batch.positions, width: width)
    }
    for position in 0..<batch.positions {
      let outputs = batch.outputs + position * width
      let targets = batch.values + position * width
      let gradient = gradient + position * width
      if fromLogits {
        let top = Vector.indexOfMaximum(outputs, count: width)
        let logTotal = Double(outputs[top]) - log(Double(gradient[top]))
        var weight: Float = 0
        for j in 0..<width {
          sum += Double(targets[j]) * (logTotal - Double(outputs[j]))
          weight += targets[j]
        }
        for j in 0..<width { gradient[j] = (gradient[j] * weight - targets[j]) * scale }
      } else {
        sum += Crossentropy.ofProbabilities(outputs, width: width, gradient: gradient, scale: scale) {
          targets[$0]
        }
      }
    }
    return sum
  }
}

extension Loss where Self == CategoricalCrossentropy {
  /// Cross-entropy against one-hot targets, on probabilities unless told.
  public static func categoricalCrossentropy(fromLogits: Bool = false) -> CategoricalCrossentropy {
    CategoricalCrossentropy(fromLogits: fromLogits)
  }
}
