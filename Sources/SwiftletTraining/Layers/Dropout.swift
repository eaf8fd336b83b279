import SwiftletGraph

/// In training each number is dropped with a probability of `rate`, and what stays is divided by `1 - rate`;
/// otherwise nothing happens. What is dropped depends on the seed, the node and the step alone.
final class DropoutOperation: LayerOperation {
  private let input: Slot
  private let output: TensorPlace
  private let inputGradient: GradientTarget?
  /// 0 or 1 / (1 - rate) for each number.
  private let mask: Slot
  private let rate: Float
  private let seed: UInt64

  init(_ layer: Dropout, _ context: NodeContext) throws(TrainingError) {
    input = context.input.value
    output = context.output
    inputGradient = context.inputGradients[0]
    rate = layer.rate
    seed = context.seed ^ UInt64(bitPattern: Int64(layer.seed ?? 0))
    guard rate >= 0, rate <= 1 else {
      throw .argument("rate", found: "\(rate)", needed: "from 0 to 1")
    }
    mask = context.reserve(context.isTraining ? context.output.value.count : 0)
  }

  func forward(_ pass: Pass) {
    let count = pass.rows * output.elementsPerRow
    let x = pass[input]
    let y = pass[output.value]
    guard pass.isTraining, rate > 0 else { return y.update(from: x, count: count) }
    let mask = pass[mask]
    let kept: Float = rate < 1 ? 1 / (1 - rate) : 0
    // A number stays where 32 random bits, read as a fraction, are not below the rate.
    let bound = UInt64((Double(rate) * 0x1p32).rounded())
    var generator = SeededGenerator(seed: seed, stream: 4, pass.step)
    var index = 0
    while index < count {
      let bits = generator.next()
      mask[index] = (bits & 0xFFFF_FFFF) >= bound ? kept : 0
      if index + 1 < count { mask[index + 1] = (bits >> 32) >= bound ? kept : 0 }
      index += 2
    }
    for i in 0..<count { y[i] = x[i] * mask[i] }
  }

  func backward(_ pass: Pass) {
    guard let slot = output.gradient, let target = inputGradient else { return }
    let count = pass.rows * output.elementsPerRow
    let gradient = pass[slot]
    if rate > 0 { Vector.scale(gradient, by: pass[mask], count: count) { $0 } }
    Vector.deliver(gradient, to: target, pass, count: count)
  }
}
