/// The sum of two or more tensors of one shape, element by element. Input (…) each, output (…).
public final class Add: Layer {
  /// Keras's class name.
  public static let className = "Add"

  /// A sum.
  public init() {}

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) { try configuration.allow([]) }

  /// The output for such inputs; throws `GraphError` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    guard let first = inputs.first, inputs.count > 1 else {
      throw .shape("Add takes 2 or more inputs and got \(inputs.count)", place: "")
    }
    var dimensions = first.shape.dimensions
    for input in inputs.dropFirst() {
      let others = input.shape.dimensions
      // Where one length is open, it is compared when it is known.
      guard others.count == dimensions.count,
        zip(dimensions, others).allSatisfy({ $0 == $1 || $0 == nil || $1 == nil })
      else { throw Add.mismatch(first.shape, input.shape) }
      for axis in dimensions.indices where others[axis] == nil { dimensions[axis] = nil }
    }
    guard let shape = Shape(dimensions) else { throw .shape("the inputs are too large", place: "") }
    let isOneType = inputs.allSatisfy { $0.dataType == first.dataType }
    return [TensorSpecification(shape: shape, dataType: isOneType ? first.dataType.moved : .float32)]
  }

  /// Shapes that Keras would broadcast have a meaning; others have none.
  private static func mismatch(_ first: Shape, _ second: Shape) -> GraphError {
    let pairs = zip(first.dimensions.reversed(), second.dimensions.reversed())
    guard pairs.allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 || $0 == nil || $1 == nil }) else {
      return .shape("\(first.description) and \(second.description) cannot be added", place: "")
    }
    return .unsupported(
      "broadcasting of \(first.description) and \(second.description)", place: "",
      supported: "inputs of one shape")
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] { [] }
}
