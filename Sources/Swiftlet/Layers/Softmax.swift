import SwiftletGraph
import SwiftletKernels

/// A Softmax layer, along one axis or several that stand side by side.
func lowerSoftmax(_ layer: Softmax, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call) throws(ModelError)
{
  let shape = call.inputSpecifications[0].shape
  let axes: [Int]
  do throws(GraphError) {
    axes = try layer.rowAxes(of: shape)
  } catch {
    throw .graph(error.placed(in: "layer '\(call.layerName)'"))
  }
  for (axis, next) in zip(axes, axes.dropFirst()) where next != axis + 1 {
    throw .graph(
      .unsupported(
        "softmax along axes \(axis + 1) and \(next + 1) together", place: "layer '\(call.layerName)'",
        supported: "axes that stand side by side"))
  }
  builder.emitInPlace(SoftmaxOperation(axes: layer.axes, kernels: builder.kernels), for: call)
}

/// `exp(x)` divided by its sum along an axis.
final class SoftmaxOperation: Operation {
  let name = "softmax"
  /// As Keras counts, the batch included.
  private let axes: [Int]
  private let kernels: Kernels

  init(axes: [Int], kernels: Kernels) {
    self.axes = axes
    self.kernels = kernels
  }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let shape = call.outputShape
    let rowAxes = axes.compactMap { Activation.rowAxis($0, rank: shape.count) }.sorted()
    guard let first = rowAxes.first, let last = rowAxes.last else {
      throw .graph(.shape("softmax along no axis of a row", place: ""))
    }
    let parameters = swiftlet_softmax(
      input: call.inputSlots[0], output: call.outputSlot, outer: shape[..<first].reduce(1, *),
      axis: shape[first...last].reduce(1, *), inner: shape[(last + 1)...].reduce(1, *))
    unsafe try steps.append(kernels.table.softmax, parameters, workPerRow: 20 * call.outputCount)
  }
}
