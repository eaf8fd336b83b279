import Foundation
import FixtureFiles
import SwiftletGraph
import SwiftletNumPy
import SwiftletPretrained
import Testing

private let activations = ["sigmoid", "sigmoid", "softmax"]

private func chain(_ file: String) throws -> DenseChain {
  try recognizeDenseChain(
    PretrainedFile(contentsOf: fixturePath("pretrained/" + file)).tensors, activations: activations)
}

/// The chain by the book, in float64.
private func predict(_ chain: DenseChain, _ row: [Double]) throws -> [Double] {
  var values = row
  for layer in chain.layers {
    var sums = try #require(layer.bias).map { Double($0) }
    for (input, value) in values.enumerated() {
      for output in sums.indices {
        sums[output] += value * Double(layer.kernel[input * layer.outputs + output])
      }
    }
    switch layer.activation {
    case .sigmoid: values = sums.map { 1 / (1 + exp(-$0)) }
    default:
      let powers = sums.map { exp($0 - (sums.max() ?? 0)) }
      values = powers.map { $0 / powers.reduce(0, +) }
    }
  }
  return values
}

@Test(
  "a chain predicts what the Python that trained it predicted",
  arguments: ["digits_p2.pkl", "digits_p5.pkl", "digits_list.pkl", "digits_torch_order.pkl", "digits.npz"])
func predictsAsPython(file: String) throws {
  let chain = try chain(file)
  let inputs = try NumPyArray(contentsOf: fixturePath("pretrained/predict_inputs.npy"))
  let expected = try NumPyArray(contentsOf: fixturePath("pretrained/predict_expected.npy")).float64Values()
  let rows = inputs.float64Values()
  #expect(inputs.shape == [20, 64])
  for row in 0..<20 {
    let outputs = try predict(chain, [Double](rows[(row * 64)..<(row * 64 + 64)]))
    for (output, value) in outputs.enumerated() {
      #expect(abs(value - expected[row * 10 + output]) < 1e-6, "row \(row), output \(output)")
    }
  }
  #expect(chain.layers.map(\.wasTransposed) == [Bool](repeating: file.contains("torch"), count: 3))
}

@Test("a chain makes the network that Keras would build of it")
func makesNetwork() throws {
  let network = try chain("digits_p4.pkl").network()
  #expect(network.isSequential)
  #expect(network.layers.map(\.name) == ["input_layer", "dense", "dense_1", "dense_2"])
  #expect(network.parameterCount == 64 * 50 + 50 + 50 * 100 + 100 + 100 * 10 + 10)
  let chain = try chain("digits_p4.pkl")
  for (layer, made) in zip(chain.layers, network.layers.dropFirst()) {
    #expect(made.weights.map(\.name) == ["kernel", "bias"])
    #expect(made.weights.map(\.shape) == [layer.kernelShape, [layer.outputs]])
    #expect((made.layer as? Dense)?.activation == layer.activation)
  }
}

/// Tensors whose values count up, of `shapes` by path.
private func tensors(_ shapes: [(String, [Int])]) throws -> [NamedTensor] {
  try shapes.map { name, shape in
    NamedTensor(
      path: name.split(separator: "/").map(String.init),
      array: try NumPyArray((0..<shape.reduce(1, *)).map { Float($0) }, shape: shape))
  }
}

private func names(_ shapes: [(String, [Int])], orientation: KernelOrientation? = nil) throws -> [String] {
  let tensors = try tensors(shapes)
  let kernels = tensors.filter { $0.array.shape.count == 2 && !$0.name.contains("b") }.count
  let chain = try recognizeDenseChain(
    tensors, activations: [String](repeating: "relu", count: kernels), orientation: orientation)
  return chain.layers.map {
    "\($0.kernelName) \($0.biasName ?? "-") \($0.inputs)>\($0.outputs)" + ($0.wasTransposed ? "T" : "")
  }
}

@Test("kernels and biases find each other by number or by order, whatever they are called")
func pairsTensors() throws {
  #expect(
    try names([("b2", [2]), ("W2", [3, 2]), ("b1", [3]), ("W1", [4, 3])]) == ["W1 b1 4>3", "W2 b2 3>2"])
  #expect(try names([("W10", [3, 2]), ("W9", [4, 3])]) == ["W9 - 4>3", "W10 - 3>2"])
  #expect(
    try names([("weights/0", [4, 3]), ("weights/1", [3, 2]), ("bias/0", [3]), ("bias/1", [2])])
      == ["weights/0 bias/0 4>3", "weights/1 bias/1 3>2"])
  #expect(try names([("0", [4, 3]), ("1", [3]), ("2", [3, 2]), ("3", [2])]) == ["0 1 4>3", "2 3 3>2"])
  #expect(
    try names([("0/0", [4, 3]), ("0/1", [3]), ("1/0", [3, 2]), ("1/1", [2])])
      == ["0/0 0/1 4>3", "1/0 1/1 3>2"])
  #expect(
    try names([("W1", [4, 3]), ("b1", [1, 3]), ("W2", [3, 1]), ("b2", [1, 1])]) == ["W1 b1 4>3", "W2 b2 3>1"])
  #expect(
    try names([("W1", [3, 4]), ("b1", [3, 1]), ("W2", [2, 3]), ("b2", [2, 1])]) == [
      "W1 b1 4>3T", "W2 b2 3>2T",
    ])
  #expect(try names([("W", [4, 3]), ("b", [3]), ("rate", [])]) == ["W b 4>3"])
}

@Test("a kernel is transposed where only its transpose fits, and a square one goes with the others")
func orientsKernels() throws {
  #expect(
    try names([("W1", [4, 3]), ("W2", [2, 3]), ("W3", [2, 5])]) == ["W1 - 4>3", "W2 - 3>2T", "W3 - 2>5"])
  #expect(
    try names([("W1", [3, 4]), ("b1", [3]), ("W2", [3, 3]), ("b2", [3])]) == ["W1 b1 4>3T", "W2 b2 3>3T"])
  #expect(
    try names([("W1", [4, 3]), ("b1", [3]), ("W2", [3, 3]), ("b2", [3])]) == ["W1 b1 4>3", "W2 b2 3>3"])
  #expect(try names([("W1", [3, 3]), ("W2", [3, 3])]) == ["W1 - 3>3", "W2 - 3>3"])
  #expect(try names([("W1", [3, 3])], orientation: .outputsFirst) == ["W1 - 3>3T"])
  #expect(
    try names([("W1", [4, 3]), ("W2", [3, 4])], orientation: .inputsFirst) == ["W1 - 4>3", "W2 - 3>4"])
  #expect(
    try names([("W1", [4, 3]), ("W2", [3, 4])], orientation: .outputsFirst) == ["W1 - 3>4T", "W2 - 4>3T"])
  let turned = try recognizeDenseChain(tensors([("W1", [2, 3]), ("b1", [2])]), activations: ["linear"])
  #expect(turned.layers[0].kernel == [0, 3, 1, 4, 2, 5])
  #expect(turned.layers[0].kernelShape == [3, 2])
}

@Test("tensors that make no chain, or two, are an error that shows them")
func refusesChains() throws {
  let cases: [([(String, [Int])], String)] = [
    ([("W1", [4, 3]), ("W2", [3, 4])], "4 → 3 → 4 or 3 → 4 → 3"), ([("W1", [4, 3])], "4 → 3 or 3 → 4"),
    ([("W1", [4, 3]), ("W2", [5, 6])], "W1 (4, 3), W2 (5, 6)"),
    ([("W1", [4, 3]), ("b1", [5])], "b1 (5,)"),
    ([("W1", [4, 3]), ("W2", [3, 2]), ("b1", [3])], "2 kernels and 1 biases"),
    ([("W1", [4, 3]), ("W2", [3, 2]), ("b1", [3]), ("b3", [2])], "do not pair"),
    ([("b1", [3])], "no two-dimensional"), ([("W1", [4])], "W1 (4,)"), ([("W1", [2, 3, 4])], "W1 (2, 3, 4)"),
    ([("W1", [0, 3])], "W1 (0, 3)"), ([("b1", [4, 3])], "b1 (4, 3)"), ([], "no two-dimensional"),
  ]
  for (shapes, text) in cases {
    let error = #expect(throws: ArrayFileError.self) { try names(shapes) }
    #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
  }
}

@Test("activations are as many as kernels, and known")
func checksActivations() throws {
  let tensors = try tensors([("W1", [4, 3]), ("b1", [3])])
  for (activations, text) in [
    ([], "W1"), (["relu", "relu"], "2 activations for 1 layers"), (["rlu"], "softmax"),
  ] {
    let error = #expect(throws: ArrayFileError.self) {
      try recognizeDenseChain(tensors, activations: activations)
    }
    #expect(error?.kind == .argument)
    #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
  }
}
