import SwiftletGraph

/// A layer that only gives its input another shape: both share one place, and their gradients too unless
/// somebody else reads the input.
final class ViewOperation<Described: Layer>: LayerOperation {
  static var isView: Bool { true }

  private let source: GradientTarget?
  private let gradient: Slot?
  private let elementsPerRow: Int

  init(_ layer: Described, _ context: NodeContext) throws(TrainingError) {
    source = context.inputGradients[0]
    gradient = context.output.gradient
    elementsPerRow = context.output.elementsPerRow
  }

  func forward(_ pass: Pass) {}

  func backward(_ pass: Pass) {
    guard let source, let gradient, source.slot != gradient else { return }
    Vector.deliver(pass[gradient], to: source, pass, count: pass.rows * elementsPerRow)
  }
}
