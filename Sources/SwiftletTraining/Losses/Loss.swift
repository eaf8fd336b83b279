import SwiftletGraph

/// What training makes small: a number for each position of a batch, averaged over all of them.
///
/// A position is a row or, where a row has several axes, all of it but the last axis.
public protocol Loss: Sendable {
  /// Keras's class name, for example `"MeanSquaredError"`.
  static var className: String { get }
  /// Whether the targets are class labels rather than numbers of the output's own shape.
  var takesLabels: Bool { get }
  /// Whether outputs are logits, to which a sigmoid or softmax would still be applied.
  var fromLogits: Bool { get }
  /// The options as Keras spells them, without `name` and `reduction`.
  var configuration: [JSONValue.Member] { get }

  /// The sum of the losses of all positions, added up in order. Writes the gradient of `scale` times that sum.
  func evaluate(_ batch: OutputBatch, scale: Float, gradient: UnsafeMutablePointer<Float>) -> Double
}

extension Loss {
  /// Numbers unless a loss says otherwise.
  public var takesLabels: Bool { false }
  /// Not unless a loss says otherwise.
  public var fromLogits: Bool { false }
  /// None unless a loss says otherwise.
  public var configuration: [JSONValue.Member] { [] }
  /// Keras's class name.
  public var className: String { Self.className }
}

/// What a network gave for a batch, beside what it should have given. Valid only during the call.
public struct OutputBatch {
  /// What should have come out.
  public enum Targets {
    /// A class for each position.
    case labels(UnsafePointer<Int32>)
    /// (positions, width).
    case values(UnsafePointer<Float>)
  }

  /// (positions, width).
  public let outputs: UnsafePointer<Float>
  /// What should have come out.
  public let targets: Targets
  /// The number of positions.
  public let positions: Int
  /// The length of the last axis.
  public let width: Int

  /// Outputs of `positions` times `width` numbers beside their targets.
  public init(outputs: UnsafePointer<Float>, targets: Targets, positions: Int, width: Int) {
    self.outputs = outputs
    self.targets = targets
    self.positions = positions
    self.width = width
  }

  /// The targets as numbers.
  /// - Precondition: the loss or metric does not take labels; the trainer has seen to that.
  var values: UnsafePointer<Float> {
    guard case .values(let values) = targets else { preconditionFailure("targets are labels") }
    return values
  }

  /// The targets as labels, each below the width.
  /// - Precondition: the loss or metric takes labels.
  var labels: UnsafePointer<Int32> {
    guard case .labels(let labels) = targets else { preconditionFailure("targets are numbers") }
    return labels
  }
}

/// Keras's epsilon: how near to 0 and 1 a probability may come inside a logarithm.
let probabilityEpsilon: Float = 1e-7
