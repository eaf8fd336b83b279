import Foundation
import SwiftletGraph

/// `-ln p[label]` for each position, p being the outputs made to sum to 1, or their softmax.
public struct SparseCategoricalCrossentropy: Loss {
  /// Keras's class name.
  public static let className = "SparseCategoricalCrossentropy"

  /// Whether outputs are logits.
  public let fromLogits: Bool
  /// Whether the targets are class labels.
  public var takesLabels: Bool { true }

  /// The loss on logits, or on probabilities.
  public init(fromLogits: Bool = false) { self.fromLogits = fromLogits }

  /// The settings as Keras spells them.
  public var configuration: [JSONValue.Member] {
    [.init("from_logits", .bool(fromLogits)), .init("ignore_class", .null)]
  }

  /// The sum of the losses, and the gradient of `scale` times that sum.
  public func evaluate(_ batch: OutputBatch, scale: Float, gradient: UnsafeMutablePointer<Float>) -> Double {
    let labels = batch.labels
    let width = batch.width
    var sum = 0.0
    if fromLogits {
      VectorMath.softmaxRows(batch.outputs, gradient, rows: batch.positions, width: width)
    }
    for position in 0..<batch.positions {
      let outputs = batch.outputs + position * width
      let gradient = gradient + position * width
      let label = Int(labels[position])
      if fromLogits {
        let top = Vector.indexOfMaximum(outputs, count: width)
        // ln Σ exp(x - max) is -ln p[max], and p[max] is at least 1 / width: never a logarithm of 0.
        sum += Double(outputs[top]) - Double(outputs[label]) - log(Double(gradient[top]))
        for j in 0..<width { gradient[j] *= scale }
        gradient[label] -= scale
      } else {
        sum += Crossentropy.ofProbabilities(outputs, width: width, gradient: gradient, scale: scale) {
          $0 == label ? 1 : 0
        }
      }
    }
    return sum
  }
}

/// What the two categorical cross-entropies share.
enum Crossentropy {
  /// -Σ t ln clip(o / Σo) of one position, and its gradient.
  @inline(__always)
  static func ofProbabilities(
    _ outputs: UnsafePointer<Float>, width: Int, gradient: UnsafeMutablePointer<Float>, scale: Float,
    target: (Int) -> Float
  ) -> Double {
    var total: Float = 0
    for j in 0..<width { total += outputs[j] }
    var loss = 0.0
    // With p = o / Σo, d/do[j] = (g[j] - Σ g p) / Σo where g = -t / p, or 0 where p was clipped.
    var inner: Float = 0
    for j in 0..<width {
      let p = outputs[j] / total
      let clipped = min(max(p, probabilityEpsilon), 1 - probabilityEpsilon)
      let t = target(j)
      if t != 0 { loss -= Double(t) * log(Double(clipped)) }
      let g = clipped == p ? -t / p : 0
      gradient[j] = g
      inner += g * p
    }
    let factor = scale / total
    for j in 0..<width { gradient[j] = (gradient[j] - inner) * factor }
    return loss
  }
}

extension Loss where Self == SparseCategoricalCrossentropy {
  /// Cross-entropy against class labels, on probabilities unless told.
  public static func sparseCategoricalCrossentropy(fromLogits: Bool = false) -> SparseCategoricalCrossentropy
  {
    SparseCategoricalCrossentropy(fromLogits: fromLogits)
  }
}
