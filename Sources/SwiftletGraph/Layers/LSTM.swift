/// Long short-term memory. From h = c = 0, at each step with z = x · kernel + h · recurrentKernel + bias, whose
/// quarters are zi, zf, zc and zo, and with r for the recurrent activation and a for the activation:
///
///     i = r(zi), f = r(zf), c = f · c + i · a(zc), o = r(zo), h = o · a(c)
///
/// Input (steps, inputs), output (units), the last h, or with `returnSequences` (steps, units), every h in the
/// order of the steps' computation. kernel (inputs, 4 · units), recurrentKernel (units, 4 · units), bias
/// (4 · units).
public final class LSTM: Layer {
  /// Keras's class name.
  public static let className = "LSTM"

  /// The length of the state.
  public let units: Int
  /// What the new state and the output pass.
  public let activation: Activation
  /// What the gates pass.
  public let recurrentActivation: Activation
  /// Whether a bias is added.
  public let useBias: Bool
  /// Whether the output of every step is given, and not the last alone.
  public let returnSequences: Bool
  /// Whether the steps are taken from the last to the first. The outputs come in the order in which they are
  /// computed: that of the last step first.
  public let goBackwards: Bool
  /// The part of a step's inputs that training drops.
  public let dropout: Float
  /// The part of the state that training drops.
  public let recurrentDropout: Float
  /// Whether training begins with 1 in the forget gate's bias.
  public let unitForgetBias: Bool
  /// How training begins with the kernel.
  public let kernelInitializer: Initializer
  /// How training begins with the recurrent kernel.
  public let recurrentInitializer: Initializer
  /// How training begins with the bias.
  public let biasInitializer: Initializer

  /// An LSTM of `units` units.
  public init(
    _ units: Int, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
    useBias: Bool = true, returnSequences: Bool = false, goBackwards: Bool = false, dropout: Float = 0,
    recurrentDropout: Float = 0, unitForgetBias: Bool = true, kernelInitializer: Initializer = .glorotUniform,
    recurrentInitializer: Initializer = LSTM.orthogonal, biasInitializer: Initializer = .zeros
  ) {
    self.units = units
    self.activation = activation
    self.recurrentActivation = recurrentActivation
    self.useBias = useBias
    self.returnSequences = returnSequences
    self.goBackwards = goBackwards
    self.dropout = dropout
    self.recurrentDropout = recurrentDropout
    self.unitForgetBias = unitForgetBias
    self.kernelInitializer = kernelInitializer
    self.recurrentInitializer = recurrentInitializer
    self.biasInitializer = biasInitializer
  }

  /// What Keras begins a recurrent kernel with.
  public static let orthogonal = Initializer.other(.string("orthogonal"))

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    let refused: [StaticString] = ["return_state", "stateful", "time_major", "zero_output_for_mask"]
    try configuration.allow(
      [
        "units", "activation", "recurrent_activation", "use_bias", "return_sequences", "go_backwards",
        "dropout", "recurrent_dropout", "unit_forget_bias", "kernel_initializer", "recurrent_initializer",
        "bias_initializer",
      ] + refused,
      irrelevant: [
        "unroll", "implementation", "use_cudnn", "reset_after", "seed", "kernel_regularizer",
        "recurrent_regularizer", "bias_regularizer", "kernel_constraint", "recurrent_constraint",
        "bias_constraint",
      ])
    for option in refused where try configuration.bool(option, default: false) {
      throw .unsupported("\(option) = true", place: "", supported: "false")
    }
    units = try configuration.int("units")
    guard units > 0 else { throw .malformed("units is \(units); it must be 1 or more", place: "") }
    activation = try configuration.activation("activation", default: .tanh)
    // Keras 2 changed what it means where it is not written, and always wrote it.
    if configuration.kerasVersion < 3, configuration.value("recurrent_activation") == nil {
      throw configuration.missing("recurrent_activation")
    }
    recurrentActivation = try configuration.activation("recurrent_activation", default: .sigmoid)
    useBias = try configuration.bool("use_bias", default: true)
    returnSequences = try configuration.bool("return_sequences", default: false)
    goBackwards = try configuration.bool("go_backwards", default: false)
    dropout = try configuration.float("dropout", default: 0)
    recurrentDropout = try configuration.float("recurrent_dropout", default: 0)
    unitForgetBias = try configuration.bool("unit_forget_bias", default: true)
    kernelInitializer = configuration.initializer("kernel_initializer", default: .glorotUniform)
    recurrentInitializer = configuration.initializer("recurrent_initializer", default: LSTM.orthogonal)
    biasInitializer = configuration.initializer("bias_initializer", default: .zeros)
  }

  /// The output for such inputs; throws `GraphError` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs).shape
    guard units > 0 else { throw .malformed("units is \(units); it must be 1 or more", place: "") }
    for one in [activation, recurrentActivation] {
      guard case .softmax = one else { continue }
      throw .unsupported("softmax as the activation of an LSTM", place: "", supported: "any other activation")
    }
    guard input.rank == 2 else {
      throw .shape(
        "an input of shape \(input.description) has \(input.rank + 1) axes; 3 are expected", place: "")
    }
    guard input.dimensions[0] != 0 else {
      throw .shape("an input of shape \(input.description) has no steps", place: "")
    }
    guard let shape = Shape((returnSequences ? [input.dimensions[0]] : []) + [units]) else {
      throw .shape("LSTM(\(units)) does not fit an input of shape \(input.description)", place: "")
    }
    return [TensorSpecification(shape: shape)]
  }

  /// The weights for such inputs; throws `GraphError` where they do not fit.
  public func weights(for inputs: [TensorSpecification]) throws(GraphError) -> [WeightSpecification] {
    let length = try single(inputs).shape.lastLength(axis: -1)
    guard Shape([max(length, units), 4, units]) != nil else {
      throw .shape("a kernel of \(length) by 4 · \(units) is too large", place: "")
    }
    let kernels = [
      WeightSpecification(
        name: "lstm_cell/kernel", shape: [length, 4 * units], initializer: kernelInitializer),
      WeightSpecification(
        name: "lstm_cell/recurrent_kernel", shape: [units, 4 * units], initializer: recurrentInitializer),
    ]
    guard useBias else { return kernels }
    return kernels + [
      WeightSpecification(name: "lstm_cell/bias", shape: [4 * units], initializer: biasInitializer)
    ]
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [
      ("return_sequences", .bool(returnSequences)), ("return_state", .bool(false)),
      ("go_backwards", .bool(goBackwards)), ("stateful", .bool(false)), ("units", .integer(units)),
      ("activation", activation.configuration), ("recurrent_activation", recurrentActivation.configuration),
      ("use_bias", .bool(useBias)), ("kernel_initializer", kernelInitializer.configuration),
      ("recurrent_initializer", recurrentInitializer.configuration),
      ("bias_initializer", biasInitializer.configuration), ("unit_forget_bias", .bool(unitForgetBias)),
      ("dropout", .float(dropout)), ("recurrent_dropout", .float(recurrentDropout)),
    ]
  }
}
