/// A convolution over a row's axes but the last:
/// `output = activation(Σ window · kernel + bias)`.
///
/// Input (axes…, channels), output (outputs…, filters); kernel (window…, channels, filters), bias (filters).
public protocol ConvolutionLayer: Layer {
  /// The length of the output's last axis.
  var filters: Int { get }
  /// What each output reads.
  var window: Window { get }
  /// What is applied to each sum.
  var activation: Activation { get }
  /// Whether a bias is added.
  var useBias: Bool { get }
  /// How training begins with the kernel.
  var kernelInitializer: Initializer { get }
  /// How training begins with the bias.
  var biasInitializer: Initializer { get }
}

extension ConvolutionLayer {
  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    guard filters > 0 else { throw .malformed("filters is \(filters); it must be 1 or more", place: "") }
    let shape = try window.outputShape(for: single(inputs).shape, channels: filters)
    try activation.check(for: shape)
    return [TensorSpecification(shape: shape)]
  }

  /// The weights for such inputs; throws `GraphError.shape` where they do not fit.
  public func weights(for inputs: [TensorSpecification]) throws(GraphError) -> [WeightSpecification] {
    let channels = try window.channels(of: single(inputs).shape)
    let shape = window.kernelShape(channels, filters)
    guard Shape.elementCount(of: shape) != nil else {
      throw .shape("a kernel of \(JSONValue.integers(shape).summary) is too large", place: "")
    }
    let kernel = WeightSpecification(name: "kernel", shape: shape, initializer: kernelInitializer)
    guard useBias else { return [kernel] }
    return [kernel, WeightSpecification(name: "bias", shape: [filters], initializer: biasInitializer)]
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [("filters", .integer(filters)), ("kernel_size", .integers(window.size))] + window.movementConfiguration
      + [
        ("dilation_rate", .integers(window.dilation)), ("groups", .integer(1)),
        ("activation", activation.configuration), ("use_bias", .bool(useBias)),
        ("kernel_initializer", kernelInitializer.configuration),
        ("bias_initializer", biasInitializer.configuration),
      ]
  }
}

extension LayerConfiguration {
  /// What inference does not read of a convolution.
  static let convolutionIrrelevant: [StaticString] = [
    "kernel_regularizer", "bias_regularizer", "kernel_constraint", "bias_constraint", "W_regularizer",
    "b_regularizer", "W_constraint", "b_constraint", "weights",
  ]

  /// What a convolution reads.
  /// - Parameters:
  ///   - count: How the layer calls the number of its outputs.
  ///   - initializer: How it calls the beginning of its kernel.
  ///   - older: What it alone reads of an older Keras.
  static func convolutionOptions(
    _ count: StaticString, _ initializer: StaticString, older: [StaticString] = []
  ) -> [StaticString] {
    [count, "kernel_size"] + windowOptions
      + ["dilation_rate", "groups", "activation", "use_bias", initializer, "bias_initializer", "bias"] + older
  }

  /// Refuses options that a convolution does not have, groups, and channels that do not come last.
  /// - Parameter options: Its `convolutionOptions`.
  func allowConvolution(
    _ options: [StaticString], irrelevant: [StaticString] = convolutionIrrelevant
  ) throws(GraphError) {
    try allow(options, irrelevant: irrelevant)
    try requireChannelsLast()
    let groups = try int("groups", default: 1)
    guard groups == 1 else { throw .unsupported("groups = \(groups)", place: "", supported: "groups = 1") }
  }

  /// The window of a convolution of such a size.
  func convolutionWindow(
    size: [Int], legacyStrides: StaticString, causal: Bool = false
  ) throws(GraphError) -> Window {
    try Window(
      size: size, strides: try lengths("strides", legacy: legacyStrides, count: size.count),
      dilation: try lengths("dilation_rate", count: size.count), padding: try padding(causal: causal))
  }

  /// The number of filters.
  func filters() throws(GraphError) -> Int {
    let filters = try int("filters", legacy: "nb_filter")
    guard filters > 0 else { throw .malformed("filters is \(filters); it must be 1 or more", place: "") }
    return filters
  }
}

extension Window {
  /// Refuses what Keras's convolutions do not have: strides and dilation together.
  func refuseStridesWithDilation() throws(GraphError) {
    guard strides.allSatisfy({ $0 == 1 }) || dilation.allSatisfy({ $0 == 1 }) else {
      throw .unsupported(
        "strides \(JSONValue.integers(strides).summary) with dilation_rate "
          + JSONValue.integers(dilation).summary, place: "", supported: "one of them other than 1")
    }
  }
}
