/// The largest element of each window along two axes, channel by channel. Input (height, width, channels), output
/// (height, width, channels).
public final class MaxPooling2D: PoolingLayer {
  /// Keras's class name.
  public static let className = "MaxPooling2D"

  /// What each output reads.
  public let window: Window

  /// A pooling over such a window, which has no dilation.
  public init(window: Window) { self.window = window }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    window = try configuration.poolingWindow(rank: 2)
  }
}
