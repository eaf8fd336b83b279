/// Where a caller's tensor enters the network.
public final class InputLayer: Layer {
  /// Keras's class name.
  public static let className = "InputLayer"

  /// What the caller must give.
  public let specification: TensorSpecification

  /// An input of that shape a row.
  public init(_ specification: TensorSpecification) { self.specification = specification }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["batch_shape", "dtype", "shape", "sparse", "ragged"], irrelevant: ["optional"])
    for kind: StaticString in ["sparse", "ragged"] where try configuration.bool(kind, default: false) {
      throw .unsupported("a \(kind) input", place: "", supported: "dense tensors")
    }
    guard let shape = try configuration.inputShape() else { throw configuration.missing("batch_shape") }
    specification = TensorSpecification(shape: shape, dataType: try configuration.inputDataType())
  }

  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    guard inputs.isEmpty else { throw .shape("an InputLayer takes no input", place: "") }
    return [specification]
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [
      ("batch_shape", specification.shape.configuration), ("dtype", .string(specification.dataType.name)),
      ("sparse", .bool(false)),
    ]
  }
}

extension LayerConfiguration {
  /// The shape of a row that a first layer carries, in the spelling of any Keras: `batch_shape`,
  /// `batch_input_shape`, or without the batch `shape`, `input_shape`, `input_dim`. Nil if there is none.
  func inputShape() throws(GraphError) -> Shape? {
    for name: StaticString in ["batch_shape", "batch_input_shape"] {
      if let value = value(name) { return try Shape(batchShape: value, option: name) }
    }
    for name: StaticString in ["shape", "input_shape"] {
      guard let value = value(name) else { continue }
      guard let elements = value.array else { throw wrong(name, value, expected: "a list of lengths") }
      return try Shape(configuration: elements[...], of: value, option: name)
    }
    guard value("input_dim") != nil else { return nil }
    let size = try int("input_dim")
    guard let shape = Shape([size]) else { throw .malformed("input_dim is \(size)", place: "") }
    return shape
  }

  /// The type of the input that a first layer, or an InputLayer, declares; float32 where it does not.
  func inputDataType() throws(GraphError) -> DataType {
    guard let value = value("input_dtype") ?? value("dtype") else { return .float32 }
    let policy = try DataTypePolicy(configuration: value)
    guard let type = policy.computeDataType else {
      throw .unsupported("an input of type \(policy.name)", place: "", supported: DataType.allNames)
    }
    return type
  }
}

extension Shape {
  /// Reads a shape with the batch in front, whose size is not kept.
  init(batchShape value: JSONNode, option: StaticString) throws(GraphError) {
    guard let elements = value.array else {
      throw .malformed("\(option) is \(value.summary); a list of lengths is expected", place: "")
    }
    guard !elements.isEmpty else {
      throw .unsupported("\(option) [], a tensor without a batch,", place: "", supported: "a batch in front")
    }
    try self.init(configuration: elements.dropFirst(), of: value, option: option)
  }

  /// Reads the lengths of a row: a whole number each, or `null`.
  init(configuration: ArraySlice<JSONNode>, of value: JSONNode, option: StaticString) throws(GraphError) {
    var dimensions: [Int?] = []
    for element in configuration {
      if element.isNull {
        dimensions.append(nil)
      } else if let size = element.integer, size >= 0 {
        dimensions.append(size)
      } else {
        throw .malformed("\(option) is \(value.summary); lengths or null are expected", place: "")
      }
    }
    guard let shape = Shape(dimensions) else {
      throw .malformed("\(option) is \(value.summary), which is too large", place: "")
    }
    self = shape
  }

  /// As Keras writes it, with a `null` for the batch in front.
  var configuration: JSONValue { .array([.null] + dimensions.map { $0.map { .integer($0) } ?? .null }) }
}
