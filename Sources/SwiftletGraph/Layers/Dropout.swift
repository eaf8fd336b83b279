/// Sets a part of its inputs to 0 while training; the identity at inference. Input and output have one shape.
public final class Dropout: Layer {
  /// Keras's class name.
  public static let className = "Dropout"

  /// The part of the inputs that training drops, 0 to 1.
  public let rate: Float
  /// What training's random numbers begin with; nil for the trainer's own seed.
  public let seed: Int?

  /// Drops `rate` of the inputs while training.
  public init(_ rate: Float, seed: Int? = nil) {
    self.rate = rate
    self.seed = seed
  }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["rate", "p"], irrelevant: ["seed", "noise_shape"])
    rate = try configuration.float("rate", legacy: "p")
    guard rate >= 0, rate <= 1 else { throw .malformed("rate is \(rate); 0 to 1 is expected", place: "") }
    seed = configuration.value("seed")?.integer
  }

  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs)
    return [TensorSpecification(shape: input.shape, dataType: input.dataType.moved)]
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [("rate", .float(rate)), ("seed", seed.map { .integer($0) } ?? .null), ("noise_shape", .null)]
  }
}
