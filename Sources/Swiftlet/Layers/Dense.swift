import SwiftletGraph
import SwiftletKernels

/// A dense layer becomes one product with bias and activation fused, and a softmax step behind it if that is
/// its activation.
func lowerDense(_ layer: Dense, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call) throws(ModelError) {
  let kernels = builder.kernels
  let source = builder.weights
  let inputs = call.inputSpecifications[0].shape.dimensions.last.flatMap { $0 } ?? 0
  let weights = try builder.shared(for: call) { () throws(ModelError) -> DenseWeights in
    try DenseWeights(layer: layer, index: call.layer, inputs: inputs, source: source)
  }
  builder.emit(DenseOperation(layer: layer, weights: weights, kernels: kernels), for: call)
  if case .softmax(let axis) = layer.activation {
    builder.emitOnOutput(SoftmaxOperation(axes: [axis], kernels: kernels), for: call)
  }
}

/// A kernel packed in panels, and a bias.
final class DenseWeights: PackedWeights {
  /// (inputs, units), as `swiftlet_pack` lays it out.
  let kernel: WeightMemory
  /// (units), or nil.
  let bias: WeightMemory?
  let inputs: Int

  /// At most this many numbers of the kernel are in memory beside their packed form.
  private static let windowCount = 1 << 18

  init(layer: Dense, index: Int, inputs: Int, source: WeightSource) throws(ModelError) {
    let units = layer.units
    let padded = (units + Int(SWIFTLET_PANEL) - 1) / Int(SWIFTLET_PANEL) * Int(SWIFTLET_PANEL)
    let (count, overflow) = padded.multipliedReportingOverflow(by: inputs)
    guard !overflow else { throw .memory(bytes: Int.max) }
    kernel = try WeightMemory(count: count)
    self.inputs = inputs
    try DenseWeights.pack(into: kernel, inputs: inputs, units: units, layer: index, source: source)
    if layer.useBias {
      let bias = try WeightMemory(count: units)
      unsafe try source.read(layer: index, weight: 1, from: 0, into: bias.buffer)
      self.bias = bias
    } else {
      bias = nil
    }
  }

  /// Reads some rows of the kernel at a time and lays each number where its panel has it: panels of 16 columns,
  /// each (inputs, 16), the last one filled up with zeros.
  private static func pack(
    into memory: WeightMemory, inputs: Int, units: Int, layer: Int, source: WeightSource
  ) throws(ModelError) {
    let panel = Int(SWIFTLET_PANEL)
    let rows = max(1, min(inputs, windowCount / max(units, 1)))
    let window = try WeightMemory(count: rows * units)
    let packed = unsafe memory.buffer
    var row = 0
    while row < inputs {
      let count = min(rows, inputs - row)
      let part = unsafe UnsafeMutableBufferPointer(rebasing: window.buffer[..<(count * units)])
      unsafe try source.read(layer: layer, weight: 0, from: row * units, into: part)
      for r in 0..<count {
        var column = 0
        while column < units {
          let width = min(panel, units - column)
          let target = (column / panel * inputs + row + r) * panel
          for lane in 0..<width { unsafe packed[target + lane] = part[r * units + column + lane] }
          column += panel
        }
      }
      row += count
    }
  }
}

/// `activation(input · kernel + bias)` along the last axis.
final class DenseOperation: Operation {
  let name = "dense"
  private let layer: Dense
  private let weights: DenseWeights
  private let kernels: Kernels

  init(layer: Dense, weights: DenseWeights, kernels: Kernels) {
    self.layer = layer
    self.weights = weights
    self.kernels = kernels
  }

  var isProduct: Bool { true }
  var weightBytes: Int { (weights.kernel.count + (weights.bias?.count ?? 0)) * MemoryLayout<Float>.stride }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let positions = call.inputShapes[0].dropLast().reduce(1, *)
    let parameters = unsafe swiftlet_dense(
      input: call.inputSlots[0], output: call.outputSlot, residual: SWIFTLET_NO_SLOT, inputs: weights.inputs,
      outputs: layer.units,
      positions: positions, kernel: weights.kernel.pointer, bias: weights.bias?.pointer,
      activation: layer.activation.fused)
    unsafe try steps.append(
      kernels.table.dense, parameters,
      workPerRow: Int(min(2 * Double(positions) * Double(weights.inputs) * Double(layer.units), 1e15)))
  }
}
