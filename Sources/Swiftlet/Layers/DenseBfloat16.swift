import SwiftletGraph
import SwiftletKernels

/// A dense kernel in bfloat16, packed in pairs, and a bias.
final class DenseBfloat16Weights: PackedWeights {
  /// (inputs, units), as `swiftlet_bfloat16_pack` lays it out.
  let kernel: PackedMemory<UInt16>
  /// (units), or nil.
  let bias: WeightMemory?
  let inputs: Int
  let units: Int
  /// What `swiftlet_bfloat16_least` says of them.
  let least: Float

  init(_ plain: DenseKernel, folded: FoldedNormalization?, source: WeightSource) throws(ModelError) {
    let (inputs, units) = (plain.inputs, plain.units)
    try plain.checkPackable()
    let kernel = try PackedMemory<UInt16>(count: swiftlet_bfloat16_packed_bytes(inputs, units) / 2)
    unsafe try plain.forParts(folded: folded, source: source) {
      unsafe swiftlet_bfloat16_pack($0, $1, $2, inputs, units, kernel.pointer)
    }
    let bias = try plain.bias(folded: folded, source: source)
    self.kernel = kernel
    self.bias = bias
    self.inputs = inputs
    self.units = units
    least = unsafe swiftlet_bfloat16_least(kernel.pointer, inputs, units, bias?.pointer)
  }
}

/// `activation(input · kernel + bias + residual)` along the last axis, both factors rounded to bfloat16.
final class DenseBfloat16Operation: Operation {
  let name = "dense bfloat16"
  private let weights: DenseBfloat16Weights
  private let hasResidual: Bool
  private let activation: Activation
  private let kernels: Kernels

  init(weights: DenseBfloat16Weights, hasResidual: Bool, activation: Activation, kernels: Kernels) {
    self.weights = weights
    self.hasResidual = hasResidual
    self.activation = activation
    self.kernels = kernels
  }

  var weightBytes: Int {
    weights.kernel.byteCount + (weights.bias?.count ?? 0) * MemoryLayout<Float>.stride
  }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    guard let kernel = unsafe swiftlet_dense_bfloat16_kernel(kernels.table.isa) else {
      throw .argument("this processor has no kernels for it", name: "instructionSet")
    }
    let positions = call.inputShapes[0].dropLast().reduce(1, *)
    let parameters = unsafe swiftlet_dense_bfloat16(
      input: call.inputSlots[0], output: call.outputSlot,
      residual: hasResidual ? call.inputSlots[1] : SWIFTLET_NO_SLOT, inputs: weights.inputs,
      outputs: weights.units, positions: positions, kernel: weights.kernel.pointer,
      bias: weights.bias?.pointer, least: weights.least, activation: activation.fused)
    unsafe try steps.append(
      kernel, parameters,
      workPerRow: Int(min(2 * Double(positions) * Double(weights.inputs) * Double(weights.units), 1e15)) / 2,
      scratchBytes: swiftlet_precision_scratch(weights.inputs))
  }
}
