import SwiftletGraph
import SwiftletKernels

/// Zeros around a tensor. Where a convolution alone reads them its window takes them in, and nothing runs.
func lowerZeroPadding<L: ZeroPaddingLayer>(
  _ layer: L, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) {
  if let reader = builder.soleReader(of: call), builder.isConvolution(reader) {
    let input = PaddedInput(
      value: builder.arguments(of: call)[0], shape: call.inputSpecifications[0].shape, padding: layer.amounts)
    builder.takePadding(input, of: call)
  } else {
    builder.emit(ZeroPaddingOperation(layer.amounts, builder.kernels), for: call)
  }
}

extension PlanBuilder {
  fileprivate func isConvolution(_ node: Int) -> Bool {
    let layer = network.layers[network.nodes[node].layer].layer
    return layer is Conv1D || layer is Conv2D || layer is DepthwiseConv1D || layer is DepthwiseConv2D
  }
}

/// A tensor amid zeros.
final class ZeroPaddingOperation: Operation {
  let name = "zero padding"
  private let amounts: [ZeroPaddingAmount]
  private let kernels: Kernels

  init(_ amounts: [ZeroPaddingAmount], _ kernels: Kernels) {
    self.amounts = amounts
    self.kernels = kernels
  }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let (input, output) = (call.inputShapes[0], call.outputShape)
    let isPlane = amounts.count == 2
    let parameters = swiftlet_padding(
      input: call.inputSlots[0], output: call.outputSlot, inputHeight: isPlane ? input[0] : 1,
      inputWidth: input[isPlane ? 1 : 0], outputHeight: isPlane ? output[0] : 1,
      outputWidth: output[isPlane ? 1 : 0], channels: output.last ?? 1, top: isPlane ? amounts[0].before : 0,
      left: amounts[isPlane ? 1 : 0].before)
    unsafe try steps.append(kernels.table.pad, parameters, workPerRow: call.outputCount)
  }
}
