import FixtureFiles
import Foundation
import SwiftletKernels
import Testing

/// Fixtures/kernels/keras.json, which Fixtures/kernels/make_keras.py wrote. Floats are bits.
struct KerasVectors: Decodable, Sendable {
  struct Activation: Decodable { var kind: String, options: [UInt32], y: [UInt32] }
  struct Softmax: Decodable { var shape: [Int], axis: Int, x: [UInt32], y: [UInt32] }
  struct Dense: Decodable { var x: [UInt32], kernel: [UInt32], bias: [UInt32], y: [UInt32] }
  struct Layers: Decodable {
    var x: [UInt32], mean: [UInt32], variance: [UInt32], normalized: [UInt32], rescaled: [UInt32],
      dense: Dense
  }
  var x: [UInt32], activations: [Activation], softmax: [Softmax], layers: Layers

  static func read() throws -> KerasVectors {
    try JSONDecoder().decode(KerasVectors.self, from: Data(fixtureBytes("kernels/keras.json")))
  }
}

let kinds = [
  "LINEAR": SWIFTLET_LINEAR, "RELU": SWIFTLET_RELU, "RELU6": SWIFTLET_RELU6,
  "LEAKY_RELU": SWIFTLET_LEAKY_RELU,
  "ELU": SWIFTLET_ELU, "SELU": SWIFTLET_SELU, "SIGMOID": SWIFTLET_SIGMOID, "TANH": SWIFTLET_TANH,
  "SOFTPLUS": SWIFTLET_SOFTPLUS, "SOFTSIGN": SWIFTLET_SOFTSIGN, "GELU": SWIFTLET_GELU,
  "GELU_TANH": SWIFTLET_GELU_TANH, "SILU": SWIFTLET_SILU, "EXPONENTIAL": SWIFTLET_EXPONENTIAL,
  "HARD_SIGMOID": SWIFTLET_HARD_SIGMOID, "HARD_SIGMOID_LEGACY": SWIFTLET_HARD_SIGMOID_LEGACY,
  "HEAVISIDE": SWIFTLET_HEAVISIDE, "SIGN": SWIFTLET_SIGN, "HARD_SILU": SWIFTLET_HARD_SILU,
]

/// Where `y` is farther than 1e-6 + 1e-6 relative from `expected`: the first place, in words.
func difference(_ y: [Float], _ expected: [Float], at x: [Float]) -> String? {
  guard y.count == expected.count else { return "\(y.count) values for \(expected.count)" }
  for i in y.indices {
    if y[i].isNaN, expected[i].isNaN { continue }
    if y[i] == expected[i] { continue }
    if abs(y[i] - expected[i]) <= 1e-6 + 1e-6 * abs(expected[i]), expected[i].isFinite { continue }
    return "\(y[i]) for \(expected[i]) at \(x[i])"
  }
  return nil
}

@Test("activations agree with Keras, special values included", arguments: instructionSets)
func kerasActivations(isa: swiftlet_isa) throws {
  let vectors = try KerasVectors.read()
  let kernels = try kernels(isa)
  let x = floats(vectors.x)
  #expect(Set(vectors.activations.map(\.kind)) == Set(kinds.keys))
  #expect(kinds.count == SWIFTLET_ACTIVATION_KINDS)
  for expected in vectors.activations {
    let kind = try #require(kinds[expected.kind])
    let options = floats(expected.options)
    let f = activation(kind, alpha: options[0], beta: options[1], threshold: options[2])
    let y = kernels.activated(f, x)
    // Keras's ReLU with a threshold gives 0 for NaN; here NaN stays.
    let expectedY = zip(x, floats(expected.y)).map { $0.isNaN ? $0 : $1 }
    #expect(difference(y, expectedY, at: x) == nil, "\(expected.kind) \(options)")
  }
}

@Test("softmax agrees with Keras along every axis", arguments: instructionSets)
func kerasSoftmax(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for expected in try KerasVectors.read().softmax {
    let x = floats(expected.x), shape = expected.shape
    let step = swiftlet_softmax(
      input: 0, output: 1, outer: shape[1..<expected.axis].reduce(1, *), axis: shape[expected.axis],
      inner: shape[(expected.axis + 1)...].reduce(1, *))
    let y = kernels.run(kernels.softmax, step, x, outputs: x.count, rows: shape[0])
    #expect(difference(y, floats(expected.y), at: x) == nil, "\(shape) axis \(expected.axis)")
  }
}

@Test("Normalization, Rescaling and Dense agree with Keras", arguments: instructionSets)
func kerasLayers(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  let layers = try KerasVectors.read().layers
  let x = floats(layers.x), mean = floats(layers.mean)
  let deviation = floats(layers.variance).map { max($0.squareRoot(), 1e-7) }
  mean.withUnsafeBufferPointer { mean in
    deviation.withUnsafeBufferPointer { deviation in
      guard let mean = mean.baseAddress, let deviation = deviation.baseAddress else { return }
      let step = swiftlet_normalize(
        input: 0, output: 1, count: 37, features: 37, mean: mean, deviation: deviation)
      let y = kernels.run(kernels.normalize, step, x, outputs: x.count, rows: 5)
      #expect(difference(y, floats(layers.normalized), at: x) == nil)
    }
  }
  withUnsafePointer(to: Float(1 / 127.5)) { scale in
    withUnsafePointer(to: Float(-1)) { offset in
      let step = swiftlet_rescale(input: 0, output: 1, count: 37, features: 1, scale: scale, offset: offset)
      let y = kernels.run(kernels.rescale, step, x, outputs: x.count, rows: 5)
      #expect(difference(y, floats(layers.rescaled), at: x) == nil)
    }
  }
  let dense = layers.dense
  let bias = floats(dense.bias)
  packed(floats(dense.kernel), inner: 19, columns: 21).withUnsafeBufferPointer { kernel in
    bias.withUnsafeBufferPointer { bias in
      guard let kernel = kernel.baseAddress else { return }
      let step = swiftlet_dense(
        input: 0, output: 1, residual: SWIFTLET_NO_SLOT, inputs: 19, outputs: 21, positions: 6,
        kernel: kernel, bias: bias.baseAddress,
        activation: activation(SWIFTLET_TANH))
      let y = kernels.run(kernels.dense, step, floats(dense.x), outputs: 252, rows: 2)
      #expect(difference(y, floats(dense.y), at: floats(dense.y)) == nil)
    }
  }
}
