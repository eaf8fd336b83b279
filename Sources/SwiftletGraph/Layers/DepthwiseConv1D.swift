/// A convolution along one axis of each channel by itself: output channel c · depthMultiplier + i comes from input
/// channel c.
///
/// Input (steps, channels), output (steps, channels · depthMultiplier); kernel
/// (width, channels, depthMultiplier), bias (channels · depthMultiplier).
public final class DepthwiseConv1D: DepthwiseConvolutionLayer {
  /// Keras's class name.
  public static let className = "DepthwiseConv1D"

  /// What each output reads.
  public let window: Window
  /// How many outputs each channel makes at each place.
  public let depthMultiplier: Int
  /// What is applied to each sum.
  public let activation: Activation
  /// Whether a bias is added.
  public let useBias: Bool
  /// How training begins with the kernel.
  public let kernelInitializer: Initializer
  /// How training begins with the bias.
  public let biasInitializer: Initializer

  /// A convolution of each channel by itself.
  public init(
    window: Window, depthMultiplier: Int = 1, activation: Activation = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros
  ) {
    self.window = window
    self.depthMultiplier = depthMultiplier
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
  }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allowDepthwise()
    guard let size = try configuration.lengths("kernel_size", count: 1) else {
      throw configuration.missing("kernel_size")
    }
    window = try configuration.convolutionWindow(size: size, legacyStrides: "subsample")
    depthMultiplier = try configuration.depthMultiplier()
    activation = try configuration.activation("activation")
    useBias = try configuration.bool("use_bias", default: true)
    kernelInitializer = configuration.initializer("depthwise_initializer", default: .glorotUniform)
    biasInitializer = configuration.initializer("bias_initializer", default: .zeros)
  }
}
