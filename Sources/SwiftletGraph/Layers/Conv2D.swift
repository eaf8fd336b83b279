/// A convolution along two axes: `output = activation(Σ window · kernel + bias)`.
///
/// Input (height, width, channels), output (height, width, filters); kernel (height, width, channels, filters), bias
/// (filters).
public final class Conv2D: ConvolutionLayer {
  /// Keras's class name.
  public static let className = "Conv2D"

  /// The length of the output's last axis.
  public let filters: Int
  /// What each output reads.
  public let window: Window
  /// What is applied to each sum.
  public let activation: Activation
  /// Whether a bias is added.
  public let useBias: Bool
  /// How training begins with the kernel.
  public let kernelInitializer: Initializer
  /// How training begins with the bias.
  public let biasInitializer: Initializer

  /// A convolution of `filters` outputs at each place.
  public init(
    _ filters: Int, window: Window, activation: Activation = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros
  ) {
    self.filters = filters
    self.window = window
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
  }

  private static let options = LayerConfiguration.convolutionOptions(
    "filters", "kernel_initializer", older: ["nb_filter", "nb_row", "nb_col", "init"])

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allowConvolution(Conv2D.options)
    filters = try configuration.filters()
    let size: [Int]
    if let both = try configuration.lengths("kernel_size", count: 2) {
      size = both
    } else if configuration.value("nb_row") != nil {
      size = [try configuration.int("nb_row"), try configuration.int("nb_col")]
    } else {
      throw configuration.missing("kernel_size")
    }
    window = try configuration.convolutionWindow(size: size, legacyStrides: "subsample")
    try window.refuseStridesWithDilation()
    activation = try configuration.activation("activation")
    useBias = try configuration.bool("use_bias", legacy: "bias", default: true)
    kernelInitializer = configuration.initializer(
      "kernel_initializer", legacy: "init", default: .glorotUniform)
    biasInitializer = configuration.initializer("bias_initializer", default: .zeros)
  }
}
