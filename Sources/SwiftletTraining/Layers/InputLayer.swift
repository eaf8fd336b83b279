import SwiftletGraph

/// An input: the batch is written into its place before the pass begins.
final class InputOperation: LayerOperation {
  init(_ layer: InputLayer, _ context: NodeContext) throws(TrainingError) {}
  func forward(_ pass: Pass) {}
  func backward(_ pass: Pass) {}
}
