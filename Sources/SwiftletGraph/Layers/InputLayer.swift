/// Where a caller's tensor enters the network.
public final class InputLayer: Layer {
  public static let className = "InputLayer"

  /// What the caller must give.
  public let specification: TensorSpecification

  /// An input of that shape a row.
  public init(_ specification: TensorSpecification) { self.specification = specification }

  public init(configuration: LayerConfiguration) throws(GraphError) {
    throw .unsupported("InputLayer", place: "", supported: "")
  }

  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    guard inputs.isEmpty else { throw .shape("an InputLayer takes no input", place: "") }
    return [specification]
  }

  public func encodeConfiguration() -> [(String, JSONValue)] { [] }
}
