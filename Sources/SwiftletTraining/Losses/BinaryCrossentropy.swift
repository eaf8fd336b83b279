import Foundation
import SwiftletGraph

/// The mean over the last axis of `-(t ln p + (1 - t) ln(1 - p))`, p being the output or its sigmoid.
///
/// Probabilities are kept 1e-7 away from 0 and 1, as Keras does; beyond that their gradient is 0.
public struct BinaryCrossentropy: Loss {
  /// Keras's class name.
  public static let className = "BinaryCrossentropy"

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
    let targets = batch.values
    let outputs = batch.outputs
    let factor = scale / Float(batch.width)
    let count = batch.positions * batch.width
    var sum = 0.0
    if fromLogits {
      VectorMath.sigmoid(outputs, gradient, count: count)
      for i in 0..<count {
        // max(x, 0) - x t + ln(1 + exp(-|x|)), which never overflows.
        let x = Double(outputs[i])
        sum += max(x, 0) - x * Double(targets[i]) + log1p(exp(-abs(x)))
        gradient[i] = factor * (gradient[i] - targets[i])
      }
    } else {
      for i in 0..<count {
        let p = min(max(outputs[i], probabilityEpsilon), 1 - probabilityEpsilon)
        let t = targets[i]
        sum -= Double(t) * log(Double(p)) + (1 - Double(t)) * log1p(-Double(p))
        gradient[i] = p == outputs[i] ? factor * (p - t) / (p * (1 - p)) : 0
      }
    }
    return sum / Double(batch.width)
  }
}

extension Loss where Self == BinaryCrossentropy {
  /// Binary cross-entropy, on probabilities unless told.
  public static func binaryCrossentropy(fromLogits: Bool = false) -> BinaryCrossentropy {
    BinaryCrossentropy(fromLogits: fromLogits)
  }
}
