/// The mean over the last axis of |output - target|. Where they are equal the gradient is 0.
public struct MeanAbsoluteError: Loss {
  /// Keras's class name.
  public static let className = "MeanAbsoluteError"

  /// The loss.
  public init() {}

  /// The sum of the losses, and the gradient of `scale` times that sum.
  public func evaluate(_ batch: OutputBatch, scale: Float, gradient: UnsafeMutablePointer<Float>) -> Double {
    let targets = batch.values
    let factor = scale / Float(batch.width)
    var sum = 0.0
    for i in 0..<batch.positions * batch.width {
      let difference = batch.outputs[i] - targets[i]
      gradient[i] = difference > 0 ? factor : difference < 0 ? -factor : 0
      sum += Double(abs(difference))
    }
    return sum / Double(batch.width)
  }
}

extension Loss where Self == MeanAbsoluteError {
  /// The mean absolute error.
  public static var meanAbsoluteError: MeanAbsoluteError { MeanAbsoluteError() }
}
