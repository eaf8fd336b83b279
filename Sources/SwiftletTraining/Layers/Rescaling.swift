import SwiftletGraph

/// y = x scale + offset, one of each or one for each place of the last axis.
final class RescalingOperation: LayerOperation {
  private let input: Slot
  private let output: TensorPlace
  private let inputGradient: GradientTarget?
  private let scale: [Float]
  private let offset: [Float]

  init(_ layer: Rescaling, _ context: NodeContext) throws(TrainingError) {
    input = context.input.value
    output = context.output
    inputGradient = context.inputGradients[0]
    let width = max(layer.scale.count, layer.offset.count)
    func spread(_ values: [Float]) -> [Float] {
      values.count == 1 && width > 1 ? [Float](repeating: values[0], count: width) : values
    }
    scale = spread(layer.scale)
    offset = spread(layer.offset)
  }

  func forward(_ pass: Pass) {
    let x = pass[input]
    let y = pass[output.value]
    let count = pass.rows * output.elementsPerRow
    if scale.count == 1 {
      let (factor, term) = (scale[0], offset[0])
      Vector.map(x, to: y, count: count) { $0 * factor + term }
    } else {
      eachRow(count) { start, j in y[start + j] = x[start + j] * scale[j] + offset[j] }
    }
  }

  func backward(_ pass: Pass) {
    guard let slot = output.gradient, let target = inputGradient else { return }
    let count = pass.rows * output.elementsPerRow
    let gradient = pass[slot]
    if scale.count == 1 {
      let factor = scale[0]
      Vector.map(gradient, to: gradient, count: count) { $0 * factor }
    } else {
      eachRow(count) { start, j in gradient[start + j] *= scale[j] }
    }
    Vector.deliver(gradient, to: target, pass, count: count)
  }

  @inline(__always)
  private func eachRow(_ count: Int, _ body: (Int, Int) -> Void) {
    for start in stride(from: 0, to: count, by: scale.count) {
      for j in 0..<scale.count { body(start, j) }
    }
  }
}
