import SwiftletGraph
import SwiftletTraining
import Testing

@Suite struct FitTests {
  private func data(_ rows: Int = 70) throws -> Dataset {
    try Dataset(
      inputs: Tensor(shape: [rows, 6], elements: noise(rows * 6, seed: 4)), labels: (0..<rows).map { $0 % 3 })
  }

  private func trainer(@SequentialBuilder _ layers: () -> [any Layer]) throws -> Trainer {
    try Trainer(
      Sequential(input: [6], layers: layers), loss: .sparseCategoricalCrossentropy(fromLogits: true),
      optimizer: .adam(learningRate: 0.01))
  }

  @Test("batches and epochs are reported in order, the last batch smaller, and losses are means over rows")
  func reports() throws {
    var trainer = try trainer { Dense(3) }
    var batches: [String] = []
    var epochs: [String] = []
    let before = try #require(trainer.evaluate(data(64))["loss"])
    var firstLoss = 0.0
    try trainer.fit(
      data(), epochs: 2, batchSize: 32, shuffle: false,
      onBatch: {
        if batches.count == 1 { firstLoss = $0.loss }
        batches.append("\($0.epoch)/\($0.epochs) \($0.batch)/\($0.batches)")
      }, onEpoch: { epochs.append("\($0.epoch)/\($0.epochs) \($0["loss"] == nil)") })
    #expect(batches == ["1/2 1/3", "1/2 2/3", "1/2 3/3", "2/2 1/3", "2/2 2/3", "2/2 3/3"])
    #expect(epochs == ["1/2 false", "2/2 false"])
    #expect(trainer.stepCount == 6 && trainer.epochCount == 2)
    #expect(abs(firstLoss - before) < 0.1 && firstLoss != before)
  }

  @Test("training stops when asked, after that batch")
  func stopping() throws {
    var trainer = try trainer { Dense(3) }
    var asked = 0
    let history = try trainer.fit(
      data(), epochs: 5, batchSize: 10,
      shouldStop: {
        asked += 1
        return asked == 9
      })
    #expect(trainer.stepCount == 9 && history.epochCount == 2)
  }

  @Test(
    "a batch of all rows and one of one row both see every row once an epoch", arguments: [1, 7, 70, 1000])
  func batchSizes(batchSize: Int) throws {
    var trainer = try trainer { Dense(3) }
    try trainer.fit(data(), epochs: 2, batchSize: batchSize)
    #expect(trainer.stepCount == 2 * ((70 + batchSize - 1) / batchSize))
  }

  @Test("evaluation and prediction do not depend on the batch")
  func evaluation() throws {
    var trainer = try trainer {
      Dense(9, activation: .gelu)
      Dropout(0.5)
      Dense(3)
    }
    try trainer.fit(data(), epochs: 2)
    let whole = try trainer.predict(data().inputs[0], batchSize: 70)
    let results = try trainer.evaluate(data(), batchSize: 70)
    for batchSize in [1, 3, 64] {
      #expect(try trainer.predict(data().inputs[0], batchSize: batchSize) == whole)
      let parts = try trainer.evaluate(data(), batchSize: batchSize)
      #expect(parts["accuracy"] == results["accuracy"])
      #expect(abs((parts["loss"] ?? .nan) - (results["loss"] ?? .nan)) < 1e-12)
    }
  }

  @Test("validation data and a split of the last rows give the same history")
  func validation() throws {
    var split = try trainer { Dense(3) }
    try split.fit(data(), epochs: 3, validationSplit: 0.3)
    var given = try trainer { Dense(3) }
    try given.fit(
      data().rows(Array(0..<49)), epochs: 3, validation: data().rows(Array(49..<70)))
    #expect(split.history == given.history)
    #expect(split.history.names == ["loss", "accuracy", "val_loss", "val_accuracy"])
    #expect(split.weights.entries.map(\.tensor) == given.weights.entries.map(\.tensor))
  }

  @Test("a layer that is frozen keeps its weights while those before and behind it learn")
  func frozen() throws {
    guard let shape = Shape([6]) else { throw TrainingError.data("shape", place: "test") }
    let network = try Network(
      name: "frozen", isSequential: true,
      layers: [
        .init(name: "input", layer: InputLayer(TensorSpecification(shape: shape))),
        .init(name: "first", layer: Dense(5, activation: .tanh)),
        .init(name: "middle", layer: Dense(5, activation: .tanh), isTrainable: false),
        .init(name: "last", layer: Dense(3)),
      ],
      nodes: (0..<4).map { .init(layer: $0, inputs: $0 == 0 ? [] : [.init(node: $0 - 1)]) },
      inputs: [.init(node: 0)], outputs: [.init(node: 3)])
    var trainer = try Trainer(
      network, loss: .sparseCategoricalCrossentropy(fromLogits: true), optimizer: .sgd(learningRate: 0.1))
    let before = trainer.weights
    try trainer.fit(data(), epochs: 1)
    for layer in ["first", "middle", "last"] {
      #expect((trainer.weights[layer, "kernel"] == before[layer, "kernel"]) == (layer == "middle"))
    }
  }

  @Test("dropout drops its share, keeps the mean, and sends gradients back through what it kept")
  func dropout() throws {
    let count = 4000
    var trainer = try Trainer(
      Sequential(input: [1]) {
        Dense(count, useBias: false)
        Dropout(0.25)
      }, loss: .meanSquaredError, optimizer: .sgd(), metrics: [], seed: 3)
    let ones = try Tensor(shape: [1, count], elements: [Float](repeating: 1, count: count))
    try trainer.weights.set(ones, layer: "dense", weight: "kernel")
    let data = try Dataset(
      inputs: Tensor(shape: [1, 1], elements: [1]),
      targets: Tensor(shape: [1, count], elements: [Float](repeating: 0, count: count)))
    // Of y = x m with m 0 or 4/3, the gradient of mean(y^2) at x = 1 is 2 m^2 / count.
    let gradient = try #require(trainer.gradients(of: data)["dense", "kernel"]).elements
    let kept = 2 * (4.0 / 3) * (4.0 / 3) / Float(count)
    #expect(gradient.allSatisfy { $0 == 0 || abs($0 - kept) < 1e-9 })
    let dropped = gradient.count { $0 == 0 }
    #expect(abs(dropped - count / 4) < 120)
    // Prediction drops nothing, and the next step drops others.
    #expect(try trainer.predict(data.inputs[0]) == ones)
    try trainer.fit(data, epochs: 1)
    #expect(
      try #require(trainer.gradients(of: data)["dense", "kernel"]).elements.map { $0 == 0 }
        != gradient.map { $0 == 0 })
  }

  @Test("binary accuracy counts single outputs against their threshold")
  func binaryAccuracy() throws {
    var trainer = try Trainer(
      Sequential(input: [2]) { Dense(2, useBias: false) }, loss: .meanSquaredError, optimizer: .sgd(),
      metrics: [BinaryAccuracy(), BinaryAccuracy(name: "strict", threshold: 0.9)])
    try trainer.weights.set(Tensor(shape: [2, 2], elements: [1, 0, 0, 1]), layer: "dense", weight: "kernel")
    let data = try Dataset(
      inputs: Tensor(shape: [2, 2], elements: [0.8, 0.2, 0.4, 0.95]),
      targets: Tensor(shape: [2, 2], elements: [1, 0, 1, 1]))
    let run = try trainer.fit(data, epochs: 1)
    #expect(run["binary_accuracy"] == [0.75])
    #expect(run["strict"] == [0.5])
    #expect(throws: TrainingError.self) {
      _ = try Trainer(
        Sequential(input: [2]) { Dense(2) }, loss: .meanSquaredError, optimizer: .sgd(),
        metrics: [.accuracy, .accuracy])
    }
  }
}

@Suite struct LastStepTests {
  @Test("a last step that takes the weights beyond all numbers is an error, and leaves the trainer as it was")
  func divergedAtTheEnd() throws {
    let data = try iris()
    var trainer = try Trainer(
      Sequential(input: [4]) {
        Dense(8, activation: .relu)
        Dense(3)
      }, loss: .sparseCategoricalCrossentropy(fromLogits: true), optimizer: .adam(learningRate: 1e36))
    let before = trainer.weights.entries.map(\.tensor)
    let error = #expect(throws: TrainingError.self) {
      try trainer.fit(data, epochs: 1, batchSize: data.rowCount)
    }
    #expect(error?.description.contains("diverged") == true)
    #expect(trainer.weights.entries.map(\.tensor) == before && trainer.history.epochCount == 0)
  }

  @Test("a batch that no memory holds is an error")
  func enormousBatch() throws {
    var trainer = try Trainer(
      Sequential(input: [1]) {
        Dense(1 << 20)
        Dense(1)
      }, loss: .meanSquaredError, optimizer: .sgd())
    let rows = 1 << 20
    let zeros = try Tensor(shape: [rows, 1], elements: [Float](repeating: 0, count: rows))
    let error = #expect(throws: TrainingError.self) {
      try trainer.fit(Dataset(inputs: zeros, targets: zeros), epochs: 1, batchSize: rows)
    }
    #expect(error?.description.contains("batchSize") == true)
  }
}

@Suite struct InitializerTests {

  static let cases: [(initializer: Initializer, variance: Double, isUniform: Bool)] = [
    (.glorotUniform, 2.0 / 500, true), (.heUniform, 2.0 / 300, true), (.lecunUniform, 1.0 / 300, true),
    (.glorotNormal, 2.0 / 500, false), (.heNormal, 2.0 / 300, false), (.lecunNormal, 1.0 / 300, false),
  ]

  @Test(
    "uniform initializers reach their limit and no further, normal ones have their deviation and are cut",
    arguments: cases.indices)
  func spread(index: Int) throws {
    let (initializer, variance, isUniform) = Self.cases[index]
    let trainer = try Trainer(
      Sequential(input: [300]) {
        Dense(200, kernelInitializer: initializer, biasInitializer: .constant(0.5))
      },
      loss: .meanSquaredError, optimizer: .sgd())
    let values = try #require(trainer.weights["dense", "kernel"]).elements.map { Double($0) }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let square = values.reduce(0) { $0 + $1 * $1 } / count
    let deviation = variance.squareRoot()
    #expect(abs(mean) < 0.02 * deviation)
    #expect(abs((square - mean * mean) / variance - 1) < 0.02)
    let limit = isUniform ? 3.0.squareRoot() * deviation : 2 * deviation / 0.87962566103423978
    let largest = values.map { abs($0) }.max() ?? 0
    #expect(largest <= limit * 1.000001 && largest > limit * 0.995)
    #expect(trainer.weights["dense", "bias"]?.elements == [Float](repeating: 0.5, count: 200))
  }
}
