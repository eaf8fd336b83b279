import SwiftletGraph

/// Flattening leaves the numbers where they are. Channels that come first would have to move.
final class FlattenOperation: LayerOperation {
  static var isView: Bool { true }
  private let view: ViewOperation<Flatten>

  init(_ layer: Flatten, _ context: NodeContext) throws(TrainingError) {
    guard layer.dataFormat == .channelsLast || context.input.shape.count < 2 else {
      throw .unsupported("channels_first", place: context.place, supported: "channels_last")
    }
    view = try ViewOperation(layer, context)
  }

  func forward(_ pass: Pass) {}

  func backward(_ pass: Pass) { view.backward(pass) }
}
