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
  builder.emitInPlace(
    RescaleOperation(
      scale: spread(layer.scale), offset: spread(layer.offset),
      kernels: builder.kernels),
    for: call)
}

/// `x * scale + offset`, with one pair for each place of the last axes.
final class RescaleOperation: Operation {
  let name = "rescale"
  private let scale: [Float]
  private let offset: [Float]
  private let kernels: Kernels

  init(scale: [Float], offset: [Float], kernels: Kernels) {
    self.scale = scale
    self.offset = offset
    self.kernels = kernels
  }

  var weightBytes: Int { (scale.count + offset.count) * MemoryLayout<Float>.stride }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let parameters = unsafe swiftlet_rescale(
      input: call.inputSlots[0], output: call.outputSlot, count: call.outputCount, features: scale.count,
      scale: try steps.memory.copy(scale), offset: try steps.memory.copy(offset))
    unsafe try steps.append(kernels.table.rescale, parameters, workPerRow: 2 * call.outputCount)
  }
}
