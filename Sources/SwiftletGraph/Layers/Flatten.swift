/// Makes one axis of a row's axes, in row-major order. Input (a, b, …), output (a · b · …); a row that is one
/// number becomes one of length 1.
public final class Flatten: Layer {
  /// Keras's class name.
  public static let className = "Flatten"

  /// Where a row has its channels.
  public enum DataFormat: String, Sendable, Hashable {
    /// The last axis: a row is flattened as it lies.
    case channelsLast = "channels_last"
    /// The first axis: it is moved to the end before a row is flattened.
    case channelsFirst = "channels_first"
  }

  /// Where a row has its channels.
  public let dataFormat: DataFormat

  /// Flattens a row.
  public init(dataFormat: DataFormat = .channelsLast) { self.dataFormat = dataFormat }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["data_format"])
    let format = try configuration.choice(
      "data_format", of: ["channels_last", "channels_first"], default: "channels_last")
    dataFormat = format == "channels_first" ? .channelsFirst : .channelsLast
  }

  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs)
    guard let shape = Shape([input.shape.elementCount]) else {
      throw .shape("an input of shape \(input.shape.description) is too large", place: "")
    }
    return [TensorSpecification(shape: shape, dataType: input.dataType.moved)]
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [("data_format", .string(dataFormat.rawValue))]
  }
}
