import SwiftletGraph

/// The layers that can be trained: one line each.
enum LayerTable {
  static let entries: [Entry] = [
    Entry(InputOperation.self),
    Entry(DenseOperation.self),
    Entry(ActivationOperation<ActivationLayer>.self),
    Entry(ActivationOperation<ReLU>.self),
    Entry(ActivationOperation<LeakyReLU>.self),
    Entry(ActivationOperation<ELU>.self),
    Entry(ActivationOperation<Softmax>.self),
    Entry(DropoutOperation.self),
    Entry(FlattenOperation.self),
    Entry(ViewOperation<Reshape>.self),
    Entry(RescalingOperation.self),
    Entry(NormalizationOperation.self),
  ]

  /// How the operation of a class of layers is made.
  struct Entry: Sendable {
    let className: String
    let isView: Bool
    private let build: @Sendable (any Layer, NodeContext) throws(TrainingError) -> (any LayerOperation)?

    init<Operation: LayerOperation>(_ type: Operation.Type) {
      className = Operation.Described.className
      isView = Operation.isView
      build = { (layer, context) throws(TrainingError) in
        guard let layer = layer as? Operation.Described else { return nil }
        return try Operation(layer, context)
      }
    }

    func operation(_ layer: any Layer, _ context: NodeContext) throws(TrainingError) -> any LayerOperation {
      guard let operation = try build(layer, context) else { throw LayerTable.unknown(layer, context.place) }
      return operation
    }
  }

  /// - Throws: `TrainingError.unsupported` for the first layer of a class that cannot be trained.
  static func check(_ network: Network) throws(TrainingError) {
    for entry in network.layers { _ = try self.entry(for: entry.layer, place: "layer '\(entry.name)'") }
  }

  static func entry(for layer: any Layer, place: String) throws(TrainingError) -> Entry {
    for entry in entries where entry.className == layer.className { return entry }
    throw unknown(layer, place)
  }

  private static func unknown(_ layer: any Layer, _ place: String) -> TrainingError {
    .unsupported(
      "class \(layer.className)", place: place,
      supported: entries.map(\.className).sorted().joined(separator: ", "))
  }
}
