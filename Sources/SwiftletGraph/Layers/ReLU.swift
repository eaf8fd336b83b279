/// `maxValue` where x is that or more, x from `threshold` on, `negativeSlope · (x - threshold)` below.
public final class ReLU: ActivationOnlyLayer {
  /// Keras's class name.
  public static let className = "ReLU"

  /// The slope below the threshold.
  public let negativeSlope: Float
  /// The largest output; nil for no limit.
  public let maxValue: Float?
  /// From where on an input passes as it is.
  public let threshold: Float

  /// What it applies.
  public var activation: Activation {
    .relu(negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold)
  }

  /// A rectified linear unit.
  public init(negativeSlope: Float = 0, maxValue: Float? = nil, threshold: Float = 0) {
    self.negativeSlope = negativeSlope
    self.maxValue = maxValue
    self.threshold = threshold
  }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["max_value", "negative_slope", "threshold", "alpha"])
    negativeSlope = try configuration.float("negative_slope", legacy: "alpha", default: 0)
    threshold = try configuration.float("threshold", default: 0)
    let limit = try configuration.optionalFloat("max_value")
    // An infinite limit, which Keras writes as such, is none.
    maxValue = limit == .infinity ? nil : limit
    if let maxValue, maxValue < 0 {
      throw .malformed("max_value is \(maxValue); it must be 0 or more", place: "")
    }
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [
      ("max_value", maxValue.map { .float($0) } ?? .null), ("negative_slope", .float(negativeSlope)),
      ("threshold", .float(threshold)),
    ]
  }
}
