import SwiftletGraph

/// How weights move along their gradients. An optimizer is only its settings; the numbers that it keeps for
/// each weight lie beside the weights.
public protocol Optimizer: Sendable {
  /// Keras's class name, for example `"Adam"`.
  static var className: String { get }
  /// How far a step goes.
  var learningRate: Float { get set }
  /// What it keeps for each number of a weight, by Keras's names; all begin at zero.
  var stateNames: [String] { get }
  /// The settings as Keras spells them, without `name`.
  var configuration: [JSONValue.Member] { get }

  /// Checks the settings.
  /// - Throws: `TrainingError.argument`.
  func validate() throws(TrainingError)

  /// Moves one weight.
  /// - Parameters:
  ///   - state: as many places as `stateNames`, each of `count` numbers. Fewer than a weight has never come.
  ///   - step: counts from 1.
  func update(
    _ weight: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    state: UnsafePointer<UnsafeMutablePointer<Float>>, count: Int, step: Int)
}

extension Optimizer {
  /// Keras's class name.
  public var className: String { Self.className }

  /// What every optimizer's settings begin and end with in Keras.
  func configuration(_ own: [JSONValue.Member]) -> [JSONValue.Member] {
    [.init("learning_rate", .float(learningRate))]
      + own
      + [
        .init("weight_decay", .null), .init("clipnorm", .null), .init("global_clipnorm", .null),
        .init("clipvalue", .null), .init("use_ema", .bool(false)), .init("ema_momentum", .number(0.99)),
        .init("ema_overwrite_frequency", .null), .init("loss_scale_factor", .null),
        .init("gradient_accumulation_steps", .null),
      ]
  }

  func check(_ name: String, _ value: Float, _ needed: String, _ isRight: Bool) throws(TrainingError) {
    guard isRight, value.isFinite else { throw .argument(name, found: "\(value)", needed: needed) }
  }
}
