import SwiftletGraph
import SwiftletKernels

/// A depthwise convolution becomes one step, with a normalization and an activation behind it taken in.
func lowerDepthwise<L: DepthwiseConvolutionLayer>(
  _ layer: L, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) {
  var call = call
  let input = builder.paddedInput(of: call)
  let channels = call.lastLength(ofInput: 0)
  let outputs = channels * layer.depthMultiplier
  let epilogue = try builder.takeFollowers(of: &call, activation: layer.activation, addsResidual: false)
  let source = builder.weights
  let index = call.layer
  let weights = try builder.shared(for: call, folding: epilogue.folded?.layer) {
    () throws(ModelError) -> DepthwiseWeights in
    let taps = layer.window.size.reduce(1, *)
    let kernel = try WeightMemory(uninitializedCount: taps * outputs)
    unsafe try source.read(layer: index, weight: 0, from: 0, into: kernel.buffer)
    if let folded = epilogue.folded { source.scale(kernel, by: folded.scale, rows: taps) }
    return DepthwiseWeights(
      kernel: kernel,
      bias: try source.bias(
        layer: index, weight: layer.useBias ? 1 : nil, count: outputs, folded: epilogue.folded))
  }
  let operation = DepthwiseOperation(
    window: LoweredWindow(layer.window, padding: input.padding), channels: channels,
    multiplier: layer.depthMultiplier, weights: weights, activation: epilogue.activation,
    kernels: builder.kernels)
  builder.emitProduct(operation, for: call, reading: input.value, with: epilogue)
}

/// A depthwise kernel, (window…, outputs), and a bias.
final class DepthwiseWeights: PackedWeights {
  let kernel: WeightMemory
  /// (outputs), or nil for zeros.
  let bias: WeightMemory?

  init(kernel: WeightMemory, bias: WeightMemory?) {
    self.kernel = kernel
    self.bias = bias
  }
}

/// `activation(depthwise convolution(input, kernel) + bias)`.
final class DepthwiseOperation: Operation {
  let name = "depthwise"
  private let window: LoweredWindow
  private let channels: Int
  private let multiplier: Int
  private let weights: DepthwiseWeights
  private let activation: Activation
  private let kernels: Kernels

  init(
    window: LoweredWindow, channels: Int, multiplier: Int, weights: DepthwiseWeights, activation: Activation,
    kernels: Kernels
  ) {
    self.window = window
    self.channels = channels
    self.multiplier = multiplier
    self.weights = weights
    self.activation = activation
    self.kernels = kernels
  }

  var isProduct: Bool { true }
  var weightBytes: Int { (weights.kernel.count + (weights.bias?.count ?? 0)) * MemoryLayout<Float>.stride }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let window = try window.filled(input: call.inputShapes[0], output: call.outputShape)
    let parameters = unsafe swiftlet_depthwise(
      input: call.inputSlots[0], output: call.outputSlot, window: window, channels: channels,
      multiplier: multiplier, kernel: weights.kernel.pointer, bias: weights.bias?.pointer,
      activation: activation.fused)
    unsafe try steps.append(
      kernels.table.convolve_depthwise, parameters,
      workPerRow: Int(min(2 * Double(call.outputCount) * Double(window.height * window.width), 1e15)))
  }
}
