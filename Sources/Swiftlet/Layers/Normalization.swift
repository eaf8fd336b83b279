import SwiftletGraph
import SwiftletKernels

/// Normalization by statistics that are options of the layer or its weights.
func lowerNormalization(
  _ layer: Normalization, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) {
  let shape = call.inputSpecifications[0].shape
  var mean: [Float]
  var variance: [Float]
  let axes: [Int]
  do throws(GraphError) {
    axes = try layer.keptAxes(of: shape)
    if let statistics = try layer.statistics(for: shape) {
      (mean, variance) = statistics
    } else {
      (mean, variance) = ([], [])
    }
  } catch {
    throw .graph(error.placed(in: "layer '\(call.layerName)'"))
  }
  if mean.isEmpty {
    let count = axes.reduce(1) { $0 * (shape.dimensions[$1] ?? 1) }
    mean = try builder.weights.values(layer: call.layer, weight: 0, count: count)
    variance = try builder.weights.values(layer: call.layer, weight: 1, count: count)
  }
  builder.emitInPlace(
    NormalizeOperation(
      mean: mean, deviation: variance.map { max($0.squareRoot(), Normalization.epsilon) }, axes: axes,
      invert: layer.invert, kernels: builder.kernels),
    for: call)
}

/// `(x - mean) / deviation`, or the inverse of it, with statistics for each place along some axes.
final class NormalizeOperation: Operation {
  let name = "normalize"
  private let mean: [Float]
  private let deviation: [Float]
  /// The row's axes that have statistics of their own, in order.
  private let axes: [Int]
  private let invert: Bool
  private let kernels: Kernels

  init(mean: [Float], deviation: [Float], axes: [Int], invert: Bool, kernels: Kernels) {
    self.mean = mean
    self.deviation = deviation
    self.axes = axes
    self.invert = invert
    self.kernels = kernels
  }

  var weightBytes: Int { (mean.count + deviation.count) * MemoryLayout<Float>.stride }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let places = statisticsIndices(in: call.outputShape)
    let first = try unsafe steps.memory.copy(places.map { mean[$0] })
    let second = try unsafe steps.memory.copy(places.map { deviation[$0] })
    let work = 4 * call.outputCount
    if invert {
      let parameters = unsafe swiftlet_rescale(
        input: call.inputSlots[0], output: call.outputSlot, count: call.outputCount, features: places.count,
        scale: second, offset: first)
      unsafe try steps.append(kernels.table.rescale, parameters, workPerRow: work)
    } else {
      let parameters = unsafe swiftlet_normalize(
        input: call.inputSlots[0], output: call.outputSlot, count: call.outputCount, features: places.count,
        mean: first, deviation: second)
      unsafe try steps.append(kernels.table.normalize, parameters, workPerRow: work)
    }
  }

  /// For each element from the first kept axis inward, which of the statistics is its own: the kernel repeats
  /// them over the axes outside.
  private func statisticsIndices(in shape: [Int]) -> [Int] {
    guard let first = axes.first else { return [0] }
    var indices = [0]
    for axis in first..<shape.count {
      let isKept = axes.contains(axis)
      indices = indices.flatMap { index in
        (0..<shape[axis]).map { isKept ? index * shape[axis] + $0 : index }
      }
    }
    return indices
  }
}
