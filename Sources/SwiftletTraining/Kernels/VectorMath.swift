import SwiftletGraph
import SwiftletKernels

/// The functions of mathematics that training needs, over arrays: the runtime's own kernels, so that training
/// sees the numbers that the exported file will give. Input and output may be the same place.
enum VectorMath {
  static func exponential(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
    apply(.exponential, x, y, count: count)
  }

  static func sigmoid(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
    apply(.sigmoid, x, y, count: count)
  }

  static func tanh(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
    apply(.tanh, x, y, count: count)
  }

  static func softmaxRows(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Int, width: Int
  ) {
    kernels.softmax_rows(x, y, rows, width)
  }

  /// `y = activation(x)` for an activation of single elements.
  static func apply(
    _ activation: Activation, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int
  ) {
    var kernel = swiftlet_activation(activation)
    kernels.activate_array(&kernel, x, y, count)
  }
}

extension swiftlet_activation {
  /// The kernel of an activation of single elements; linear for a softmax, which is none.
  init(_ activation: Activation) {
    self.init()
    func use<Kind: BinaryInteger>(_ kind: Kind, alpha: Float = 0, beta: Float = 0, threshold: Float = 0) {
      self.kind = UInt32(kind)
      self.alpha = alpha
      self.beta = beta
      self.threshold = threshold
    }
    switch activation {
    case .linear, .softmax: break
    case .relu(let slope, let maximum, let threshold):
      use(SWIFTLET_RELU, alpha: slope, beta: maximum ?? .infinity, threshold: threshold)
    case .relu6: use(SWIFTLET_RELU6)
    case .leakyReLU(let slope): use(SWIFTLET_LEAKY_RELU, alpha: slope)
    case .elu(let alpha): use(SWIFTLET_ELU, alpha: alpha)
    case .selu: use(SWIFTLET_SELU)
    case .sigmoid: use(SWIFTLET_SIGMOID)
    case .tanh: use(SWIFTLET_TANH)
    case .softplus: use(SWIFTLET_SOFTPLUS)
    case .softsign: use(SWIFTLET_SOFTSIGN)
    case .gelu(let approximate): use(approximate ? SWIFTLET_GELU_TANH : SWIFTLET_GELU)
    case .silu: use(SWIFTLET_SILU)
    case .exponential: use(SWIFTLET_EXPONENTIAL)
    case .hardSigmoid: use(SWIFTLET_HARD_SIGMOID)
    case .legacyHardSigmoid: use(SWIFTLET_HARD_SIGMOID_LEGACY)
    case .heaviside: use(SWIFTLET_HEAVISIDE, alpha: 1)
    case .sign: use(SWIFTLET_SIGN)
    }
  }
}
