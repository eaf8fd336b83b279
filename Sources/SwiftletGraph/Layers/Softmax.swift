/// `exp(x)` divided by the sum of `exp(x)` along an axis, or along several together. Input and output have one
/// shape.
public final class Softmax: Layer {
  /// Keras's class name.
  public static let className = "Softmax"

  /// The axes as Keras counts, the batch included; -1 is the last. Mostly one.
  public let axes: [Int]

  /// The activation that it is, where it has one axis.
  public var soleActivation: Activation? {
    if axes.count == 1, let axis = axes.first { .softmax(axis: axis) } else { nil }
  }

  /// A softmax along an axis.
  public init(axis: Int = -1) { axes = [axis] }

  /// A softmax along several axes together.
  public init(axes: [Int]) { self.axes = axes }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["axis"])
    axes = try configuration.ints("axis") ?? [-1]
  }

  /// The axes of a row (0 is its first) that are summed over, in order.
  /// - Throws: `GraphError.shape` for an axis that is the batch, not there or there twice, or for none.
  public func rowAxes(of shape: Shape) throws(GraphError) -> [Int] {
    var rowAxes: [Int] = []
    for axis in axes {
      guard let index = Activation.rowAxis(axis, rank: shape.rank), !rowAxes.contains(index) else {
        throw .shape(
          "softmax along axis \(axis) of \(shape.description): it is the batch, not there or there twice",
          place: "")
      }
      rowAxes.append(index)
    }
    guard !rowAxes.isEmpty else { throw .shape("softmax along no axis", place: "") }
    return rowAxes.sorted()
  }

  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs)
    _ = try rowAxes(of: input.shape)
    return [TensorSpecification(shape: input.shape)]
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    if axes.count == 1, let axis = axes.first { return [("axis", .integer(axis))] }
    return [("axis", .integers(axes))]
  }
}
