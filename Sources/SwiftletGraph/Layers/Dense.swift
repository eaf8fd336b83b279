/// `output = activation(input · kernel + bias)` along the last axis.
///
/// Input (…, inputs), output (…, units); kernel (inputs, units), bias (units).
public final class Dense: Layer {
  public static let className = "Dense"

  /// The length of the output's last axis.
  public let units: Int
  /// What is applied to each sum.
  public let activation: Activation
  /// Whether a bias is added.
  public let useBias: Bool
  /// How training begins with the kernel.
  public let kernelInitializer: Initializer
  /// How training begins with the bias.
  public let biasInitializer: Initializer

  /// A dense layer of `units` outputs.
  public init(
    _ units: Int, activation: Activation = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros
  ) {
    self.units = units
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
  }

  public init(configuration: LayerConfiguration) throws(GraphError) {
    throw .unsupported("Dense", place: "", supported: "")
  }

  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs)
    guard units > 0 else { throw .malformed("units is \(units); it must be 1 or more", place: "") }
    guard let shape = input.shape.replacingLast(with: units) else {
      throw .shape("Dense(\(units)) does not fit an input of shape \(input.shape.description)", place: "")
    }
    return [TensorSpecification(shape: shape)]
  }

  public func weights(for inputs: [TensorSpecification]) throws(GraphError) -> [WeightSpecification] {
    let input = try single(inputs)
    guard let last = input.shape.dimensions.last, let size = last, Shape([size, units]) != nil else {
      throw .shape("the last axis of Dense's input must have a known length, not \(input.shape.description)", place: "")
    }
    let kernel = WeightSpecification(name: "kernel", shape: [size, units], initializer: kernelInitializer)
    guard useBias else { return [kernel] }
    return [kernel, WeightSpecification(name: "bias", shape: [units], initializer: biasInitializer)]
  }

  public func encodeConfiguration() -> [(String, JSONValue)] { [] }
}
