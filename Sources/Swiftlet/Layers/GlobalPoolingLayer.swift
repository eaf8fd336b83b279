import SwiftletGraph
import SwiftletKernels

/// The largest of each channel.
func lowerGlobalMaximumPooling<L: GlobalPoolingLayer>(
  _ layer: L, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) { builder.emit(GlobalPoolingOperation(.maximum, builder.kernels), for: call) }

/// The mean of each channel.
func lowerGlobalAveragePooling<L: GlobalPoolingLayer>(
  _ layer: L, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) { builder.emit(GlobalPoolingOperation(.average, builder.kernels), for: call) }

/// One element for all places of a row, channel by channel.
final class GlobalPoolingOperation: Operation {
  let name: String
  private let value: PooledValue
  private let kernels: Kernels

  init(_ value: PooledValue, _ kernels: Kernels) {
    name = value == .maximum ? "global maximum" : "global average"
    self.value = value
    self.kernels = kernels
  }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let shape = call.inputShapes[0]
    let parameters = swiftlet_global_pooling(
      input: call.inputSlots[0], output: call.outputSlot, positions: shape.dropLast().reduce(1, *),
      channels: shape.last ?? 1)
    unsafe try steps.append(
      value == .maximum ? kernels.table.pool_global_maximum : kernels.table.pool_global_average, parameters,
      workPerRow: call.inputCount())
  }
}
