import Foundation
import Swiftlet
import SwiftletGraph
import SwiftletTraining
import Testing

@Suite struct LearningTests {
  @Test("XOR is learned by two layers")
  func xor() throws {
    let data = try Dataset(
      inputs: Tensor(shape: [4, 2], elements: [0, 0, 0, 1, 1, 0, 1, 1]),
      targets: Tensor(shape: [4, 1], elements: [0, 1, 1, 0]))
    var trainer = try Trainer(
      Sequential(input: [2]) {
        Dense(8, activation: .tanh)
        Dense(1)
      }, loss: .binaryCrossentropy(fromLogits: true), optimizer: .adam(learningRate: 0.05), seed: 1)
    try trainer.fit(data, epochs: 300, batchSize: 4)
    #expect(try trainer.evaluate(data)["accuracy"] == 1)
    #expect(try #require(trainer.history["loss"].last) < 0.05)
    let outputs = try trainer.predict(data.inputs[0])
    #expect(outputs.elements.map { $0 > 0 } == [false, true, true, false])
  }

  @Test("iris is told apart in more than 9 of 10 cases that were not trained on")
  func irisAccuracy() throws {
    let (train, test) = try iris().split(seed: 3, stratified: true)
    var trainer = try Trainer(
      Sequential(input: [4]) {
        Dense(16, activation: .relu)
        Dense(3, activation: .softmax)
      }, loss: .sparseCategoricalCrossentropy(), optimizer: .adam(learningRate: 0.02), seed: 5)
    try trainer.fit(train, epochs: 60, batchSize: 16)
    #expect(try #require(trainer.evaluate(test)["accuracy"]) > 0.9)
  }

  @Test("digits are read with at least 0.96 accuracy on rows that were not trained on")
  func digitsAccuracy() throws {
    let (train, test) = try digits().split(seed: 0)
    #expect(train.rowCount == 1438 && test.rowCount == 359)
    var trainer = try Trainer(
      Sequential(input: [64]) {
        Dense(32, activation: .relu)
        Dense(16, activation: .relu)
        Dense(10)
      }, loss: .sparseCategoricalCrossentropy(fromLogits: true), optimizer: .adam(learningRate: 0.003),
      seed: 42)
    let history = try trainer.fit(train, epochs: 40, batchSize: 32, validation: test)
    #expect(history.epochCount == 40)
    #expect(history.names == ["loss", "accuracy", "val_loss", "val_accuracy"])
    let accuracy = try #require(trainer.evaluate(test)["accuracy"])
    #expect(accuracy >= 0.96)
    #expect(history["val_accuracy"].last == accuracy)
    try expectLowPrecision(trainer, test, accuracy: accuracy)
  }

  /// Less than float32 in the dense layers costs no more than two of the 359 rows.
  private func expectLowPrecision(_ trainer: Trainer, _ test: Dataset, accuracy: Double) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try trainer.export(to: path)
    guard case .labels(let labels) = test.targets[0] else { return }
    for precision in Precision.allCases {
      let model = try Model(contentsOf: path, precision: precision)
      var session = try model.makeSession(maximumBatch: test.rowCount)
      let outputs = try session.predict([test.inputs[0].elements])[0]
      let right = labels.indices.filter { row in
        let scores = outputs[row * 10..<(row + 1) * 10]
        return scores.indices.max { scores[$0] < scores[$1] }.map { $0 - row * 10 } == Int(labels[row])
      }
      let found = Double(right.count) / Double(test.rowCount)
      #expect(found >= accuracy - (precision == .float32 ? 0.0001 : 2.1 / 359), "\(precision)")
    }
  }

  @Test("momentum and Nesterov also learn the digits", arguments: [false, true])
  func momentum(nesterov: Bool) throws {
    let (train, test) = try digits().split(seed: 0)
    var trainer = try Trainer(
      Sequential(input: [64]) {
        Dense(32, activation: .tanh)
        Dense(10)
      }, loss: .sparseCategoricalCrossentropy(fromLogits: true),
      optimizer: .sgd(learningRate: 0.05, momentum: 0.9, nesterov: nesterov))
    try trainer.fit(train, epochs: 20)
    #expect(try #require(trainer.evaluate(test)["accuracy"]) >= 0.95)
  }
}

@Suite struct DeterminismTests {
  private func trainer(seed: UInt64) throws -> Trainer {
    try Trainer(
      Sequential(input: [64]) {
        Dense(24, activation: .gelu, kernelInitializer: .heNormal)
        Dense(10)
      }, loss: .sparseCategoricalCrossentropy(fromLogits: true), optimizer: .adam(), seed: seed)
  }

  @Test("the same seed gives the same weights bit for bit, another seed gives others")
  func sameBits() throws {
    let data = try digits()
    var runs: [[[Float]]] = []
    for seed: UInt64 in [7, 7, 8] {
      var trainer = try trainer(seed: seed)
      try trainer.fit(data, epochs: 2)
      runs.append(trainer.weights.entries.map(\.tensor.elements))
    }
    #expect(runs[0].map { $0.map(\.bitPattern) } == runs[1].map { $0.map(\.bitPattern) })
    #expect(runs[0] != runs[2])
  }

  @Test("two calls of fit end where one of as many epochs does")
  func continued() throws {
    let data = try digits()
    var once = try trainer(seed: 1)
    try once.fit(data, epochs: 4, validationSplit: 0.1)
    var twice = try trainer(seed: 1)
    try twice.fit(data, epochs: 1, validationSplit: 0.1)
    try twice.fit(data, epochs: 3, validationSplit: 0.1)
    #expect(once.weights.entries.map(\.tensor) == twice.weights.entries.map(\.tensor))
    #expect(once.history == twice.history)
    #expect(once.stepCount == twice.stepCount)
  }

  @Test("a split is the same for the same seed, keeps every row once, and keeps classes' shares when asked")
  func split() throws {
    let data = try iris()
    let (train, test) = try data.split(seed: 9, stratified: true)
    guard case .labels(let labels) = test.targets[0] else { return #expect(Bool(false)) }
    #expect([0, 1, 2].map { label in labels.count { $0 == label } } == [10, 10, 10])
    #expect(train.rowCount == 120)
    let again = try data.split(seed: 9, stratified: true)
    #expect(again.test.inputs == test.inputs)
    #expect(try data.split(seed: 10).test.inputs != data.split(seed: 9).test.inputs)
    let rows = (train.inputs[0].elements + test.inputs[0].elements).reduce(0, +)
    #expect(abs(rows - data.inputs[0].elements.reduce(0, +)) < 0.01)
  }

  @Test("xoshiro256** gives the numbers of its reference implementation")
  func generator() {
    // From the authors' C code, seeded through SplitMix64 with 0 (as Rust's rand_xoshiro also tests).
    var generator = SeededGenerator(seed: 0)
    #expect(
      (0..<3).map { _ in generator.next() } == [
        11_091_344_671_253_066_420, 13_793_997_310_169_335_082, 1_900_383_378_846_508_768,
      ])
  }
}
