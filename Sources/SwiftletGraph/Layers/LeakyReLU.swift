/// `x` where it is 0 or more, `negativeSlope · x` below.
public final class LeakyReLU: ActivationOnlyLayer {
  /// Keras's class name.
  public static let className = "LeakyReLU"

  /// The slope below 0.
  public let negativeSlope: Float

  /// What it applies.
  public var activation: Activation { .leakyReLU(negativeSlope: negativeSlope) }

  /// A leaky ReLU; the slope of the layer is 0.3 unless told, that of the activation by name 0.2.
  public init(negativeSlope: Float = 0.3) { self.negativeSlope = negativeSlope }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["negative_slope", "alpha"])
    negativeSlope = try configuration.float("negative_slope", legacy: "alpha", default: 0.3)
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] { [("negative_slope", .float(negativeSlope))] }
}
