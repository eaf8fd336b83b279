/// Attention of several heads. With query (queries, a), value (keys, b) and key (keys, c), which is the value
/// where a call gives none, each head h computes
///
///     Q = query · queryKernel[h] + queryBias[h], K and V likewise,
///     H = softmax(Q · Kᵀ / sqrt(keyDimension)) · V
///
/// and the output is `Σ H · outputKernel[h] + outputBias`, (queries, outputLength). With `isCausal` a query sees
/// the keys up to its own place alone.
///
/// Weights: query/kernel (a, heads, keyDimension), key/kernel (c, heads, keyDimension), value/kernel
/// (b, heads, valueDimension), attention_output/kernel (heads, valueDimension, outputLength), each followed by
/// its bias, which lacks the kernel's first axis, and for the output its first two.
public final class MultiHeadAttention: Layer {
  /// Keras's class name.
  public static let className = "MultiHeadAttention"
  /// The tensors that a call gives, in Keras's order.
  public static let tensorArguments = ["query", "value", "key"]
  /// The options that a call may give.
  public static let callOptions = ["use_causal_mask", "return_attention_scores"]

  /// The number of heads.
  public let heads: Int
  /// The length of a head's query and key.
  public let keyDimension: Int
  /// The length of a head's value.
  public let valueDimension: Int
  /// Whether the products have biases.
  public let useBias: Bool
  /// The length of the output's last axis; nil for that of the query.
  public let outputLength: Int?
  /// Whether each query sees the keys up to its own place alone.
  public let isCausal: Bool
  /// The part of the scores that training drops.
  public let dropout: Float
  /// How training begins with the kernels.
  public let kernelInitializer: Initializer
  /// How training begins with the biases.
  public let biasInitializer: Initializer

  /// An attention of `heads` heads; the value's length is the key's unless told.
  public init(
    heads: Int, keyDimension: Int, valueDimension: Int? = nil, useBias: Bool = true, outputLength: Int? = nil,
    isCausal: Bool = false, dropout: Float = 0, kernelInitializer: Initializer = .glorotUniform,
    biasInitializer: Initializer = .zeros
  ) {
    self.heads = heads
    self.keyDimension = keyDimension
    self.valueDimension = valueDimension ?? keyDimension
    self.useBias = useBias
    self.outputLength = outputLength
    self.isCausal = isCausal
    self.dropout = dropout
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
  }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    // The shapes are those of the calls, which Keras 2 noted beside the options.
    try configuration.allow(
      [
        "num_heads", "key_dim", "value_dim", "use_bias", "output_shape", "attention_axes", "use_gate",
        "dropout", "kernel_initializer", "bias_initializer",
      ],
      irrelevant: [
        "flash_attention", "softmax_robust_masking", "seed", "query_shape", "key_shape", "value_shape",
        "kernel_regularizer",
        "bias_regularizer", "kernel_constraint", "bias_constraint",
      ])
    let heads = try configuration.int("num_heads")
    let keyDimension = try configuration.int("key_dim")
    let valueDimension = try configuration.int("value_dim", default: keyDimension)
    for (name, size) in [("num_heads", heads), ("key_dim", keyDimension), ("value_dim", valueDimension)] {
      guard size > 0 else { throw .malformed("\(name) is \(size); it must be 1 or more", place: "") }
    }
    self.heads = heads
    self.keyDimension = keyDimension
    self.valueDimension = valueDimension
    useBias = try configuration.bool("use_bias", default: true)
    dropout = try configuration.float("dropout", default: 0)
    kernelInitializer = configuration.initializer("kernel_initializer", default: .glorotUniform)
    biasInitializer = configuration.initializer("bias_initializer", default: .zeros)

    let output = try configuration.ints("output_shape") ?? []
    guard output.count < 2 else {
      throw .unsupported(
        "output_shape \(JSONValue.integers(output).summary)", place: "", supported: "one length")
    }
    outputLength = output.first
    if let outputLength, outputLength < 1 {
      throw .malformed("output_shape is \(outputLength); it must be 1 or more", place: "")
    }
    // Keras writes the axes of a built layer even where none were given: the only one of a (steps, length).
    let axes = try configuration.ints("attention_axes") ?? [1]
    guard axes == [1] else {
      throw .unsupported(
        "attention_axes \(JSONValue.integers(axes).summary)", place: "", supported: "null, 1")
    }
    guard try !configuration.bool("use_gate", default: false) else {
      throw .unsupported("use_gate = true", place: "", supported: "false")
    }
    isCausal = configuration.callOption("use_causal_mask")
    guard !configuration.callOption("return_attention_scores") else {
      throw .unsupported("the call argument return_attention_scores = true", place: "", supported: "false")
    }
  }

  /// The options of its calls, as Keras 3 spells them.
  public func encodeCallOptions() -> [(String, JSONValue)] {
    isCausal ? [("use_causal_mask", .bool(true))] : []
  }

  /// The output for such inputs; throws `GraphError` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let (query, value, key) = try shapes(of: inputs)
    let steps = (value.dimensions[0], key.dimensions[0])
    guard steps.0 == steps.1 || steps.0 == nil || steps.1 == nil else {
      throw .shape(
        "the value \(value.description) and the key \(key.description) differ in length", place: "")
    }
    guard steps.0 != 0, steps.1 != 0 else {
      throw .shape("a value of shape \(value.description) has nothing to attend to", place: "")
    }
    guard let shape = query.replacingLast(with: outputLength ?? query.dimensions[1]) else {
      throw .shape("an output of \(outputLength ?? 0) for \(query.description) is too large", place: "")
    }
    return [TensorSpecification(shape: shape)]
  }

  /// The weights for such inputs; throws `GraphError` where they do not fit.
  public func weights(for inputs: [TensorSpecification]) throws(GraphError) -> [WeightSpecification] {
    let (query, value, key) = try shapes(of: inputs)
    let queryLength = try query.lastLength(axis: -1)
    let length = outputLength ?? queryLength
    let kernels = [
      ("query", [queryLength, heads, keyDimension], 1),
      ("key", [try key.lastLength(axis: -1), heads, keyDimension], 1),
      ("value", [try value.lastLength(axis: -1), heads, valueDimension], 1),
      ("attention_output", [heads, valueDimension, length], 2),
    ]
    var weights: [WeightSpecification] = []
    for (name, shape, summedAxes) in kernels {
      guard Shape.elementCount(of: shape) != nil else {
        throw .shape("a kernel of \(JSONValue.integers(shape).summary) is too large", place: "")
      }
      weights.append(
        WeightSpecification(name: name + "/kernel", shape: shape, initializer: kernelInitializer))
      guard useBias else { continue }
      weights.append(
        WeightSpecification(
          name: name + "/bias", shape: Array(shape.dropFirst(summedAxes)), initializer: biasInitializer))
    }
    return weights
  }

  private func shapes(
    of inputs: [TensorSpecification]
  ) throws(GraphError) -> (query: Shape, value: Shape, key: Shape) {
    guard inputs.count == 2 || inputs.count == 3 else {
      throw .shape(
        "MultiHeadAttention takes a query, a value and a key and got \(inputs.count) inputs", place: "")
    }
    for input in inputs where input.shape.rank != 2 {
      throw .unsupported(
        "attention over an input of shape \(input.shape.description)", place: "",
        supported: "inputs of shape (batch, steps, length)")
    }
    return (inputs[0].shape, inputs[1].shape, inputs.count == 3 ? inputs[2].shape : inputs[1].shape)
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [
      ("num_heads", .integer(heads)), ("key_dim", .integer(keyDimension)),
      ("value_dim", .integer(valueDimension)), ("dropout", .float(dropout)), ("use_bias", .bool(useBias)),
      ("output_shape", outputLength.map { .integers([$0]) } ?? .null), ("attention_axes", .null),
      ("kernel_initializer", kernelInitializer.configuration),
      ("bias_initializer", biasInitializer.configuration),
    ]
  }
}
