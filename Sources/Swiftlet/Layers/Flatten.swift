import SwiftletGraph
import SwiftletKernels

/// Flattening moves nothing, unless the channels come first: Keras then flattens as if they came last.
func lowerFlatten(_ layer: Flatten, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call) throws(ModelError)
{
  if layer.dataFormat == .channelsFirst, call.inputSpecifications[0].shape.rank > 1 {
    builder.emit(ChannelsLastOperation(), for: call)
  } else {
    builder.alias(call)
  }
}

/// Layers that give their input under the same or another shape.
func lowerIdentity<L: Layer>(
  _ layer: L, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) { builder.alias(call) }

/// (channels, …) to (…, channels).
final class ChannelsLastOperation: Operation {
  let name = "transpose"

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let shape = call.inputShapes[0]
    let parameters = swiftlet_transpose(
      input: call.inputSlots[0], output: call.outputSlot, rows: shape.first ?? 1,
      columns: shape.dropFirst().reduce(1, *))
    unsafe try steps.append(swiftlet_transpose_step, parameters, workPerRow: call.outputCount)
  }
}

/// The same numbers in storage of their own: an output that is also an input, or is given twice.
final class CopyOperation: Operation {
  let name = "copy"
  private let kernels: Kernels

  init(kernels: Kernels) { self.kernels = kernels }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let parameters = swiftlet_copy(
      input: call.inputSlots[0], output: call.outputSlot, count: call.outputCount)
    unsafe try steps.append(kernels.table.copy, parameters, workPerRow: call.outputCount)
  }
}
