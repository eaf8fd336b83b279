/// Zeros before and behind the height and width of a row. Input (height, width, channels), output (top + height + bottom, left + width + right, channels).
public final class ZeroPadding2D: ZeroPaddingLayer {
  /// Keras's class name.
  public static let className = "ZeroPadding2D"

  /// How many zeros come before and behind each axis.
  public let amounts: [Amount]

  /// Pads height and width.
  public init(height: Amount, width: Amount) { amounts = [height, width] }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    amounts = try configuration.paddingAmounts(rank: 2)
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [
      ("padding", .array(amounts.map { $0.configuration })), ("data_format", .string("channels_last")),
    ]
  }
}
