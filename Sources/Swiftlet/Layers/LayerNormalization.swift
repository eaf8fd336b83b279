import SwiftletGraph
import SwiftletKernels

/// Normalization of each place of a row by the mean and variance of its last axis.
func lowerLayerNormalization(
  _ layer: LayerNormalization, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) {
  let length = call.lastLength(ofInput: 0)
  let source = builder.weights
  let weights = try builder.shared(for: call) { () throws(ModelError) -> LayerNormalizationWeights in
    try LayerNormalizationWeights(layer, index: call.layer, length: length, source: source)
  }
  builder.emitInPlace(
    LayerNormalizationOperation(weights: weights, epsilon: layer.epsilon, kernels: builder.kernels), for: call
  )
}

/// gamma and beta, where the layer has them.
final class LayerNormalizationWeights: PackedWeights {
  /// (length), or nil for ones.
  let scale: WeightMemory?
  /// (length), or nil for zeros.
  let offset: WeightMemory?

  init(_ layer: LayerNormalization, index: Int, length: Int, source: WeightSource) throws(ModelError) {
    scale = try layer.scale ? WeightMemory(source.values(layer: index, weight: 0, count: length)) : nil
    offset =
      try layer.center
      ? WeightMemory(source.values(layer: index, weight: layer.scale ? 1 : 0, count: length)) : nil
  }

  var byteCount: Int { ((scale?.count ?? 0) + (offset?.count ?? 0)) * MemoryLayout<Float>.stride }
}

/// `(x - mean) / sqrt(variance + epsilon) * gamma + beta` along the last axis.
final class LayerNormalizationOperation: Operation {
  let name = "layer normalization"
  private let weights: LayerNormalizationWeights
  private let epsilon: Float
  private let kernels: Kernels

  init(weights: LayerNormalizationWeights, epsilon: Float, kernels: Kernels) {
    self.weights = weights
    self.epsilon = epsilon
    self.kernels = kernels
  }

  var weightBytes: Int { weights.byteCount }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let parameters = unsafe swiftlet_layer_normalization(
      input: call.inputSlots[0], output: call.outputSlot, groups: call.outputShape.dropLast().reduce(1, *),
      length: call.outputShape.last ?? 1, epsilon: epsilon, scale: weights.scale?.pointer,
      offset: weights.offset?.pointer)
    unsafe try steps.append(kernels.table.normalize_layer, parameters, workPerRow: 8 * call.outputCount)
  }
}
