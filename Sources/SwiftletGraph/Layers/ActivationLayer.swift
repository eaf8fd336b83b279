/// A layer that applies an activation to its only input and does nothing else. Input and output have one shape.
public protocol ActivationOnlyLayer: Layer {
  /// What it applies.
  var activation: Activation { get }
}

extension ActivationOnlyLayer {
  /// What it applies.
  public var soleActivation: Activation? { activation }

  /// The shape of the input.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs)
    try activation.check(for: input.shape)
    return [
      TensorSpecification(
        shape: input.shape, dataType: activation == .linear ? input.dataType.moved : .float32)
    ]
  }
}

/// Keras's layer `Activation`: any activation by its name.
public final class ActivationLayer: ActivationOnlyLayer {
  /// Keras's class name.
  public static let className = "Activation"

  /// What it applies.
  public let activation: Activation

  /// A layer that applies `activation`.
  public init(_ activation: Activation) { self.activation = activation }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["activation"])
    activation = try configuration.activation("activation")
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] { [("activation", activation.configuration)] }
}
