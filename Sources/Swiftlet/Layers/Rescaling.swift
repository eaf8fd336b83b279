import SwiftletGraph
import SwiftletKernels

/// Rescaling by one pair of numbers, or one for each place of the last axis.
func lowerRescaling(_ layer: Rescaling, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call)
  throws(ModelError)
{
  let features = max(layer.scale.count, layer.offset.count)
  func spread(_ values: [Float]) -> [Float] {
    values.count == features ? values : [Float](repeating: values.first ?? 0, count: features)
  }
  let weights = try builder.shared(for: call) { () throws(ModelError) -> RescaleWeights in
    try RescaleWeights(scale: spread(layer.scale), offset: spread(layer.offset))
  }
  builder.emitInPlace(RescaleOperation(weights, kernels: builder.kernels), for: call)
}

/// A factor and a term for each place of the last axes.
final class RescaleWeights: PackedWeights {
  let scale: WeightMemory
  /// As many as there are factors.
  let offset: WeightMemory

  init(scale: [Float], offset: [Float]) throws(ModelError) {
    self.scale = try WeightMemory(scale)
    self.offset = try WeightMemory(offset)
  }
}

/// `x * scale + offset`, with one pair for each place of the last axes.
final class RescaleOperation: Operation {
  let name = "rescale"
  private let weights: RescaleWeights
  private let kernels: Kernels

  init(_ weights: RescaleWeights, kernels: Kernels) {
    self.weights = weights
    self.kernels = kernels
  }

  var weightBytes: Int { (weights.scale.count + weights.offset.count) * MemoryLayout<Float>.stride }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let parameters = unsafe swiftlet_rescale(
      input: call.inputSlots[0], output: call.outputSlot, count: call.outputCount,
      features: weights.scale.count, scale: weights.scale.pointer, offset: weights.offset.pointer)
    unsafe try steps.append(kernels.table.rescale, parameters, workPerRow: 2 * call.outputCount)
  }
}
