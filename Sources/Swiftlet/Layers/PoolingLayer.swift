import SwiftletGraph
import SwiftletKernels

/// The largest of each window.
func lowerMaximumPooling<L: PoolingLayer>(
  _ layer: L, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) { builder.emit(PoolingOperation(layer.window, .maximum, builder.kernels), for: call) }

/// The mean of each window.
func lowerAveragePooling<L: PoolingLayer>(
  _ layer: L, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) { builder.emit(PoolingOperation(layer.window, .average, builder.kernels), for: call) }

/// What a pooling makes of its elements.
enum PooledValue {
  case maximum, average
}

/// One element for each place of a window, channel by channel.
final class PoolingOperation: Operation {
  let name: String
  private let window: LoweredWindow
  private let value: PooledValue
  private let kernels: Kernels

  init(_ window: Window, _ value: PooledValue, _ kernels: Kernels) {
    name = value == .maximum ? "maximum pooling" : "average pooling"
    self.window = LoweredWindow(window, padding: nil)
    self.value = value
    self.kernels = kernels
  }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let window = try window.filled(input: call.inputShapes[0], output: call.outputShape)
    let parameters = swiftlet_pooling(
      input: call.inputSlots[0], output: call.outputSlot, window: window, channels: call.outputShape.last ?? 1
    )
    let work = min(Double(call.outputCount) * Double(window.height * window.width), 1e15)
    unsafe try steps.append(
      value == .maximum ? kernels.table.pool_maximum : kernels.table.pool_average, parameters,
      workPerRow: Int(work))
  }
}
