import SwiftletGraph
import SwiftletKernels

/// An LSTM becomes one product of all steps' inputs, and a step that goes through them.
func lowerLSTM(_ layer: LSTM, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call) throws(ModelError) {
  let inputs = call.lastLength(ofInput: 0)
  let source = builder.weights
  let weights = try builder.shared(for: call) { () throws(ModelError) -> LSTMWeights in
    try LSTMWeights(layer, index: call.layer, inputs: inputs, source: source)
  }
  let product = DenseOperation(
    weights: weights.input, hasResidual: false, activation: .linear, kernels: builder.kernels)
  let sums = builder.emitTemporary(
    product, for: call, reading: builder.arguments(of: call), likeInput: 0, lastAxis: weights.input.units)
  builder.emit(LSTMOperation(layer, weights: weights, kernels: builder.kernels), for: call, reading: [sums])
}

/// An LSTM's kernels, with the gates of sixteen units side by side.
final class LSTMWeights: PackedWeights {
  /// (inputs, columns) and (columns), the columns where `swiftlet_lstm_column` has them and zeros between.
  let input: DenseWeights
  /// (units, columns), as `swiftlet_lstm_pack` lays it out.
  let recurrent: WeightMemory

  init(_ layer: LSTM, index: Int, inputs: Int, source: WeightSource) throws(ModelError) {
    let units = layer.units
    // Kernels of 4 * units columns were checked to fit 16 times over.
    let columns = swiftlet_lstm_columns(units)
    let kernel = try WeightMemory(count: inputs * columns)
    unsafe try source.forParts(layer: index, weight: 0, inner: inputs, columns: 4 * units, scale: nil) {
      (plain, row, count) in
      for k in 0..<count {
        for column in 0..<4 * units {
          let place = (row + k) * columns + swiftlet_lstm_column(column / units, column % units)
          unsafe kernel.buffer[place] = plain[k * 4 * units + column]
        }
      }
    }
    let bias = try layer.useBias ? WeightMemory(count: columns) : nil
    if let bias {
      let values = try source.values(layer: index, weight: 2, count: 4 * units)
      for column in values.indices {
        unsafe bias.buffer[swiftlet_lstm_column(column / units, column % units)] = values[column]
      }
    }
    input = try DenseWeights(kernel: kernel, inputs: inputs, units: columns, bias: bias)

    let plain = try WeightMemory(uninitializedCount: units * 4 * units, isTemporary: true)
    defer { withExtendedLifetime(plain) {} }
    unsafe try source.read(layer: index, weight: 1, from: 0, into: plain.buffer)
    recurrent = try WeightMemory(uninitializedCount: units * columns)
    unsafe swiftlet_lstm_pack(plain.pointer, units, recurrent.pointer)
  }
}

/// The steps of an LSTM, from what the inputs give each gate.
final class LSTMOperation: Operation {
  let name = "lstm"
  private let layer: LSTM
  private let weights: LSTMWeights
  private let kernels: Kernels

  init(_ layer: LSTM, weights: LSTMWeights, kernels: Kernels) {
    self.layer = layer
    self.weights = weights
    self.kernels = kernels
  }

  var isProduct: Bool { true }
  var weightBytes: Int { weights.recurrent.count * MemoryLayout<Float>.stride }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let length = call.inputShapes[0][0]
    let parameters = unsafe swiftlet_lstm(
      input: call.inputSlots[0], output: call.outputSlot, steps: length, units: layer.units,
      recurrent: weights.recurrent.pointer, activation: layer.activation.fused,
      recurrentActivation: layer.recurrentActivation.fused, returnsSequences: layer.returnSequences,
      goesBackwards: layer.goBackwards)
    let work = 2 * Double(length) * Double(layer.units) * Double(4 * layer.units)
    unsafe try steps.append(
      kernels.table.lstm, parameters, workPerRow: Int(min(work, 1e15)),
      scratchBytes: swiftlet_lstm_scratch(layer.units))
  }
}
