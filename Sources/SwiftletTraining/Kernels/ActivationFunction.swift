import SwiftletGraph

/// An activation with its gradient, over the elements of one tensor.
///
/// Where the gradient can be had from the output alone, nothing else is kept; `needsInput` says where it
/// cannot. At a corner the gradient is that of the side which Keras takes.
struct ActivationFunction {
  let activation: Activation
  /// Whether the way back reads what the activation was applied to, so that it may not be applied in place.
  let needsInput: Bool
  /// For a softmax: the sizes before, along and after its axis within one row.
  private let outer: Int
  private let length: Int
  private let inner: Int

  /// - Parameter shape: the sizes of one row.
  /// - Throws: `TrainingError.unsupported` for a step in training (its gradient is zero wherever there is
  ///   one), and for a softmax along the batch.
  init(
    _ activation: Activation, shape: [Int], place: String, isTraining: Bool
  ) throws(TrainingError) {
    self.activation = activation
    var axis = shape.count - 1
    switch activation {
    case .relu(let slope, let maximum, let threshold):
      needsInput = slope != 0 || maximum != nil || threshold != 0
    // With a slope of 0 the output is zero on both sides of the corner.
    case .leakyReLU(let slope): needsInput = slope <= 0
    case .elu(let alpha): needsInput = alpha <= 0
    case .softplus, .gelu, .silu: needsInput = true
    case .heaviside, .sign:
      guard !isTraining else {
        throw .unsupported(
          "the step activation, whose gradient is zero everywhere,", place: place,
          supported:
            "the same layer marked as not trainable with none that learns before it, or a sigmoid or "
            + "tanh in its place")
      }
      needsInput = false
    case .softmax(let given):
      needsInput = false
      // Keras counts the batch as axis 0.
      axis = given < 0 ? given + shape.count : given - 1
      guard shape.indices.contains(axis) else {
        throw .unsupported("softmax along axis \(given)", place: place, supported: "an axis of the row")
      }
    default: needsInput = false
    }
    let isFlat = shape.isEmpty
    outer = isFlat ? 1 : shape[..<axis].reduce(1, *)
    length = isFlat ? 1 : shape[axis]
    inner = isFlat ? 1 : shape[(axis + 1)...].reduce(1, *)
  }

  /// Scratch that the way forward or back needs for that many elements.
  func scratchCount(elements: Int) -> Int {
    switch activation {
    case .softplus, .gelu, .silu: elements
    case .softmax: inner == 1 ? 0 : 2 * length
    default: 0
    }
  }

  /// Whether a product can apply it to its sums at once.
  var fusesIntoProduct: Bool {
    if case .softmax = activation { false } else { !needsInput }
  }

  /// `y = activation(x)`; both may be the same place unless `needsInput`.
  func forward(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let count = rows * outer * length * inner
    switch activation {
    case .softmax: softmax(x, y, rows: rows, scratch: scratch)
    default: VectorMath.apply(activation, x, y, count: count)
    }
  }

  private func softmax(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    guard inner > 1 else { return VectorMath.softmaxRows(x, y, rows: rows * outer, width: length) }
    for block in 0..<rows * outer {
      for lane in 0..<inner {
        let start = block * length * inner + lane
        for k in 0..<length { scratch[k] = x[start + k * inner] }
        VectorMath.softmaxRows(scratch, scratch, rows: 1, width: length)
        for k in 0..<length { y[start + k * inner] = scratch[k] }
      }
    }
  }

  /// Turns the gradient of the output into that of the input, in place.
  func backward(
    _ gradient: UnsafeMutablePointer<Float>, output y: UnsafePointer<Float>, input x: UnsafePointer<Float>,
    rows: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    let count = rows * outer * length * inner
    switch activation {
    case .linear, .heaviside, .sign: break
    case .relu(let slope, let maximum, let threshold):
      guard needsInput else { return Vector.scale(gradient, by: y, count: count) { $0 > 0 ? 1 : 0 } }
      let top = maximum ?? .infinity
      Vector.scale(gradient, by: x, count: count) { $0 >= top ? 0 : $0 > threshold ? 1 : slope }
    case .relu6: Vector.scale(gradient, by: y, count: count) { $0 > 0 && $0 < 6 ? 1 : 0 }
    case .leakyReLU(let slope):
      Vector.scale(gradient, by: needsInput ? x : y, count: count) { $0 >= 0 ? 1 : slope }
    case .elu(let alpha):
      if needsInput {
        for i in 0..<count { gradient[i] *= x[i] > 0 ? 1 : y[i] + alpha }
      } else {
        Vector.scale(gradient, by: y, count: count) { $0 > 0 ? 1 : $0 + alpha }
      }
    case .selu:
      let scale: Float = 1.0507009873554805
      let bottom: Float = 1.7580993408473766
      Vector.scale(gradient, by: y, count: count) { $0 > 0 ? scale : $0 + bottom }
    case .sigmoid: Vector.scale(gradient, by: y, count: count) { $0 * (1 - $0) }
    case .tanh: Vector.scale(gradient, by: y, count: count) { 1 - $0 * $0 }
    case .softsign: Vector.scale(gradient, by: y, count: count) { (1 - abs($0)) * (1 - abs($0)) }
    case .exponential: Vector.scale(gradient, by: y, count: count) { $0 }
    case .hardSigmoid: Vector.scale(gradient, by: y, count: count) { $0 > 0 && $0 < 1 ? 1 / 6 : 0 }
    case .legacyHardSigmoid: Vector.scale(gradient, by: y, count: count) { $0 > 0 && $0 < 1 ? 0.2 : 0 }
    case .softplus:
      VectorMath.sigmoid(x, scratch, count: count)
      Vector.scale(gradient, by: scratch, count: count) { $0 }
    case .silu:
      VectorMath.sigmoid(x, scratch, count: count)
      for i in 0..<count { gradient[i] *= scratch[i] * (1 + x[i] * (1 - scratch[i])) }
    case .gelu(let approximate):
      if approximate {
        approximateGELU(gradient, x, count: count, scratch: scratch)
      } else {
        exactGELU(gradient, y, x, count: count, scratch: scratch)
      }
    case .softmax: softmaxBackward(gradient, y, rows: rows)
    }
  }

  /// Φ(x) + x φ(x), with Φ(x) = y / x.
  private func exactGELU(
    _ gradient: UnsafeMutablePointer<Float>, _ y: UnsafePointer<Float>, _ x: UnsafePointer<Float>, count: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    Vector.map(x, to: scratch, count: count) { -0.5 * $0 * $0 }
    VectorMath.exponential(scratch, scratch, count: count)
    let density: Float = 0.3989422804014327
    for i in 0..<count {
      let distribution = x[i] == 0 ? 0.5 : y[i] / x[i]
      gradient[i] *= distribution + x[i] * density * scratch[i]
    }
  }

  /// The gradient of x (1 + tanh u) / 2, u = sqrt(2/π) (x + 0.044715 x³).
  private func approximateGELU(
    _ gradient: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, count: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let root: Float = 0.7978845608028654
    Vector.map(x, to: scratch, count: count) { root * ($0 + 0.044715 * $0 * $0 * $0) }
    VectorMath.tanh(scratch, scratch, count: count)
    for i in 0..<count {
      let t = scratch[i]
      let slope = root * (1 + 0.134145 * x[i] * x[i])
      gradient[i] *= 0.5 * (1 + t) + 0.5 * x[i] * (1 - t * t) * slope
    }
  }

  /// `dx = y (dy - Σ dy y)` along the axis.
  private func softmaxBackward(_ gradient: UnsafeMutablePointer<Float>, _ y: UnsafePointer<Float>, rows: Int)
  {
    for block in 0..<rows * outer {
      for lane in 0..<inner {
        let start = block * length * inner + lane
        var sum: Float = 0
        for k in 0..<length { sum += gradient[start + k * inner] * y[start + k * inner] }
        for k in 0..<length {
          gradient[start + k * inner] = y[start + k * inner] * (gradient[start + k * inner] - sum)
        }
      }
    }
  }
}
