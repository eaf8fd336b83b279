/// `output = (input - movingMean) / sqrt(movingVariance + epsilon) · gamma + beta` for each place of the last
/// axis. Input and output have one shape (…, channels); every weight is (channels).
public final class BatchNormalization: Layer {
  /// Keras's class name.
  public static let className = "BatchNormalization"

  /// The axis with statistics of its own, as Keras counts, the batch included; only the last has a meaning here.
  public let axis: Int
  /// What is added to the variance.
  public let epsilon: Float
  /// Whether beta is added.
  public let center: Bool
  /// Whether there is a factor gamma.
  public let scale: Bool
  /// How much of the moving statistics a training step keeps.
  public let momentum: Float
  /// How training begins with gamma.
  public let gammaInitializer: Initializer
  /// How training begins with beta.
  public let betaInitializer: Initializer
  /// How training begins with the moving mean.
  public let movingMeanInitializer: Initializer
  /// How training begins with the moving variance.
  public let movingVarianceInitializer: Initializer

  /// A normalization by the statistics of the batches that it was trained with.
  public init(
    epsilon: Float = 1e-3, center: Bool = true, scale: Bool = true, momentum: Float = 0.99,
    gammaInitializer: Initializer = .ones, betaInitializer: Initializer = .zeros,
    movingMeanInitializer: Initializer = .zeros, movingVarianceInitializer: Initializer = .ones
  ) {
    axis = -1
    self.epsilon = epsilon
    self.center = center
    self.scale = scale
    self.momentum = momentum
    self.gammaInitializer = gammaInitializer
    self.betaInitializer = betaInitializer
    self.movingMeanInitializer = movingMeanInitializer
    self.movingVarianceInitializer = movingVarianceInitializer
  }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(
      [
        "axis", "momentum", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer",
        "moving_mean_initializer", "moving_variance_initializer", "renorm", "mode", "beta_init", "gamma_init",
      ],
      irrelevant: [
        "synchronized", "renorm_momentum", "renorm_clipping", "beta_regularizer", "gamma_regularizer",
        "beta_constraint", "gamma_constraint", "fused", "virtual_batch_size", "weights",
      ])
    axis = try configuration.one("axis", default: -1)
    epsilon = try configuration.epsilon(default: 1e-3)
    center = try configuration.bool("center", default: true)
    scale = try configuration.bool("scale", default: true)
    momentum = try configuration.float("momentum", default: 0.99)
    gammaInitializer = configuration.initializer("gamma_initializer", legacy: "gamma_init", default: .ones)
    betaInitializer = configuration.initializer("beta_initializer", legacy: "beta_init", default: .zeros)
    movingMeanInitializer = configuration.initializer("moving_mean_initializer", default: .zeros)
    movingVarianceInitializer = configuration.initializer("moving_variance_initializer", default: .ones)
    // It keeps further weights.
    guard try !configuration.bool("renorm", default: false) else {
      throw .unsupported("renorm = true", place: "", supported: "false")
    }
    // Keras 1 could take the statistics of the very batch that it was given.
    let mode = try configuration.int("mode", default: 0)
    guard mode == 0 else { throw .unsupported("mode = \(mode)", place: "", supported: "0") }
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
    weights.reserveCapacity(4)
    if scale {
      weights.append(WeightSpecification(name: "gamma", shape: shape, initializer: gammaInitializer))
    }
    if center {
      weights.append(WeightSpecification(name: "beta", shape: shape, initializer: betaInitializer))
    }
    weights.append(
      WeightSpecification(
        name: "moving_mean", shape: shape, isTrainable: false, initializer: movingMeanInitializer))
    weights.append(
      WeightSpecification(
        name: "moving_variance", shape: shape, isTrainable: false, initializer: movingVarianceInitializer))
    return weights
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [
      ("axis", .integer(axis)), ("momentum", .float(momentum)), ("epsilon", .float(epsilon)),
      ("center", .bool(center)), ("scale", .bool(scale)),
      ("beta_initializer", betaInitializer.configuration),
      ("gamma_initializer", gammaInitializer.configuration),
      ("moving_mean_initializer", movingMeanInitializer.configuration),
      ("moving_variance_initializer", movingVarianceInitializer.configuration),
    ]
  }
}

extension Shape {
  /// The length of the last axis, if that is the one that `axis` names, as Keras counts.
  func lastLength(axis: Int) throws(GraphError) -> Int {
    guard let index = Activation.rowAxis(axis, rank: rank) else {
      throw .shape("axis \(axis) of \(description) is the batch or not there", place: "")
    }
    guard index == rank - 1 else {
      throw .unsupported("axis \(axis) of \(description)", place: "", supported: "the last axis")
    }
    guard let length = dimensions[index] else {
      throw .shape("the last axis must have a known length, not \(description)", place: "")
    }
    return length
  }
}

extension LayerConfiguration {
  /// What a normalization adds to the variance, 0 or more.
  func epsilon(default: Float) throws(GraphError) -> Float {
    let epsilon = try float("epsilon", default: `default`)
    guard epsilon >= 0, epsilon < .infinity else {
      throw .malformed("epsilon is \(epsilon); it must be 0 or more", place: "")
    }
    return epsilon
  }
}
