/// The mean of each window along one axis, channel by channel. Input (steps, channels), output
/// (steps, channels). What reaches beyond the input is not counted.
public final class AveragePooling1D: PoolingLayer {
  /// Keras's class name.
  public static let className = "AveragePooling1D"

  /// What each output reads.
  public let window: Window

  /// A pooling over such a window, which has no dilation.
  public init(window: Window) { self.window = window }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    window = try configuration.poolingWindow(rank: 1)
  }
}
