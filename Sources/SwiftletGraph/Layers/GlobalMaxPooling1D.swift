/// The largest element of each channel over all steps. Input (steps, channels), output (channels), or with
/// `keepDimensions` (1, channels).
public final class GlobalMaxPooling1D: GlobalPoolingLayer {
  /// Keras's class name.
  public static let className = "GlobalMaxPooling1D"

  /// Whether the pooled axes stay, each of length 1.
  public let keepDimensions: Bool
  /// How many axes are pooled.
  public var pooledRank: Int { 1 }

  /// A pooling over a whole row.
  public init(keepDimensions: Bool = false) { self.keepDimensions = keepDimensions }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    keepDimensions = try configuration.keepDimensions()
  }
}
