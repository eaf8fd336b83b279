/// `output = activation(input · kernel + bias)` along the last axis.
///
/// Input (…, inputs), output (…, units); kernel (inputs, units), bias (units).
public final class Dense: Layer {
  /// Keras's class name.
  public static let className = "Dense"

  /// The length of the output's last axis.
  public let units: Int
  /// What is applied to each sum.
  public let activation: Activation
  /// Whether a bias is added.
  public let useBias: Bool
  /// How training begins with the kernel.
  public let kernelInitializer: Initializer
  /// How training begins with the bias.
  public let biasInitializer: Initializer

  /// A dense layer of `units` outputs.
  public init(
    _ units: Int, activation: Activation = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros
  ) {
    self.units = units
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
  }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    // Quantized and low-rank weights change the result; Keras writes null for them where there are none.
    try configuration.allow(
      [
        "units", "activation", "use_bias", "kernel_initializer", "bias_initializer", "output_dim", "bias",
        "init",
      ],
      irrelevant: [
        "kernel_regularizer", "bias_regularizer", "kernel_constraint", "bias_constraint", "W_regularizer",
        "b_regularizer", "W_constraint", "b_constraint",
      ])
    units = try configuration.int("units", legacy: "output_dim")
    guard units > 0 else { throw .malformed("units is \(units); it must be 1 or more", place: "") }
    activation = try configuration.activation("activation")
    useBias = try configuration.bool("use_bias", legacy: "bias", default: true)
    kernelInitializer = configuration.initializer(
      "kernel_initializer", legacy: "init", default: .glorotUniform)
    biasInitializer = configuration.initializer("bias_initializer", default: .zeros)
  }

  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs)
    guard units > 0 else { throw .malformed("units is \(units); it must be 1 or more", place: "") }
    guard let shape = input.shape.replacingLast(with: units) else {
      throw .shape("Dense(\(units)) does not fit an input of shape \(input.shape.description)", place: "")
    }
    try activation.check(for: shape)
    return [TensorSpecification(shape: shape)]
  }

  /// The weights for such inputs; throws `GraphError.shape` where they do not fit.
  public func weights(for inputs: [TensorSpecification]) throws(GraphError) -> [WeightSpecification] {
    let input = try single(inputs)
    guard let last = input.shape.dimensions.last, let size = last else {
      throw .shape(
        "the last axis of Dense's input must have a known length, not \(input.shape.description)", place: "")
    }
    guard Shape([size, units]) != nil else {
      throw .shape("a kernel of \(size) by \(units) is too large", place: "")
    }
    let kernel = WeightSpecification(name: "kernel", shape: [size, units], initializer: kernelInitializer)
    guard useBias else { return [kernel] }
    return [kernel, WeightSpecification(name: "bias", shape: [units], initializer: biasInitializer)]
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [
      ("units", .integer(units)), ("activation", activation.configuration), ("use_bias", .bool(useBias)),
      ("kernel_initializer", kernelInitializer.configuration),
      ("bias_initializer", biasInitializer.configuration),
    ]
  }
}
