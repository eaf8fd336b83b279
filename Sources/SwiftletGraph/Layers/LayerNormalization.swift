/// `output = (input - mean) / sqrt(variance + epsilon) · gamma + beta`, mean and variance being those of the last
/// axis at each place. Input and output have one shape (…, length); gamma and beta are (length).
public final class LayerNormalization: Layer {
  /// Keras's class name.
  public static let className = "LayerNormalization"

  /// The axis that is normalized, as Keras counts, the batch included; only the last has a meaning here.
  public let axis: Int
  /// What is added to the variance.
  public let epsilon: Float
  /// Whether beta is added.
  public let center: Bool
  /// Whether there is a factor gamma.
  public let scale: Bool
  /// How training begins with gamma.
  public let gammaInitializer: Initializer
  /// How training begins with beta.
  public let betaInitializer: Initializer

  /// A normalization along the last axis.
  public init(
    epsilon: Float = 1e-3, center: Bool = true, scale: Bool = true, gammaInitializer: Initializer = .ones,
    betaInitializer: Initializer = .zeros
  ) {
    axis = -1
    self.epsilon = epsilon
    self.center = center
    self.scale = scale
    self.gammaInitializer = gammaInitializer
    self.betaInitializer = betaInitializer
  }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(
      ["axis", "epsilon", "center", "scale", "rms_scaling", "gamma_initializer", "beta_initializer"],
      irrelevant: ["beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint"])
    let axes = try configuration.ints("axis") ?? [-1]
    guard let axis = axes.first, axes.count == 1 else {
      throw .unsupported("axis \(JSONValue.integers(axes).summary)", place: "", supported: "the last axis")
    }
    self.axis = axis
    epsilon = try configuration.epsilon(default: 1e-3)
    center = try configuration.bool("center", default: true)
    scale = try configuration.bool("scale", default: true)
    gammaInitializer = configuration.initializer("gamma_initializer", default: .ones)
    betaInitializer = configuration.initializer("beta_initializer", default: .zeros)
    guard try !configuration.bool("rms_scaling", default: false) else {
      throw .unsupported("rms_scaling = true", place: "", supported: "false")
    }
  }

  /// The output for such inputs; throws `GraphError` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs)
    _ = try input.shape.lastLength(axis: axis)
    return [TensorSpecification(shape: input.shape)]
  }

  /// The weights for such inputs; throws `GraphError` where they do not fit.
  public func weights(for inputs: [TensorSpecification]) throws(GraphError) -> [WeightSpecification] {
    let shape = [try single(inputs).shape.lastLength(axis: axis)]
    var weights: [WeightSpecification] = []
    if scale {
      weights.append(WeightSpecification(name: "gamma", shape: shape, initializer: gammaInitializer))
    }
    if center {
      weights.append(WeightSpecification(name: "beta", shape: shape, initializer: betaInitializer))
    }
    return weights
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [
      ("axis", .integer(axis)), ("epsilon", .float(epsilon)), ("center", .bool(center)),
      ("scale", .bool(scale)), ("beta_initializer", betaInitializer.configuration),
      ("gamma_initializer", gammaInitializer.configuration),
    ]
  }
}
