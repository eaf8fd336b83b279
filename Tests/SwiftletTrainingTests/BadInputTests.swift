import FixtureFiles
import SwiftletGraph
import SwiftletTraining
import Testing

/// What an error says; empty where there was none.
func message(_ body: () throws(TrainingError) -> Void) -> String {
  do { try body() } catch { return error.description }
  return ""
}

@Suite struct BadInputTests {
  private func trainer(_ loss: any Loss = .sparseCategoricalCrossentropy(fromLogits: true)) throws -> Trainer
  {
    try Trainer(Sequential(input: [2]) { Dense(3) }, loss: loss, optimizer: .sgd(), metrics: [])
  }

  private func rows(_ values: [Float] = [0, 1, 2, 3, 4, 5]) throws -> Tensor {
    try Tensor(shape: [values.count / 2, 2], elements: values)
  }

  private func fitMessage(_ data: Dataset, loss: any Loss = .sparseCategoricalCrossentropy(fromLogits: true))
    throws
    -> String
  {
    var trainer = try trainer(loss)
    let before = trainer.weights.entries.map(\.tensor)
    let text = message { () throws(TrainingError) in try trainer.fit(data, epochs: 1) }
    #expect(trainer.weights.entries.map(\.tensor) == before)
    #expect(trainer.stepCount == 0)
    return text
  }

  @Test("labels that are no class, with their row")
  func labels() throws {
    #expect(
      try fitMessage(Dataset(inputs: rows(), labels: [0, 1, 3]))
        == "training data, row 2: the label is 3; the network has the classes 0 to 2")
    #expect(
      try fitMessage(Dataset(inputs: rows(), labels: [-1, 1, 2]))
        == "training data, row 0: the label is -1; the network has the classes 0 to 2")
    #expect(
      message { () throws(TrainingError) in
        _ = try Dataset(inputs: Tensor(shape: [1, 1], elements: [0]), labels: [1 << 40])
      }
        == "data, row 0: the label 1099511627776 is out of range")
    let halves = try Tensor(shape: [3], elements: [0, 0.5, 1])
    #expect(
      try fitMessage(Dataset(inputs: rows(), targets: halves))
        == "training data, row 1: the label is 0.5, not a whole number")
  }

  @Test("numbers that are not finite, with their row and column")
  func notFinite() throws {
    #expect(
      try fitMessage(Dataset(inputs: rows([0, 1, 2, .nan, 4, 5]), labels: [0, 1, 2]))
        == "training data, row 1: column 1 is nan")
    #expect(
      try fitMessage(Dataset(inputs: rows([0, 1, 2, 3, -.infinity, 5]), labels: [0, 1, 2]))
        == "training data, row 2: column 0 is -inf")
    let wide = try Tensor(shape: [40, 2], elements: (0..<80).map { $0 == 33 ? .infinity : 1 })
    #expect(
      try fitMessage(Dataset(inputs: wide, labels: [Int](repeating: 0, count: 40)))
        == "training data, row 16: column 1 is inf")
    let targets = try Tensor(shape: [3, 3], elements: [0, 0, 0, 0, 0, 0, 0, 0, .nan])
    #expect(
      try fitMessage(Dataset(inputs: rows(), targets: targets), loss: .meanSquaredError)
        == "training data (targets), row 2: column 2 is nan")
  }

  @Test("lengths and shapes that do not fit")
  func shapes() throws {
    let inputs = try rows()
    #expect(
      message { () throws(TrainingError) in _ = try Dataset(inputs: inputs, labels: [0, 1]) }
        == "data: there are 2 labels for 3 rows")
    #expect(
      message { () throws(TrainingError) in
        _ = try Dataset(inputs: inputs, targets: Tensor(shape: [2, 1], elements: [0, 1]))
      } == "data: there are 2 targets for 3 rows")
    #expect(
      message { () throws(TrainingError) in
        _ = try Dataset(inputs: Tensor(shape: [0, 2], elements: []), labels: [])
      } == "data: there are no rows")
    let wide = try Tensor(shape: [2, 3], elements: [0, 1, 2, 3, 4, 5])
    #expect(
      try fitMessage(Dataset(inputs: wide, labels: [0, 1]))
        == "training data: its shape is [2, 3]; input 'input_layer' takes (None, 2)")
    #expect(
      try fitMessage(
        Dataset(inputs: inputs, targets: Tensor(shape: [3, 2], elements: [0, 1, 0, 1, 0, 1])),
        loss: .meanSquaredError)
        == "training data: the targets' shape is [3, 2]; the network gives [3, 3]")
    #expect(
      try fitMessage(Dataset(inputs: inputs, labels: [0, 1, 2]), loss: .categoricalCrossentropy()).contains(
        "SparseCategoricalCrossentropy takes labels"))
    #expect(
      message { () throws(TrainingError) in _ = try Tensor(shape: [2, 2], elements: [1]) }
        == "tensor: 1 numbers do not fill the shape [2, 2]")
    #expect(message { () throws(TrainingError) in _ = try Tensor(shape: [.max, 2], elements: []) } != "")
  }

  @Test("labels other than 0 and 1 where there is one output")
  func binaryLabels() throws {
    var trainer = try Trainer(
      Sequential(input: [2]) { Dense(1, activation: .sigmoid) }, loss: .binaryCrossentropy(),
      optimizer: .adam())
    let right = try Dataset(inputs: rows(), labels: [0, 1, 1])
    try trainer.fit(right, epochs: 1)
    let wrong = try Dataset(inputs: rows(), labels: [0, 1, 2])
    #expect(
      message { () throws(TrainingError) in try trainer.fit(wrong, epochs: 1) }
        == "training data, row 2: the label is 2; BinaryCrossentropy takes 0 and 1")
  }

  @Test("arguments that make no sense")
  func arguments() throws {
    var trainer = try trainer()
    let data = try Dataset(inputs: rows(), labels: [0, 1, 2])
    #expect(
      message { () throws(TrainingError) in try trainer.fit(data, epochs: 0) }
        == "epochs is 0; it must be 1 or more")
    #expect(
      message { () throws(TrainingError) in try trainer.fit(data, epochs: 1, batchSize: 0) }
        == "batchSize is 0; it must be 1 or more")
    for split in [1, -0.1, .nan] {
      #expect(
        message { () throws(TrainingError) in try trainer.fit(data, epochs: 1, validationSplit: split) } != ""
      )
    }
    #expect(
      message { () throws(TrainingError) in try trainer.fit(data, epochs: 1, validationSplit: 0.9) }.contains(
        "both parts of 3 rows"))
    #expect(message { () throws(TrainingError) in _ = try data.split(testFraction: 0, seed: 0) } != "")
    #expect(message { () throws(TrainingError) in _ = try data.split(testFraction: 0.01, seed: 0) } != "")
    for optimizer: any Optimizer in [
      .sgd(learningRate: 0), .sgd(learningRate: .nan), .sgd(momentum: 2), .adam(learningRate: -1),
      .adam(beta1: 1),
      .adam(beta2: 1.5), .adam(epsilon: -1),
    ] {
      #expect(throws: TrainingError.self) {
        _ = try Trainer(Sequential(input: [2]) { Dense(1) }, loss: .meanSquaredError, optimizer: optimizer)
      }
    }
  }

  @Test("networks that cannot be made or trained, before there is any data")
  func networks() throws {
    func make(_ input: [Int], _ layers: [any Layer]) -> String {
      message { () throws(TrainingError) in
        _ = try Trainer(Sequential(input: input) { layers }, loss: .meanSquaredError, optimizer: .adam())
      }
    }
    #expect(make([4], [Dense(0)]).contains("layer 'dense'"))
    #expect(make([-4], [Dense(1)]).contains("[-4]"))
    #expect(make([4], [Dense(1, activation: .heaviside)]).contains("layer 'dense': the step activation"))
    #expect(
      make([4], [Dense(1), ActivationLayer(.sign)]).contains("layer 'activation': the step activation"))
    #expect(
      make([4], [Dense(1, kernelInitializer: .other(.string("orthogonal")))]).contains(
        "initializer 'orthogonal'"))
    #expect(make([4], [Dense(2, kernelInitializer: .glorotNormal)]) == "")
  }

  @Test("weights that do not fit")
  func weights() throws {
    var trainer = try trainer()
    let right = try Tensor(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6])
    #expect(
      message { () throws(TrainingError) in try trainer.weights.set(right, layer: "dense", weight: "gamma") }
        == "weight 'dense/gamma': the network has no such weight")
    #expect(
      message { () throws(TrainingError) in try trainer.weights.set(right, layer: "dense", weight: "bias") }
        == "weight 'dense/bias': its shape is [2, 3]; the network wants [3]")
    try trainer.weights.set(right, layer: "dense", weight: "kernel")
    #expect(trainer.weights["dense", "kernel"] == right)
    let inputs = try rows()
    trainer.weights = try Trainer(
      Sequential(input: [3]) { Dense(3) }, loss: .meanSquaredError, optimizer: .sgd()
    ).weights
    #expect(
      message { () throws(TrainingError) in _ = try trainer.predict(inputs) }
        == "weight 'dense/kernel': in its place is 'dense/kernel' of shape [3, 3]")
  }

  @Test(
    "a layer that cannot be trained is refused by its name and class, and not for what else it has",
    arguments: [
      ("keras3_convolutions_1d", "layer 'conv1d': class Conv1D"),
      ("keras3_convolutions_2d", "layer 'conv2d': class Conv2D"),
      ("keras3_pooling", "layer 'max_pooling1d': class MaxPooling1D"),
      ("keras3_normalizations", "layer 'batch_normalization': class BatchNormalization"),
      // Its recurrent kernel is drawn by an initializer that training lacks, and its length is open.
      ("keras3_sequences", "layer 'lstm': class LSTM"),
      ("keras3_attention", "layer 'multi_head_attention': class MultiHeadAttention"),
      ("benchmark_lenet", "layer 'conv2d': class Conv2D"),
    ])
  func untrainableLayers(configuration: String, beginning: String) throws {
    let network = try Network.decode(
      modelConfiguration: fixtureBytes("graph/\(configuration).json"), kerasVersion: "3")
    let text = message { () throws(TrainingError) in
      _ = try Trainer(network, loss: .meanSquaredError, optimizer: .adam())
    }
    #expect(text.hasPrefix(beginning + " is not supported in training; supported: "), "\(text)")
    #expect(text.contains("Dense"))
  }

  @Test("another kind of optimizer begins anew, the same kind goes on")
  func changedOptimizer() throws {
    let data = try Dataset(inputs: rows(), labels: [0, 1, 2])
    var trainer = try trainer()
    trainer.optimizer = .adam()
    try trainer.fit(data, epochs: 1)
    let state = trainer.optimizerState
    #expect(state.map(\.count) == [2, 2])
    trainer.optimizer = .adam(learningRate: 0.1)
    #expect(trainer.optimizerState == state)
    trainer.optimizer = .sgd(momentum: 0.9)
    #expect(trainer.optimizerState.isEmpty)
    try trainer.fit(data, epochs: 1)
    #expect(trainer.optimizerState.map(\.count) == [1, 1])
  }

  @Test("divergence stops training, names epoch and step, and leaves the trainer as it was")
  func divergence() throws {
    var trainer = try Trainer(
      Sequential(input: [2]) {
        Dense(3)
        Dense(1)
      }, loss: .meanSquaredError, optimizer: .sgd(learningRate: 1e6))
    let before = trainer.weights.entries.map(\.tensor)
    let data = try Dataset(inputs: rows(), targets: Tensor(shape: [3, 1], elements: [1, 2, 3]))
    do {
      try trainer.fit(data, epochs: 100, batchSize: 1)
      #expect(Bool(false))
    } catch {
      guard case .diverged(let epoch, let step, let loss) = error else { throw error }
      #expect(epoch >= 1 && (1...3).contains(step) && !loss.isFinite)
      #expect(error.description.contains("epoch \(epoch), step \(step)"))
    }
    #expect(trainer.weights.entries.map(\.tensor) == before)
    #expect(trainer.history.epochCount == 0)
  }
}
