import SwiftletGraph

/// A layer that is an activation and nothing else.
final class ActivationOperation<Described: Layer>: LayerOperation {
  private let input: Slot
  private let output: TensorPlace
  private let inputGradient: GradientTarget?
  private let function: ActivationFunction

  init(_ layer: Described, _ context: NodeContext) throws(TrainingError) {
    input = context.input.value
    output = context.output
    inputGradient = context.inputGradients[0]
    guard let activation = layer.soleActivation else {
      throw .unsupported(
        "a \(layer.className) along several axes", place: context.place, supported: "one axis")
    }
    function = try ActivationFunction(
      activation, shape: context.output.shape, place: context.place,
      isTraining: context.output.gradient != nil)
    context.needsScratch(function.scratchCount(elements: output.value.count))
  }

  func forward(_ pass: Pass) {
    function.forward(pass[input], pass[output.value], rows: pass.rows, scratch: pass.scratch)
  }

  func backward(_ pass: Pass) {
    guard let slot = output.gradient, let target = inputGradient else { return }
    let gradient = pass[slot]
    function.backward(
      gradient, output: pass[output.value], input: pass[input], rows: pass.rows, scratch: pass.scratch)
    Vector.deliver(gradient, to: target, pass, count: pass.rows * output.elementsPerRow)
  }
}
