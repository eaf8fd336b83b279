import SwiftletGraph
import SwiftletTraining
import Testing

private let activations: [(name: String, activation: Activation)] = [
  ("linear", .linear), ("relu", .relu),
  ("relu_options", .relu(negativeSlope: 0.1, maxValue: 2, threshold: 1)), ("relu6", .relu6),
  ("leaky_relu", .leakyReLU(negativeSlope: 0.2)), ("leaky_relu_negative", .leakyReLU(negativeSlope: -0.3)),
  ("elu", .elu), ("elu_alpha", .elu(alpha: 0.4)), ("selu", .selu), ("sigmoid", .sigmoid), ("tanh", .tanh),
  ("softplus", .softplus), ("softsign", .softsign), ("gelu", .gelu),
  ("gelu_approximate", .gelu(approximate: true)),
  ("silu", .silu), ("exponential", .exponential), ("hard_sigmoid", .hardSigmoid),
  ("legacy_hard_sigmoid", .legacyHardSigmoid), ("softmax", .softmax), ("softmax_axis_1", .softmax(axis: 1)),
]

@Suite struct GradientTests {
  struct ActivationCase: Decodable {
    let name: String
    let x: Vector
    let t: Vector
    let y: Vector
    let gradient: Vector
  }

  /// One row of 1 through a kernel that holds x makes x the output of a layer, and so its gradient that of a
  /// weight.
  @Test("every activation and its gradient agree with Keras within 1e-5", arguments: activations.indices)
  func activation(index: Int) throws {
    let (name, activation) = activations[index]
    let all = try vectors("activations", as: ActivationCase.self)
    #expect(all.count == activations.count)
    let given = try #require(all.first { $0.name == name })
    let data = try Dataset(inputs: Tensor(shape: [1, 1], elements: [1]), targets: given.t.tensor())
    var trainer = try makeTrainer(
      Sequential(input: [1]) {
        Dense(48, useBias: false)
        Reshape([6, 8])
        ActivationLayer(activation)
      }, .meanSquaredError)
    let kernel = try Tensor(shape: [1, 48], elements: given.x.floats)
    try trainer.weights.set(kernel, layer: "dense", weight: "kernel")
    expectClose(try trainer.predict(data.inputs[0]).elements, given.y.floats, within: 1e-5, name)
    let gradient = try #require(trainer.gradients(of: data)["dense", "kernel"])
    expectClose(gradient.elements, given.gradient.floats, within: 1e-5, name)
    // And again within a Dense layer, where the product may apply it itself.
    guard name != "softmax_axis_1" else { return }
    var fused = try makeTrainer(
      Sequential(input: [1]) {
        if name == "softmax" {
          Dense(48, useBias: false)
          Reshape([6, 8])
          Dense(8, activation: activation, useBias: false)
        } else {
          Dense(48, activation: activation, useBias: false)
          Reshape([6, 8])
        }
      }, .meanSquaredError)
    try fused.weights.set(kernel, layer: "dense", weight: "kernel")
    if name == "softmax" {
      let identity = try Tensor(shape: [8, 8], elements: (0..<64).map { $0 % 9 == 0 ? 1 : 0 })
      try fused.weights.set(identity, layer: "dense_1", weight: "kernel")
    }
    let again = try #require(fused.gradients(of: data)["dense", "kernel"])
    expectClose(again.elements, given.gradient.floats, within: 1e-5, "\(name) in Dense")
  }

  @Test("a leaky ReLU of slope 0 passes back what a ReLU does", arguments: [true, false])
  func leakyWithoutSlope(isFused: Bool) throws {
    func gradient(_ activation: Activation) throws -> [Float] {
      var trainer = try makeTrainer(
        Sequential(input: [1]) {
          Dense(6, activation: isFused ? activation : .linear, useBias: false)
          if !isFused { ActivationLayer(activation) }
        }, .meanSquaredError)
      let kernel = try Tensor(shape: [1, 6], elements: [-2, -1, -0.5, 0.5, 1, 2])
      try trainer.weights.set(kernel, layer: "dense", weight: "kernel")
      let data = try Dataset(
        inputs: Tensor(shape: [1, 1], elements: [1]),
        targets: Tensor(shape: [1, 6], elements: [9, 9, 9, 9, 9, 9]))
      return try #require(trainer.gradients(of: data)["dense", "kernel"]).elements
    }
    let expected = try gradient(.relu)
    #expect(expected[0] == 0 && expected[5] != 0)
    #expect(try gradient(.leakyReLU(negativeSlope: 0)) == expected)
  }

  struct LossCase: Decodable {
    let name: String
    let outputs: Vector
    let targets: Vector
    let loss: Double
    let gradient: Vector
  }

  static let losses: [(name: String, loss: any Loss)] = [
    ("sparse_logits", .sparseCategoricalCrossentropy(fromLogits: true)),
    ("sparse_logits_huge", .sparseCategoricalCrossentropy(fromLogits: true)),
    ("sparse_probabilities", .sparseCategoricalCrossentropy()),
    ("sparse_unnormalized", .sparseCategoricalCrossentropy()),
    ("categorical_logits", .categoricalCrossentropy(fromLogits: true)),
    ("categorical_logits_soft", .categoricalCrossentropy(fromLogits: true)),
    ("categorical_logits_light", .categoricalCrossentropy(fromLogits: true)),
    ("categorical_probabilities", .categoricalCrossentropy()),
    ("categorical_unnormalized", .categoricalCrossentropy()),
    ("binary_logits", .binaryCrossentropy(fromLogits: true)), ("binary_probabilities", .binaryCrossentropy()),
    ("mse", .meanSquaredError), ("mae", .meanAbsoluteError),
  ]

  /// A row of the identity picks a row of the kernel, so that the kernel is what comes out.
  @Test("every loss and its gradient agree with Keras within 1e-5", arguments: losses.indices)
  func loss(index: Int) throws {
    let (name, loss) = Self.losses[index]
    let all = try vectors("losses", as: LossCase.self)
    #expect(all.count == Self.losses.count)
    let given = try #require(all.first { $0.name == name })
    let (rows, width) = (given.outputs.shape[0], given.outputs.shape[1])
    let identity = try Tensor(
      shape: [rows, rows], elements: (0..<rows * rows).map { $0 % (rows + 1) == 0 ? 1 : 0 })
    let data =
      loss.takesLabels
      ? try Dataset(inputs: identity, labels: given.targets.values.map { Int($0) })
      : try Dataset(inputs: identity, targets: given.targets.tensor())
    var trainer = try makeTrainer(Sequential(input: [rows]) { Dense(width, useBias: false) }, loss)
    try trainer.weights.set(given.outputs.tensor(), layer: "dense", weight: "kernel")
    let value = try #require(trainer.evaluate(data)["loss"])
    #expect(abs(value - given.loss) <= 1e-5 * max(1, abs(given.loss)), "\(name): \(value), not \(given.loss)")
    let gradient = try #require(trainer.gradients(of: data)["dense", "kernel"])
    expectClose(gradient.elements, given.gradient.floats, within: 1e-5, name)
  }

  struct NetworkCase: Decodable {
    let name: String
    let weights: [Vector]
    let x: Vector
    let t: Vector
    let y: Vector
    let loss: Double
    let gradients: [Vector]
  }

  @Test(
    "whole networks agree with JAX within 1e-5: a shared layer, softmax on probabilities, inner axes",
    arguments: ["shared", "deep", "inner"])
  func network(name: String) throws {
    let given = try #require(vectors("networks", as: NetworkCase.self).first { $0.name == name })
    var trainer: Trainer
    switch name {
    case "shared":
      trainer = try Trainer(
        sharedNetwork(), loss: .sparseCategoricalCrossentropy(fromLogits: true), optimizer: .sgd(),
        metrics: [])
    case "deep":
      trainer = try makeTrainer(
        Sequential(input: [7]) {
          Dense(19, activation: .gelu)
          Dense(6, activation: .silu)
          Dense(4, activation: .softmax)
        }, .sparseCategoricalCrossentropy())
    default:
      trainer = try makeTrainer(
        Sequential(input: [2, 3, 4]) {
          Dense(6, activation: .tanh)
          Dense(3)
        }, .meanSquaredError)
    }
    for (entry, weight) in zip(trainer.weights.entries, given.weights) {
      try trainer.weights.set(weight.tensor(), layer: entry.layer, weight: entry.name)
    }
    let data =
      name == "inner"
      ? try Dataset(inputs: given.x.tensor(), targets: given.t.tensor())
      : try Dataset(inputs: given.x.tensor(), labels: given.t.values.map { Int($0) })
    expectClose(try trainer.predict(data.inputs[0]).elements, given.y.floats, within: 1e-5, "outputs")
    let loss = try #require(trainer.evaluate(data, batchSize: 4)["loss"])
    #expect(abs(loss - given.loss) < 1e-5)
    let gradients = try trainer.gradients(of: data)
    #expect(gradients.entries.count == given.gradients.count)
    for (entry, wanted) in zip(gradients.entries, given.gradients) {
      expectClose(entry.tensor.elements, wanted.floats, within: 1e-5, "\(entry.layer)/\(entry.name)")
    }
  }

  /// One dense layer called twice, one after the other.
  private func sharedNetwork() throws -> Network {
    guard let shape = Shape([5]) else { throw TrainingError.data("shape", place: "test") }
    return try Network(
      name: "shared",
      layers: [
        .init(name: "input", layer: InputLayer(TensorSpecification(shape: shape))),
        .init(name: "twice", layer: Dense(5, activation: .tanh)), .init(name: "last", layer: Dense(3)),
      ],
      nodes: [
        .init(layer: 0, inputs: []), .init(layer: 1, inputs: [.init(node: 0)]),
        .init(layer: 1, inputs: [.init(node: 1)]), .init(layer: 2, inputs: [.init(node: 2)]),
      ],
      inputs: [.init(node: 0)], outputs: [.init(node: 3)])
  }
}

@Suite struct CentralDifferenceTests {
  /// Losses are summed in double, but the network computes in float: with steps of 1/128 the differences are
  /// good to about 1e-4 of the loss's scale, and a wrong gradient is off by far more.
  private func compare(_ trainer: Trainer, _ data: Dataset, _ what: String) throws {
    let step: Float = 1 / 128
    let gradients = try trainer.gradients(of: data)
    #expect(!gradients.entries.isEmpty)
    for entry in gradients.entries {
      var differences: [Float] = []
      for index in entry.tensor.elements.indices {
        var losses: [Double] = []
        for side: Float in [-2, -1, 1, 2] {
          var moved = trainer
          guard var tensor = moved.weights[entry.layer, entry.name] else { continue }
          tensor.elements[index] += side * step
          try moved.weights.set(tensor, layer: entry.layer, weight: entry.name)
          losses.append(try moved.evaluate(data)["loss"] ?? .nan)
        }
        // Fourth order: the error goes with the step's fourth power.
        differences.append(
          Float((losses[0] - 8 * losses[1] + 8 * losses[2] - losses[3]) / (12 * Double(step))))
      }
      expectClose(entry.tensor.elements, differences, within: 2e-4, "\(what): \(entry.layer)/\(entry.name)")
    }
  }

  @Test(
    "smooth activations between dense layers",
    arguments: [
      Activation.sigmoid, .tanh, .softplus, .softsign, .gelu, .gelu(approximate: true), .silu, .exponential,
      .softmax,
    ])
  func smooth(activation: Activation) throws {
    let data = try Dataset(
      inputs: Tensor(shape: [6, 3], elements: noise(18, seed: 1)),
      targets: Tensor(shape: [6, 2], elements: noise(12, seed: 2)))
    let trainer = try makeTrainer(
      Sequential(input: [3]) {
        Dense(4, activation: activation)
        ActivationLayer(activation)
        Dense(2)
      }, .meanSquaredError)
    try compare(trainer, data, "\(activation)")
  }

  @Test("layers without weights, before and after those that have some")
  func layers() throws {
    let data = try Dataset(
      inputs: Tensor(shape: [5, 2, 3], elements: noise(30, seed: 3)), labels: [0, 1, 2, 3, 0])
    var trainer = try makeTrainer(
      Sequential(input: [2, 3]) {
        Normalization()
        Rescaling(scale: [1.5, -0.5, 2], offset: [0.25, 0, -1])
        Dense(4, activation: .tanh)
        Normalization(axes: [1, 2])
        Rescaling(scale: 1.7, offset: 0.1)
        Flatten()
        Reshape([4, 2])
        Normalization(invert: true)
        Dropout(0)
        Softmax(axis: 1)
        Flatten()
        Dense(4)
      }, .sparseCategoricalCrossentropy(fromLogits: true))
    try trainer.adapt(to: data)
    try compare(trainer, data, "layers")
  }
}
