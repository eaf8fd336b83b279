import SwiftletGraph

/// Gradient descent, with momentum and Nesterov's look ahead where asked, by Keras's formulas:
/// m = momentum m - rate g; w += m, or w += momentum m - rate g.
public struct SGD: Optimizer {
  /// Keras's class name.
  public static let className = "SGD"

  /// How far a step goes.
  public var learningRate: Float
  /// How much of the last move is made again; 0 keeps nothing.
  public let momentum: Float
  /// Whether the gradient is taken as if the move had been made already.
  public let nesterov: Bool

  /// Gradient descent of that rate.
  public init(learningRate: Float = 0.01, momentum: Float = 0, nesterov: Bool = false) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
  }

  /// What is kept for each number of a weight.
  public var stateNames: [String] { momentum == 0 ? [] : ["momentum"] }

  /// The settings as Keras spells them.
  public var configuration: [JSONValue.Member] {
    configuration([.init("momentum", .float(momentum)), .init("nesterov", .bool(nesterov))])
  }

  /// Checks the settings.
  public func validate() throws(TrainingError) {
    try check("learningRate", learningRate, "more than 0", learningRate > 0)
    try check("momentum", momentum, "from 0 to 1", momentum >= 0 && momentum <= 1)
  }

  /// Moves one weight.
  public func update(
    _ weight: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    state: UnsafePointer<UnsafeMutablePointer<Float>>, count: Int, step: Int
  ) {
    let rate = learningRate
    let momentum = self.momentum
    guard momentum != 0 else {
      for i in 0..<count { weight[i] -= gradient[i] * rate }
      return
    }
    let moves = state[0]
    if nesterov {
      for i in 0..<count {
        let move = moves[i] * momentum - gradient[i] * rate
        moves[i] = move
        weight[i] += move * momentum - gradient[i] * rate
      }
    } else {
      for i in 0..<count {
        let move = moves[i] * momentum - gradient[i] * rate
        moves[i] = move
        weight[i] += move
      }
    }
  }
}

extension Optimizer where Self == SGD {
  /// Gradient descent.
  public static func sgd(learningRate: Float = 0.01, momentum: Float = 0, nesterov: Bool = false) -> SGD {
    SGD(learningRate: learningRate, momentum: momentum, nesterov: nesterov)
  }
}
