/// The mean over the last axis of (output - target)².
public struct MeanSquaredError: Loss {
  /// Keras's class name.
  public static let className = "MeanSquaredError"

  /// The loss.
  public init() {}

  /// The sum of the losses, and the gradient of `scale` times that sum.
  public func evaluate(_ batch: OutputBatch, scale: Float, gradient: UnsafeMutablePointer<Float>) -> Double {
    let targets = batch.values
    let factor = 2 * scale / Float(batch.width)
    var sum = 0.0
    for i in 0..<batch.positions * batch.width {
      let difference = batch.outputs[i] - targets[i]
      gradient[i] = factor * difference
      sum += Double(difference) * Double(difference)
    }
    return sum / Double(batch.width)
  }
}

extension Loss where Self == MeanSquaredError {
  /// The mean squared error.
  public static var meanSquaredError: MeanSquaredError { MeanSquaredError() }
}
