import SwiftletGraph
import SwiftletKernels

/// A convolution becomes one step, with what the nodes behind it do taken in; and a softmax behind it if that is its
/// activation.
func lowerConvolution<L: ConvolutionLayer>(
  _ layer: L, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) {
  var call = call
  let input = builder.paddedInput(of: call)
  let channels = call.lastLength(ofInput: 0)
  var window = LoweredWindow(layer.window, padding: input.padding)
  window.setLengths(
    input: input.shape.dimensions, output: builder.network.specification(of: call.output).shape.dimensions)
  let epilogue = try builder.takeFollowers(of: &call, activation: layer.activation)
  // Where the window is one position wide, the convolution is a dense layer along the channels.
  let kernel = DenseKernel(
    layer: call.layer, inputs: channels, units: layer.filters, useBias: layer.useBias)
  let operation: any Operation
  if input.padding == nil, (layer.window.size + layer.window.strides).allSatisfy({ $0 == 1 }),
    builder.precision != .int8 || kernel.isWorthQuantizing,
    let product = try builder.lowPrecisionProduct(kernel, epilogue, for: call)
  {
    operation = product
  } else {
    let source = builder.weights
    let index = call.layer
    let weights = try builder.shared(for: call, folding: epilogue.folded?.layer) {
      () throws(ModelError) -> ConvolutionWeights in
      try ConvolutionWeights(
        window: window, channels: channels, filters: layer.filters, useBias: layer.useBias, layer: index,
        folded: epilogue.folded, source: source)
    }
    operation = ConvolutionOperation(
      window: window, weights: weights, hasResidual: epilogue.residual != nil,
      activation: epilogue.activation, kernels: builder.kernels)
  }
  builder.emitProduct(operation, for: call, reading: input.value, with: epilogue)
}

/// A kernel packed for one method, and a bias.
final class ConvolutionWeights: PackedWeights {
  /// As `swiftlet_convolution_pack` lays it out for `method`.
  let kernel: WeightMemory
  /// (filters), or nil for zeros.
  let bias: WeightMemory?
  let channels: Int
  let filters: Int
  let method: swiftlet_method

  init(
    window: LoweredWindow, channels: Int, filters: Int, useBias: Bool, layer: Int,
    folded: FoldedNormalization?, source: WeightSource
  ) throws(ModelError) {
    self.channels = channels
    self.filters = filters
    var shape = unsafe swiftlet_convolution(
      input: 0, output: 0, residual: SWIFTLET_NO_SLOT, window: window.parameters, channels: channels,
      filters: filters, method: SWIFTLET_CONVOLUTION_DIRECT, kernel: nil, bias: nil,
      activation: Activation.linear.fused)
    method = unsafe swiftlet_convolution_method(&shape)
    unsafe shape.method = method
    // The kernel's shape was checked, so its count fits with room to spare for the packed form.
    let taps = window.size.reduce(1, *) * channels
    if method == SWIFTLET_CONVOLUTION_DIRECT {
      // Packed as the kernel of a product is.
      kernel = try unsafe WeightMemory(uninitializedCount: swiftlet_convolution_packed_count(&shape))
      try source.pack(
        layer: layer, weight: 0, inner: taps, columns: filters, scale: folded?.scale, into: kernel)
    } else {
      let values = try WeightMemory(uninitializedCount: taps * filters, isTemporary: true)
      defer { withExtendedLifetime(values) {} }
      unsafe try source.read(layer: layer, weight: 0, from: 0, into: values.buffer)
      if let folded { source.scale(values, by: folded.scale, rows: taps) }
      kernel = try unsafe WeightMemory(uninitializedCount: swiftlet_convolution_packed_count(&shape))
      unsafe swiftlet_convolution_pack(&shape, values.pointer, kernel.pointer)
    }
    bias = try source.bias(layer: layer, weight: useBias ? 1 : nil, count: filters, folded: folded)
  }

  var byteCount: Int { (kernel.count + (bias?.count ?? 0)) * MemoryLayout<Float>.stride }
}

/// `activation(convolution(input, kernel) + bias + residual)`.
final class ConvolutionOperation: Operation {
  let name = "convolution"
  private let window: LoweredWindow
  private let weights: ConvolutionWeights
  private let hasResidual: Bool
  private let activation: Activation
  private let kernels: Kernels

  init(
    window: LoweredWindow, weights: ConvolutionWeights, hasResidual: Bool, activation: Activation,
    kernels: Kernels
  ) {
    self.window = window
    self.weights = weights
    self.hasResidual = hasResidual
    self.activation = activation
    self.kernels = kernels
  }

  var isProduct: Bool { true }
  var weightBytes: Int { weights.byteCount }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let window = try window.filled(input: call.inputShapes[0], output: call.outputShape)
    var parameters = unsafe swiftlet_convolution(
      input: call.inputSlots[0], output: call.outputSlot,
      residual: hasResidual ? call.inputSlots[1] : SWIFTLET_NO_SLOT, window: window,
      channels: weights.channels, filters: weights.filters, method: weights.method,
      kernel: weights.kernel.pointer, bias: weights.bias?.pointer, activation: activation.fused)
    let scratch = unsafe swiftlet_convolution_scratch(&parameters)
    let taps = window.height * window.width * weights.channels
    unsafe try steps.append(
      kernels.table.convolve, parameters,
      workPerRow: Int(min(2 * Double(call.outputCount) * Double(taps), 1e15)), scratchBytes: scratch)
  }
}
