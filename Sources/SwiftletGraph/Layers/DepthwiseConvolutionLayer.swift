/// A convolution of each channel by itself over a row's axes but the last.
///
/// Input (axes…, channels), output (outputs…, channels · depthMultiplier); kernel
/// (window…, channels, depthMultiplier), bias (channels · depthMultiplier).
public protocol DepthwiseConvolutionLayer: Layer {
  /// What each output reads.
  var window: Window { get }
  /// How many outputs each channel makes at each place: output channel c · depthMultiplier + i comes from
  /// channel c.
  var depthMultiplier: Int { get }
  /// What is applied to each sum.
  var activation: Activation { get }
  /// Whether a bias is added.
  var useBias: Bool { get }
  /// How training begins with the kernel.
  var kernelInitializer: Initializer { get }
  /// How training begins with the bias.
  var biasInitializer: Initializer { get }
}

extension DepthwiseConvolutionLayer {
  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs).shape
    let shape = try window.outputShape(for: input, channels: try outputChannels(for: input))
    try activation.check(for: shape)
    return [TensorSpecification(shape: shape)]
  }

  /// The weights for such inputs; throws `GraphError.shape` where they do not fit.
  public func weights(for inputs: [TensorSpecification]) throws(GraphError) -> [WeightSpecification] {
    let input = try single(inputs).shape
    let shape = window.kernelShape(try window.channels(of: input), depthMultiplier)
    guard Shape.elementCount(of: shape) != nil else {
      throw .shape("a kernel of \(JSONValue.integers(shape).summary) is too large", place: "")
    }
    let kernel = WeightSpecification(name: "kernel", shape: shape, initializer: kernelInitializer)
    guard useBias else { return [kernel] }
    let bias = [try outputChannels(for: input)]
    return [kernel, WeightSpecification(name: "bias", shape: bias, initializer: biasInitializer)]
  }

  private func outputChannels(for input: Shape) throws(GraphError) -> Int {
    let channels = try window.channels(of: input)
    guard depthMultiplier > 0 else { throw .malformed("depth_multiplier is \(depthMultiplier)", place: "") }
    guard let count = Shape([channels, depthMultiplier])?.elementCount else {
      throw .shape("\(channels) channels times \(depthMultiplier) are too many", place: "")
    }
    return count
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [("depth_multiplier", .integer(depthMultiplier)), ("kernel_size", .integers(window.size))]
      + window.movementConfiguration + [
        ("dilation_rate", .integers(window.dilation)), ("activation", activation.configuration),
        ("use_bias", .bool(useBias)), ("depthwise_initializer", kernelInitializer.configuration),
        ("bias_initializer", biasInitializer.configuration),
      ]
  }
}

extension LayerConfiguration {
  private static let depthwiseOptions = convolutionOptions("depth_multiplier", "depthwise_initializer")
  // Early Keras 2 wrote the options of its base class beside its own.
  private static let depthwiseIrrelevant =
    convolutionIrrelevant + ["depthwise_regularizer", "depthwise_constraint", "kernel_initializer"]

  /// Refuses options that a depthwise convolution does not have, and channels that do not come last.
  func allowDepthwise() throws(GraphError) {
    try allowConvolution(
      LayerConfiguration.depthwiseOptions, irrelevant: LayerConfiguration.depthwiseIrrelevant)
  }

  /// How many outputs each channel makes.
  func depthMultiplier() throws(GraphError) -> Int {
    let multiplier = try int("depth_multiplier", default: 1)
    guard multiplier > 0 else {
      throw .malformed("depth_multiplier is \(multiplier); it must be 1 or more", place: "")
    }
    return multiplier
  }
}
