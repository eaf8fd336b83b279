import SwiftletGraph
import SwiftletKernels

/// A dense layer becomes one product with bias and what the nodes behind it do taken in, and a softmax step behind
/// it if that is its activation.
func lowerDense(_ layer: Dense, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call) throws(ModelError) {
  var call = call
  let inputs = call.lastLength(ofInput: 0)
  let epilogue = try builder.takeFollowers(of: &call, activation: layer.activation)
  let kernel = DenseKernel(layer: call.layer, inputs: inputs, units: layer.units, useBias: layer.useBias)
  let operation: any Operation
  if let product = try builder.lowPrecisionProduct(kernel, epilogue, for: call) {
    operation = product
  } else {
    let source = builder.weights
    let weights = try builder.shared(for: call, folding: epilogue.folded?.layer) {
      () throws(ModelError) -> DenseWeights in
      try DenseWeights(kernel, folded: epilogue.folded, source: source)
    }
    operation = DenseOperation(
      weights: weights, hasResidual: epilogue.residual != nil, activation: epilogue.activation,
      kernels: builder.kernels)
  }
  builder.emitProduct(operation, for: call, reading: builder.arguments(of: call)[0], with: epilogue)
}

/// A kernel packed in panels, and a bias.
final class DenseWeights: PackedWeights {
  /// (inputs, units), as `swiftlet_pack` lays it out.
  let kernel: WeightMemory
  /// (units), or nil.
  let bias: WeightMemory?
  let inputs: Int
  let units: Int

  init(_ plain: DenseKernel, folded: FoldedNormalization?, source: WeightSource) throws(ModelError) {
    (inputs, units) = (plain.inputs, plain.units)
    try plain.checkPackable()
    kernel = try WeightMemory(uninitializedCount: swiftlet_packed_count(inputs, units))
    try source.pack(
      layer: plain.layer, weight: plain.weight, inner: inputs, columns: units, scale: folded?.scale,
      into: kernel)
    bias = try plain.bias(folded: folded, source: source)
  }

  /// Packs a kernel (inputs, units) that is in memory, and so fits an Int with room to spare for the packed form.
  init(kernel plain: WeightMemory, inputs: Int, units: Int, bias: WeightMemory?) throws(ModelError) {
    kernel = try WeightMemory(uninitializedCount: swiftlet_packed_count(inputs, units))
    unsafe swiftlet_pack(plain.pointer, units, 1, inputs, units, kernel.pointer)
    self.inputs = inputs
    self.units = units
    self.bias = bias
  }
}

/// `activation(input · kernel + bias + residual)` along the last axis.
final class DenseOperation: Operation {
  let name = "dense"
  private let weights: DenseWeights
  private let hasResidual: Bool
  private let activation: Activation
  private let kernels: Kernels

  init(weights: DenseWeights, hasResidual: Bool, activation: Activation, kernels: Kernels) {
    self.weights = weights
    self.hasResidual = hasResidual
    self.activation = activation
    self.kernels = kernels
  }

  var isProduct: Bool { true }
  var weightBytes: Int { (weights.kernel.count + (weights.bias?.count ?? 0)) * MemoryLayout<Float>.stride }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let positions = call.inputShapes[0].dropLast().reduce(1, *)
    let parameters = unsafe swiftlet_dense(
      input: call.inputSlots[0], output: call.outputSlot,
      residual: hasResidual ? call.inputSlots[1] : SWIFTLET_NO_SLOT, inputs: weights.inputs,
      outputs: weights.units, positions: positions, kernel: weights.kernel.pointer,
      bias: weights.bias?.pointer, activation: activation.fused)
    unsafe try steps.append(
      kernels.table.dense, parameters,
      workPerRow: Int(min(2 * Double(positions) * Double(weights.inputs) * Double(weights.units), 1e15)))
  }
}
