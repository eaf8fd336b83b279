/// Gives a row other axes; the elements keep their row-major order.
public final class Reshape: Layer {
  /// Keras's class name.
  public static let className = "Reshape"

  /// The lengths of a row; -1, at most once, for the length that is left over.
  public let targetShape: [Int]

  /// Gives a row these lengths.
  public init(_ targetShape: [Int]) { self.targetShape = targetShape }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["target_shape"])
    guard let value = configuration.value("target_shape") else { throw configuration.missing("target_shape") }
    guard let elements = value.array ?? (value.integer != nil ? [value] : nil) else {
      throw configuration.wrong("target_shape", value, expected: "a list of lengths")
    }
    var target: [Int] = []
    for element in elements {
      // Keras 2 wrote null for a length that it took from the tensor.
      guard let size = element.isNull ? -1 : element.integer else {
        throw configuration.wrong("target_shape", value, expected: "a list of lengths")
      }
      target.append(size)
    }
    targetShape = target
    try check()
  }

  private func check() throws(GraphError) {
    guard targetShape.allSatisfy({ $0 >= -1 }), targetShape.filter({ $0 == -1 }).count <= 1 else {
      throw .malformed(
        "target_shape is \(JSONValue.integers(targetShape).summary); lengths and at most one -1 are expected",
        place: "")
    }
  }

  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs)
    try check()
    guard let known = Shape(targetShape.map { $0 == -1 ? nil : $0 }) else {
      throw .shape("target_shape \(JSONValue.integers(targetShape).summary) is too large", place: "")
    }
    let shape = try resolve(known, count: input.shape.elementCount, of: input.shape)
    return [TensorSpecification(shape: shape, dataType: input.dataType.moved)]
  }

  /// Keras's rule: with an open length in the input the -1 stays open; else it is what is left over.
  private func resolve(_ known: Shape, count: Int?, of input: Shape) throws(GraphError) -> Shape {
    guard let count else { return known }
    // The product fits, because `known` is a shape.
    let product = known.dimensions.reduce(1) { $0 * ($1 ?? 1) }
    if known.isFixed, product == count { return known }
    if !known.isFixed, product > 0, count % product == 0,
      let shape = Shape(known.dimensions.map { $0 ?? count / product })
    {
      return shape
    }
    throw .shape(
      "target_shape \(JSONValue.integers(targetShape).summary) does not fit an input of shape \(input.description)",
      place: "")
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] { [("target_shape", .integers(targetShape))] }
}
