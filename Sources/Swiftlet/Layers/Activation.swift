import SwiftletGraph
import SwiftletKernels

/// A layer that is an activation and no more: in place where nothing else reads its input, and nothing at all
/// if it is linear.
func lowerSoleActivation<L: Layer>(
  _ layer: L, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) {
  let activation = layer.soleActivation ?? .linear
  switch activation {
  case .linear: builder.alias(call)
  case .softmax(let axis):
    builder.emitInPlace(SoftmaxOperation(axes: [axis], kernels: builder.kernels), for: call)
  default: builder.emitInPlace(ActivationOperation(activation, kernels: builder.kernels), for: call)
  }
}

/// A function of each element.
final class ActivationOperation: Operation {
  let name: String
  private let activation: Activation
  private let kernels: Kernels

  init(_ activation: Activation, kernels: Kernels) {
    name = activation.name
    self.activation = activation
    self.kernels = kernels
  }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    let count = call.outputCount
    unsafe try steps.append(
      kernels.table.activate,
      swiftlet_activate(
        input: call.inputSlots[0], output: call.outputSlot, count: count, activation: activation.fused),
      workPerRow: 10 * count)
  }
}

extension Activation {
  /// The kernels' form of it. Softmax looks at a whole axis, so it is a step of its own and linear here.
  var fused: swiftlet_activation {
    func plain(_ kind: Int, alpha: Float = 0, beta: Float = 0, threshold: Float = 0) -> swiftlet_activation {
      swiftlet_activation(kind: UInt32(kind), alpha: alpha, beta: beta, threshold: threshold)
    }
    switch self {
    case .linear, .softmax: return plain(SWIFTLET_LINEAR)
    case .relu(let slope, let maximum, let threshold):
      return plain(SWIFTLET_RELU, alpha: slope, beta: maximum ?? .infinity, threshold: threshold)
    case .relu6: return plain(SWIFTLET_RELU6)
    case .leakyReLU(let slope): return plain(SWIFTLET_LEAKY_RELU, alpha: slope)
    case .elu(let alpha): return plain(SWIFTLET_ELU, alpha: alpha)
    case .selu: return plain(SWIFTLET_SELU)
    case .sigmoid: return plain(SWIFTLET_SIGMOID)
    case .tanh: return plain(SWIFTLET_TANH)
    case .softplus: return plain(SWIFTLET_SOFTPLUS)
    case .softsign: return plain(SWIFTLET_SOFTSIGN)
    case .gelu(let approximate): return plain(approximate ? SWIFTLET_GELU_TANH : SWIFTLET_GELU)
    case .silu: return plain(SWIFTLET_SILU)
    case .exponential: return plain(SWIFTLET_EXPONENTIAL)
    case .hardSigmoid: return plain(SWIFTLET_HARD_SIGMOID)
    case .legacyHardSigmoid: return plain(SWIFTLET_HARD_SIGMOID_LEGACY)
    case .heaviside: return plain(SWIFTLET_HEAVISIDE, alpha: 1)
    case .sign: return plain(SWIFTLET_SIGN)
    }
  }
}
