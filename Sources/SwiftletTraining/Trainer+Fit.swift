extension Trainer {
  /// Where training stands after a batch.
  public struct BatchReport: Sendable {
    /// The epoch, from 1.
    public let epoch: Int
    /// How many epochs there will be.
    public let epochs: Int
    /// The batch within the epoch, from 1.
    public let batch: Int
    /// How many batches an epoch has.
    public let batches: Int
    /// The mean loss of the epoch so far.
    public let loss: Double
  }

  /// What an epoch came to.
  public struct EpochReport: Sendable {
    /// The epoch, from 1.
    public let epoch: Int
    /// How many epochs there will be.
    public let epochs: Int
    /// Loss and metrics by name, those on validation data with `val_` before them.
    public let results: [(name: String, value: Double)]

    /// One of the results.
    public subscript(name: String) -> Double? { results.first { $0.name == name }?.value }
  }

  /// Trains on the rows of a dataset.
  ///
  /// The last batch of an epoch may be smaller. Metrics of an epoch are those of its batches as they came;
  /// those on validation data are taken after it.
  ///
  /// - Parameters:
  ///   - shuffle: whether each epoch takes the rows in an order of its own, drawn from the seed.
  ///   - validation: rows to judge by after each epoch.
  ///   - validationSplit: the share of rows, the last ones as Keras does, to judge by and not to train on.
  ///   - onBatch: called after each batch, for a progress bar.
  ///   - onEpoch: called after each epoch.
  ///   - shouldStop: asked after each batch; true ends training after it, without finishing the epoch.
  /// - Returns: what this call saw; `history` holds it behind what came before.
  /// - Throws: `TrainingError`: bad arguments and bad data before the first step; `.diverged` when the loss is
  ///   no longer a number. The trainer is then as it was before the call.
  @discardableResult
  public mutating func fit(
    _ data: Dataset, epochs: Int, batchSize: Int = 32, shuffle: Bool = true, validation: Dataset? = nil,
    validationSplit: Double = 0, onBatch: ((BatchReport) -> Void)? = nil,
    onEpoch: ((EpochReport) -> Void)? = nil, shouldStop: (() -> Bool)? = nil
  ) throws(TrainingError) -> History {
    guard epochs >= 1 else { throw .argument("epochs", found: "\(epochs)", needed: "1 or more") }
    guard batchSize >= 1 else { throw .argument("batchSize", found: "\(batchSize)", needed: "1 or more") }
    try optimizer.validate()
    let training = try PreparedData(data, for: network, loss: loss, name: "training data")
    try checkClassLabels(data.classLabels ?? [])
    var judged: PreparedData?
    if let validation {
      judged = try PreparedData(validation, for: network, loss: loss, name: "validation data")
    }
    guard validationSplit >= 0, validationSplit < 1 else {
      throw .argument("validationSplit", found: "\(validationSplit)", needed: "from 0 to less than 1")
    }
    var rowCount = training.rowCount
    if judged == nil, validationSplit > 0 {
      rowCount = Int(Double(training.rowCount) * (1 - validationSplit))
      guard rowCount > 0, rowCount < training.rowCount else {
        throw .argument(
          "validationSplit", found: "\(validationSplit)",
          needed: "such that both parts of \(training.rowCount) rows get some")
      }
      judged = training
    }
    let judgedRows = Array((validation == nil ? rowCount : 0)..<(judged?.rowCount ?? rowCount))

    let run = try TrainingRun(self, maximumRows: min(batchSize, training.rowCount), isTraining: true)
    let batches = (rowCount - 1) / batchSize + 1
    var order = Array(0..<rowCount)
    var history = History()
    var steps = stepCount
    var stopped = false
    for epoch in 1...epochs {
      if shuffle { draw(&order, epoch: epochCount + epoch) }
      run.reset()
      for batch in 0..<batches {
        let rows = order[batch * batchSize..<min((batch + 1) * batchSize, rowCount)]
        steps += 1
        let mean = run.step(training, rows: rows, number: steps)
        guard mean.isFinite else { throw .diverged(epoch: epoch, step: batch + 1, loss: mean) }
        onBatch?(
          BatchReport(epoch: epoch, epochs: epochs, batch: batch + 1, batches: batches, loss: run.meanLoss))
        if let shouldStop, shouldStop() {
          stopped = true
          break
        }
      }
      var results = run.results(prefix: "")
      if let judged {
        run.reset()
        run.evaluateAll(judged, rows: judgedRows)
        results += run.results(prefix: "val_")
      }
      history.append(results)
      onEpoch?(EpochReport(epoch: epoch, epochs: epochs, results: results))
      if stopped { break }
    }
    // Nothing has looked at what the last step made of the weights.
    run.reset()
    run.evaluate(training, rows: order[..<min(batchSize, rowCount)])
    guard run.meanLoss.isFinite else {
      throw .diverged(epoch: history.epochCount, step: batches, loss: run.meanLoss)
    }
    run.store(into: &self)
    sampleInputs = training.inputs.map { $0.rows(0..<min(rowCount, Trainer.sampleRows)) }
    if let labels = data.classLabels { classLabels = labels }
    stepCount = steps
    epochCount += history.epochCount
    self.history.append(history)
    return history
  }

  /// The order of an epoch's rows: a stream of its own, so that it does not depend on how many came before.
  private func draw(_ order: inout [Int], epoch: Int) {
    for index in order.indices { order[index] = index }
    var generator = SeededGenerator(seed: seed, stream: 3, UInt64(epoch))
    generator.shuffle(&order)
  }

  /// Loss and metrics over a dataset, by name.
  /// - Throws: `TrainingError` for bad data.
  public func evaluate(_ data: Dataset, batchSize: Int = 256) throws(TrainingError) -> [String: Double] {
    guard batchSize >= 1 else { throw .argument("batchSize", found: "\(batchSize)", needed: "1 or more") }
    let data = try PreparedData(data, for: network, loss: loss, name: "data")
    let run = try TrainingRun(self, maximumRows: min(batchSize, data.rowCount), isTraining: false)
    run.evaluateAll(data, rows: Array(0..<data.rowCount))
    return Dictionary(run.results(prefix: "").map { ($0.name, $0.value) }) { first, _ in first }
  }

  /// The gradient of the mean loss over a dataset for every weight that learns, with dropout as in the next
  /// step; zeros for weights that the loss does not depend on.
  /// - Throws: `TrainingError` for bad data.
  public func gradients(of data: Dataset) throws(TrainingError) -> TrainedWeights {
    let data = try PreparedData(data, for: network, loss: loss, name: "data")
    let run = try TrainingRun(self, maximumRows: data.rowCount, isTraining: true)
    var gradients = weights
    gradients.entries = run.gradients(
      data, rows: Array(0..<data.rowCount), number: stepCount + 1, like: weights)
    return gradients
  }

  /// What the network gives for rows, (rows, …), computed as in training but without dropout.
  /// - Throws: `TrainingError` for bad data; `.unsupported` for a network of several outputs.
  public func predict(_ inputs: Tensor..., batchSize: Int = 256) throws(TrainingError) -> Tensor {
    try predict(inputs, batchSize: batchSize)
  }

  func predict(_ inputs: [Tensor], batchSize: Int) throws(TrainingError) -> Tensor {
    guard batchSize >= 1 else { throw .argument("batchSize", found: "\(batchSize)", needed: "1 or more") }
    guard network.outputs.count == 1 else {
      throw .unsupported(
        "a network of several outputs", place: "network '\(network.name)'", supported: "one output")
    }
    guard let rows = inputs.first?.shape.first, rows > 0 else {
      throw .data("there are no rows", place: "inputs")
    }
    for input in inputs where input.shape.first != rows {
      throw .data("inputs of \(rows) and \(input.shape.first ?? 0) rows", place: "inputs")
    }
    try PreparedData.checkInputs(inputs, of: network, name: "inputs")
    let run = try TrainingRun(self, maximumRows: min(batchSize, rows), isTraining: false)
    let shape = run.plan.outputs[0].shape
    let width = shape.reduce(1, *)
    var result = [Float](repeating: 0, count: rows * width)
    result.withUnsafeMutableBufferPointer { numbers in
      guard let base = numbers.baseAddress else { return }
      for start in stride(from: 0, to: rows, by: batchSize) {
        run.predict(inputs, rows: start..<min(start + batchSize, rows), into: base + start * width)
      }
    }
    return Tensor(trusted: [rows] + shape, elements: result)
  }
}

extension TrainingRun {
  /// Forward and loss over rows, in batches as large as the plan allows.
  func evaluateAll(_ data: PreparedData, rows: [Int]) {
    for start in stride(from: 0, to: rows.count, by: plan.maximumRows) {
      evaluate(data, rows: rows[start..<min(start + plan.maximumRows, rows.count)])
    }
  }
}
