import SwiftletGraph
import SwiftletKernels

/// A sum of tensors, from the first on, that no product takes in; an activation behind it is taken in.
func lowerAdd(_ layer: Add, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call) throws(ModelError) {
  var call = call
  let arguments = builder.arguments(of: call)
  guard arguments.count > 1 else { return builder.alias(call) }
  let activation = builder.takeActivation(behind: &call)
  var sum = arguments[0]
  for (index, term) in arguments.enumerated().dropFirst() {
    let isLast = index == arguments.count - 1
    let operation = AddOperation(activation: isLast ? activation : .linear, kernels: builder.kernels)
    if isLast {
      let targets = index == 1 ? [sum, term] : [sum]
      builder.emit(operation, for: call, reading: [sum, term], over: targets)
    } else {
      sum = builder.emitTemporary(operation, for: call, reading: [sum, term], likeInput: 0)
    }
  }
}

/// `activation(first + second)`.
final class AddOperation: Operation {
  let name = "add"
  private let activation: Activation
  private let kernels: Kernels

  init(activation: Activation, kernels: Kernels) {
    self.activation = activation
    self.kernels = kernels
  }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let parameters = swiftlet_add(
      first: call.inputSlots[0], second: call.inputSlots[1], output: call.outputSlot, count: call.outputCount,
      activation: activation.fused)
    unsafe try steps.append(kernels.table.add, parameters, workPerRow: call.outputCount)
  }
}
