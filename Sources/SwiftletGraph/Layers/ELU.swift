/// `x` above 0, `alpha · (exp(x) - 1)` below.
public final class ELU: ActivationOnlyLayer {
  /// Keras's class name.
  public static let className = "ELU"

  /// Minus the limit far below 0.
  public let alpha: Float

  /// What it applies.
  public var activation: Activation { .elu(alpha: alpha) }

  /// An exponential linear unit.
  public init(alpha: Float = 1) { self.alpha = alpha }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["alpha"])
    alpha = try configuration.float("alpha", default: 1)
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] { [("alpha", .float(alpha))] }
}
