import SwiftletGraph

/// The work of one call of `fit`, `evaluate` or `predict`: a plan with weights in it, and the places of a batch.
/// Nothing is allocated from here on, whatever the number of steps.
final class TrainingRun {
  let plan: TrainingPlan
  private let loss: any Loss
  private let optimizer: any Optimizer
  private var metrics: [any Metric]
  private let state: [StatePointers]
  private let labels: UnsafeMutablePointer<Int32>
  private let targets: UnsafeMutablePointer<Float>
  private var lossSum = 0.0
  private var lossCount = 0

  /// A weight that learns, with where all that belongs to it lies.
  private struct StatePointers {
    let weight: UnsafeMutablePointer<Float>
    let gradient: UnsafeMutablePointer<Float>
    let count: Int
    let state: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
  }

  init(_ trainer: Trainer, maximumRows: Int, isTraining: Bool) throws(TrainingError) {
    loss = trainer.loss
    optimizer = trainer.optimizer
    metrics = trainer.metrics
    plan = try TrainingPlan(
      trainer.network, maximumRows: maximumRows,
      optimizerSlots: isTraining ? trainer.optimizer.stateNames.count : nil, seed: trainer.seed)
    // Whoever uses a trainer may have put the weights of another network here.
    try trainer.weights.check(against: trainer.network)
    for (index, parameter) in plan.parameters.enumerated() {
      Self.copy(trainer.weights.entries[index].tensor.elements, to: plan[parameter.value])
      guard index < trainer.optimizerState.count else { continue }
      for (slot, tensor) in zip(parameter.state, trainer.optimizerState[index]) {
        Self.copy(tensor.elements, to: plan[slot])
      }
    }
    let plan = self.plan
    state = plan.parameters.compactMap { parameter in
      guard let gradient = parameter.gradient else { return nil }
      let places = UnsafeMutablePointer<UnsafeMutablePointer<Float>>.allocate(capacity: parameter.state.count)
      for (index, slot) in parameter.state.enumerated() { (places + index).initialize(to: plan[slot]) }
      return StatePointers(
        weight: plan[parameter.value], gradient: plan[gradient], count: parameter.value.count, state: places)
    }
    let elements = plan.outputs.first?.value.count ?? 0
    labels = .allocate(capacity: max(elements, 1))
    targets = .allocate(capacity: max(elements, 1))
  }

  deinit {
    for weight in state { weight.state.deallocate() }
    labels.deallocate()
    targets.deallocate()
  }

  /// Forgets what the metrics and the mean loss have seen.
  func reset() {
    lossSum = 0
    lossCount = 0
    for index in metrics.indices { metrics[index].reset() }
  }

  /// The mean loss since `reset`.
  var meanLoss: Double { lossSum / Double(max(lossCount, 1)) }

  /// The mean loss and the metrics since `reset`, by name.
  func results(prefix: String) -> [(name: String, value: Double)] {
    [(prefix + "loss", meanLoss)] + metrics.map { (prefix + $0.name, $0.result) }
  }

  /// Forward, loss, backward, update, on those rows. Returns the batch's mean loss, which is not finite where
  /// training diverged; weights are then left as they were.
  func step(_ data: PreparedData, rows indices: ArraySlice<Int>, number: Int) -> Double {
    load(data, indices)
    plan.forward(rows: indices.count, isTraining: true, step: UInt64(number))
    let mean = measure(data, rows: indices.count)
    guard mean.isFinite else { return mean }
    plan.backward(rows: indices.count, step: UInt64(number))
    for weight in state {
      optimizer.update(
        weight.weight, gradient: weight.gradient, state: weight.state, count: weight.count, step: number)
    }
    return mean
  }

  /// Forward, loss and backward on those rows: a gradient for each weight that learns.
  func gradients(
    _ data: PreparedData, rows indices: [Int], number: Int, like weights: TrainedWeights
  ) -> [TrainedWeights.Entry] {
    load(data, indices[...])
    plan.forward(rows: indices.count, isTraining: true, step: UInt64(number))
    _ = measure(data, rows: indices.count)
    plan.backward(rows: indices.count, step: UInt64(number))
    return zip(plan.parameters, weights.entries).compactMap { parameter, entry in
      guard entry.isTrainable else { return nil }
      var entry = entry
      // The arena began as zeros, and nothing writes a gradient that the loss does not reach.
      entry.tensor.elements =
        parameter.gradient.map { Array(UnsafeBufferPointer(start: plan[$0], count: $0.count)) }
        ?? [Float](repeating: 0, count: entry.tensor.elements.count)
      return entry
    }
  }

  /// Forward and loss on those rows.
  func evaluate(_ data: PreparedData, rows indices: ArraySlice<Int>) {
    load(data, indices)
    plan.forward(rows: indices.count, isTraining: false, step: 0)
    _ = measure(data, rows: indices.count)
  }

  /// The first output of rows that lie one after the other.
  func predict(_ inputs: [Tensor], rows: Range<Int>, into output: UnsafeMutablePointer<Float>) {
    forward(inputs, rows: rows)
    let place = plan.outputs[0]
    output.update(from: plan[place.value], count: rows.count * place.elementsPerRow)
  }

  /// Runs rows that lie one after the other, without a loss.
  func forward(_ inputs: [Tensor], rows: Range<Int>) {
    for (input, place) in zip(inputs, plan.inputs) {
      let width = place.elementsPerRow
      input.elements.withUnsafeBufferPointer { numbers in
        guard let base = numbers.baseAddress else { return }
        plan[place.value].update(from: base + rows.lowerBound * width, count: rows.count * width)
      }
    }
    plan.forward(rows: rows.count, isTraining: false, step: 0)
  }

  /// The weights and the optimizer's numbers as they are now.
  func store(into trainer: inout Trainer) {
    var states: [[Tensor]] = []
    for (index, parameter) in plan.parameters.enumerated() {
      let shape = trainer.weights.entries[index].tensor.shape
      func tensor(_ slot: Slot) -> Tensor {
        Tensor(trusted: shape, elements: Array(UnsafeBufferPointer(start: plan[slot], count: slot.count)))
      }
      trainer.weights.entries[index].tensor = tensor(parameter.value)
      states.append(parameter.state.map(tensor))
    }
    trainer.optimizerState = states
  }

  private static func copy(_ values: [Float], to place: UnsafeMutablePointer<Float>) {
    values.withUnsafeBufferPointer { numbers in
      if let base = numbers.baseAddress { place.update(from: base, count: numbers.count) }
    }
  }

  private func load(_ data: PreparedData, _ indices: ArraySlice<Int>) {
    for (input, place) in zip(data.inputs, plan.inputs) {
      Self.gather(input.elements, indices, width: place.elementsPerRow, into: plan[place.value])
    }
    switch data.target {
    case .labels(let values): Self.gather(values, indices, width: data.positions, into: labels)
    case .values(let tensor):
      Self.gather(tensor.elements, indices, width: plan.outputs[0].elementsPerRow, into: targets)
    }
  }

  @inline(__always)
  private static func gather<Element>(
    _ source: [Element], _ indices: ArraySlice<Int>, width: Int, into target: UnsafeMutablePointer<Element>
  ) {
    source.withUnsafeBufferPointer { numbers in
      guard let base = numbers.baseAddress else { return }
      var place = target
      for index in indices {
        place.update(from: base + index * width, count: width)
        place += width
      }
    }
  }

  private func measure(_ data: PreparedData, rows: Int) -> Double {
    let output = plan.outputs[0]
    let positions = rows * data.positions
    let batch = OutputBatch(
      outputs: plan[output.value],
      targets: { if case .labels = data.target { .labels(labels) } else { .values(targets) } }(),
      positions: positions, width: output.width)
    let sum = loss.evaluate(batch, scale: 1 / Float(positions), gradient: plan[plan.outputGradients[0]])
    lossSum += sum
    lossCount += positions
    for index in metrics.indices { metrics[index].update(batch) }
    return sum / Double(positions)
  }
}
