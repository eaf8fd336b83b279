/// `exp(x)` divided by the sum of `exp(x)` along an axis.
public final class Softmax: ActivationOnlyLayer {
  /// Keras's class name.
  public static let className = "Softmax"

  /// The axis as Keras counts, the batch included; -1 is the last.
  public let axis: Int

  /// What it applies.
  public var activation: Activation { .softmax(axis: axis) }

  /// A softmax along an axis.
  public init(axis: Int = -1) { self.axis = axis }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["axis"])
    let axes = try configuration.ints("axis") ?? [-1]
    guard axes.count == 1, let first = axes.first else {
      throw .unsupported("a softmax along \(axes.count) axes", place: "", supported: "one axis")
    }
    axis = first
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] { [("axis", .integer(axis))] }
}
