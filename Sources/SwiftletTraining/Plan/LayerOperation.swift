import SwiftletGraph

/// One call of a layer in a plan: computes the outputs from the inputs and, in training, the gradients of
/// inputs and weights from those of the outputs.
///
/// An operation knows its places from the start and allocates nothing when it runs. `backward` runs once all
/// that read the outputs have run theirs, so it may overwrite the gradients of its outputs.
protocol LayerOperation: AnyObject, SendableMetatype {
  /// The layer whose operation this is.
  associatedtype Described: Layer
  /// Whether the output is the input under another shape, so that both can share one place.
  static var isView: Bool { get }

  /// Makes the operation and reserves what it needs.
  /// - Throws: `TrainingError.unsupported` for options that cannot be trained.
  init(_ layer: Described, _ context: NodeContext) throws(TrainingError)
  func forward(_ pass: Pass)
  func backward(_ pass: Pass)
}

extension LayerOperation {
  static var isView: Bool { false }
}

/// A tensor between two nodes.
struct TensorPlace {
  /// (rows, elementsPerRow).
  let value: Slot
  /// The sizes of one row.
  let shape: [Int]
  /// Where its gradient comes to be, where one is wanted.
  let gradient: Slot?

  var elementsPerRow: Int { shape.reduce(1, *) }
  /// The length of the last axis; 1 of a row that is one number.
  var width: Int { shape.last ?? 1 }
}

/// Where an operation leaves a gradient. The first to write a place stores, those after it add.
struct GradientTarget {
  let slot: Slot
  let accumulates: Bool
}

/// A weight of a layer; shared layers have the same places in each of their calls.
struct WeightPlace {
  let value: Slot
  let shape: [Int]
  /// Where training wants its gradient; nil for weights that do not learn.
  let gradient: GradientTarget?
}

/// What a layer's operation is made of.
struct NodeContext {
  /// For errors: `layer 'dense'`.
  let place: String
  let inputs: [TensorPlace]
  /// As many as the inputs; nil where nobody needs that gradient.
  let inputGradients: [GradientTarget?]
  let outputs: [TensorPlace]
  let weights: [WeightPlace]
  /// The largest batch.
  let maximumRows: Int
  let isTraining: Bool
  /// The seed of this node's own random numbers.
  let seed: UInt64
  /// Gives a place of so many elements that the operation keeps.
  let reserve: (Int) -> Slot
  /// Makes sure that a pass has so many elements of scratch.
  let needsScratch: (Int) -> Void

  /// The only input and the only output, which the graph's shape rule has made sure of.
  var input: TensorPlace { inputs[0] }
  var output: TensorPlace { outputs[0] }
}
