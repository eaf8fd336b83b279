import SwiftletGraph
import SwiftletKernels

/// A dense kernel in int8 with a scale for each output, packed in fours, and a bias.
final class DenseInt8Weights: PackedWeights {
  /// (inputs, units), as `swiftlet_int8_pack` lays it out.
  let kernel: PackedMemory<Int8>
  /// (units)
  let scales: WeightMemory
  /// (units): the sum of each column of the kernel.
  let sums: PackedMemory<Int32>
  /// (units), or nil.
  let bias: WeightMemory?
  let inputs: Int
  let units: Int

  init(_ plain: DenseKernel, folded: FoldedNormalization?, source: WeightSource) throws(ModelError) {
    let (inputs, units) = (plain.inputs, plain.units)
    try plain.checkPackable()
    let kernel = try PackedMemory<Int8>(count: swiftlet_int8_packed_bytes(inputs, units))
    let scales = try WeightMemory(count: units)
    let sums = try PackedMemory<Int32>(count: units)
    // The scales come of all rows, so the kernel is read twice rather than kept.
    let largest = try WeightMemory(count: units)
    unsafe try plain.forParts(folded: folded, source: source) {
      (rows, _, count) in
      unsafe swiftlet_int8_largest(rows, count, units, largest.pointer)
    }
    unsafe swiftlet_int8_scales(largest.pointer, units, scales.pointer)
    unsafe try plain.forParts(folded: folded, source: source) {
      unsafe swiftlet_int8_pack($0, $1, $2, inputs, units, scales.pointer, kernel.pointer, sums.pointer)
    }
    self.kernel = kernel
    self.scales = scales
    self.sums = sums
    self.inputs = inputs
    self.units = units
    bias = try plain.bias(folded: folded, source: source)
  }
}

/// `activation(input · kernel + bias + residual)` along the last axis, both factors in 8 bits.
final class DenseInt8Operation: Operation {
  let name = "dense int8"
  private let weights: DenseInt8Weights
  private let hasResidual: Bool
  private let activation: Activation
  private let kernels: Kernels

  init(weights: DenseInt8Weights, hasResidual: Bool, activation: Activation, kernels: Kernels) {
    self.weights = weights
    self.hasResidual = hasResidual
    self.activation = activation
    self.kernels = kernels
  }

  var weightBytes: Int {
    weights.kernel.byteCount + weights.sums.byteCount
      + (weights.scales.count + (weights.bias?.count ?? 0)) * MemoryLayout<Float>.stride
  }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    guard let kernel = unsafe swiftlet_dense_int8_kernel(kernels.table.isa) else {
      throw .argument("this processor has no kernels for it", name: "instructionSet")
    }
    let positions = call.inputShapes[0].dropLast().reduce(1, *)
    let parameters = unsafe swiftlet_dense_int8(
      input: call.inputSlots[0], output: call.outputSlot,
      residual: hasResidual ? call.inputSlots[1] : SWIFTLET_NO_SLOT, inputs: weights.inputs,
      outputs: weights.units, positions: positions, kernel: weights.kernel.pointer,
      scales: weights.scales.pointer, sums: weights.sums.pointer, bias: weights.bias?.pointer,
      activation: activation.fused)
    unsafe try steps.append(
      kernel, parameters,
      workPerRow: Int(min(2 * Double(positions) * Double(weights.inputs) * Double(weights.units), 1e15)) / 4,
      scratchBytes: swiftlet_precision_scratch(weights.inputs))
  }
}
