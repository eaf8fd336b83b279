import SwiftletGraph
import SwiftletTrainingKernels

/// Adam (Kingma and Ba, 2014) in Keras's form, whose bias correction is in the rate:
/// a = rate sqrt(1 - beta2^t) / (1 - beta1^t); w -= a m / (sqrt(v) + epsilon).
public struct Adam: Optimizer {
  /// Keras's class name.
  public static let className = "Adam"

  /// How far a step goes.
  public var learningRate: Float
  /// How slowly the mean of the gradients forgets.
  public let beta1: Float
  /// How slowly the mean of their squares forgets.
  public let beta2: Float
  /// Keeps the division away from zero.
  public let epsilon: Float

  /// Adam with those settings; the defaults are Keras's.
  public init(learningRate: Float = 0.001, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-7) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// What is kept for each number of a weight.
  public var stateNames: [String] { ["momentum", "velocity"] }

  /// The settings as Keras spells them.
  public var configuration: [JSONValue.Member] {
    configuration([
      .init("beta_1", .float(beta1)), .init("beta_2", .float(beta2)),
      .init("epsilon", .float(epsilon)), .init("amsgrad", .bool(false)),
    ])
  }

  /// Checks the settings.
  public func validate() throws(TrainingError) {
    try check("learningRate", learningRate, "more than 0", learningRate > 0)
    try check("beta1", beta1, "from 0 to less than 1", beta1 >= 0 && beta1 < 1)
    try check("beta2", beta2, "from 0 to less than 1", beta2 >= 0 && beta2 < 1)
    try check("epsilon", epsilon, "0 or more", epsilon >= 0)
  }

  /// Moves one weight.
  public func update(
    _ weight: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    state: UnsafePointer<UnsafeMutablePointer<Float>>, count: Int, step: Int
  ) {
    let correction1 = 1 - Self.power(beta1, step)
    let correction2 = 1 - Self.power(beta2, step)
    let rate = Float(Double(learningRate) * correction2.squareRoot() / correction1)
    swiftlet_adam_step(weight, gradient, state[0], state[1], count, 1 - beta1, 1 - beta2, rate, epsilon)
  }

  /// `base` to a whole power, by squaring: the same on every machine.
  private static func power(_ base: Float, _ exponent: Int) -> Double {
    var result = 1.0
    var factor = Double(base)
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}

extension Optimizer where Self == Adam {
  /// Adam.
  public static func adam(
    learningRate: Float = 0.001, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-7
  ) -> Adam {
    Adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
  }
}
