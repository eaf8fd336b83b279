/// `output = input · scale + offset`. Input and output have one shape; the output is float32.
public final class Rescaling: Layer {
  /// Keras's class name.
  public static let className = "Rescaling"

  /// The factor: one number, or one for each place of the last axis.
  public let scale: [Float]
  /// What is added after it: one number, or one for each place of the last axis.
  public let offset: [Float]

  /// Scales every element alike.
  public init(scale: Float, offset: Float = 0) {
    self.scale = [scale]
    self.offset = [offset]
  }

  /// Scales each place of the last axis by its own numbers; a list of one serves all places.
  public init(scale: [Float], offset: [Float] = [0]) {
    self.scale = scale
    self.offset = offset
  }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["scale", "offset"])
    guard let scale = try configuration.numbers("scale") else { throw configuration.missing("scale") }
    let offset = try configuration.numbers("offset") ?? NumberArray(0)
    for (name, array) in [("scale", scale), ("offset", offset)] where array.shape.count > 1 {
      throw .unsupported(
        "\(name) of shape \(JSONValue.integers(array.shape).summary)", place: "",
        supported: "a number or a list of numbers")
    }
    self.scale = scale.values
    self.offset = offset.values
  }

  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs)
    let last = input.shape.dimensions.last ?? nil
    for (name, values) in [("scale", scale), ("offset", offset)] where values.count != 1 {
      guard last == values.count, !values.isEmpty else {
        throw .shape(
          "\(name) has \(values.count) numbers, which does not fit the last axis of \(input.shape.description)",
          place: "")
      }
    }
    return [TensorSpecification(shape: input.shape)]
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [("scale", Rescaling.encode(scale)), ("offset", Rescaling.encode(offset))]
  }

  private static func encode(_ values: [Float]) -> JSONValue {
    if values.count == 1, let only = values.first { return .float(only) }
    return .floats(values)
  }
}
