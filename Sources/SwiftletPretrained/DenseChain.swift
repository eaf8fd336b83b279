import SwiftletGraph
import SwiftletNumPy

/// Dense layers one after another, made of kernels and biases that somebody trained elsewhere.
///
///     let file = try PretrainedFile(contentsOf: "weights.pkl")
///     let chain = try recognizeDenseChain(file.tensors, activations: ["sigmoid", "sigmoid", "softmax"])
///     let network = try chain.network()
public struct DenseChain: Sendable, Hashable {
  /// One layer: `activation(x · kernel + bias)`.
  public struct Layer: Sendable, Hashable {
    /// The name of the tensor that the kernel came from.
    public let kernelName: String
    /// The name of the tensor that the bias came from.
    public let biasName: String?
    /// The length of an input row.
    public let inputs: Int
    /// The length of an output row.
    public let outputs: Int
    /// The kernel, shape [inputs, outputs] in C order.
    public let kernel: [Float]
    /// The bias, shape [outputs]; nil where the layer has none.
    public let bias: [Float]?
    /// What is applied to the sums.
    public let activation: Activation
    /// Whether the file has the kernel as [outputs, inputs].
    public let wasTransposed: Bool

    /// The kernel's shape, `[inputs, outputs]`.
    public var kernelShape: [Int] { [inputs, outputs] }
  }

  /// The layers, from the input on; at least one.
  public let layers: [Layer]

  /// The graph of these layers; its weights are the layers' `kernel` and `bias`, in order.
  ///
  /// - Throws: `GraphError` where an activation has no meaning on rows.
  public func network(name: String = "sequential") throws(GraphError) -> Network {
    guard let first = layers.first, let shape = Shape([first.inputs]) else {
      throw .shape("no layer with inputs", place: "network '\(name)'")
    }
    return try Network.sequential(
      name: name, input: TensorSpecification(shape: shape, dataType: .float32),
      layers: layers.map { Dense($0.outputs, activation: $0.activation, useBias: $0.bias != nil) })
  }
}

/// Which way a file has its kernels.
public enum KernelOrientation: Sendable, Hashable {
  /// `[inputs, outputs]`, as Keras has them.
  case inputsFirst
  /// `[outputs, inputs]`, as PyTorch has them.
  case outputsFirst
}

/// Makes a chain of Dense layers of `tensors`, whatever they are called.
///
/// Two-dimensional tensors are kernels and one-dimensional ones biases (a bias may also be one row or column,
/// where its name says that it is a bias). Those that share a number in their names belong together and
/// follow each other by number; without numbers, the file's order counts. A kernel is transposed where only
/// its transpose fits. A square kernel fits either way: it is taken as the others are, and as it is where
/// there are no others. Single values are left aside.
///
/// - Parameters:
///   - tensors: the kernels and biases, and nothing else but single values.
///   - activations: the layers' activations by Keras's names, as many as kernels.
///   - orientation: which way the kernels are; needed only where both ways make a chain.
/// - Throws: `ArrayFileError` of kind `argument` that names the tensors and the choices, or `unsupported`
///   for tensors of three and more dimensions.
public func recognizeDenseChain(
  _ tensors: [NamedTensor], activations: [String], orientation: KernelOrientation? = nil
) throws(ArrayFileError) -> DenseChain {
  let pairs = try DensePairs(tensors).pairs
  guard pairs.count == activations.count else {
    throw chainError(
      "\(activations.count) activations for \(pairs.count) layers",
      "one for each of " + pairs.map(\.kernel.name).joined(separator: ", "))
  }
  let functions = try activations.map { name throws(ArrayFileError) in
    guard let function = Activation(name: name) else {
      throw chainError(
        "activation '\(shown(name.utf8))'", Activation.supportedNames.joined(separator: ", "))
    }
    return function
  }
  let turned = try denseOrientations(pairs, orientation: orientation)
  var layers: [DenseChain.Layer] = []
  for (index, pair) in pairs.enumerated() {
    let rows = pair.kernel.array.shape[0]
    let columns = pair.kernel.array.shape[1]
    let values = pair.kernel.array.float32Values()
    layers.append(
      DenseChain.Layer(
        kernelName: pair.kernel.name, biasName: pair.bias?.name, inputs: turned[index] ? columns : rows,
        outputs: turned[index] ? rows : columns,
        kernel: turned[index] ? transposed(values, rows: rows, columns: columns) : values,
        bias: pair.bias?.array.float32Values(), activation: functions[index],
        wasTransposed: turned[index]))
  }
  return DenseChain(layers: layers)
}

/// `values`, a matrix of `rows` rows, with rows and columns exchanged.
private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
  var result: [Float] = []
  result.reserveCapacity(values.count)
  for column in 0..<columns {
    for row in 0..<rows { result.append(values[row * columns + column]) }
  }
  return result
}

func chainError(_ found: String, _ supported: String) -> ArrayFileError {
  ArrayFileError(.argument, place: "dense chain", found: found, supported: supported)
}
