/// Zeros before and behind a row's steps. Input (steps, channels), output (before + steps + behind, channels).
public final class ZeroPadding1D: ZeroPaddingLayer {
  /// Keras's class name.
  public static let className = "ZeroPadding1D"

  /// How many zeros come before and behind each axis.
  public let amounts: [Amount]

  /// Pads the steps.
  public init(_ steps: Amount) { amounts = [steps] }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    amounts = try configuration.paddingAmounts(rank: 1)
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [("padding", amounts[0].configuration), ("data_format", .string("channels_last"))]
  }
}
