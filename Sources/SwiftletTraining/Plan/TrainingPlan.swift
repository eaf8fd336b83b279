import SwiftletGraph

/// A network laid out for training or for evaluation alone: operations in order, and one arena with every
/// weight, gradient, tensor and scratch place of a batch of up to `maximumRows`.
final class TrainingPlan {
  /// A weight with the place of its values and, where it learns, of its gradient.
  struct Parameter {
    let layer: Int
    let weight: Int
    let value: Slot
    let gradient: Slot?
    /// The optimizer's own numbers for it, each as many as the weight has.
    let state: [Slot]
  }

  let network: Network
  let maximumRows: Int
  let arena: Arena
  let inputs: [TensorPlace]
  let outputs: [TensorPlace]
  /// Where the loss leaves the gradients of the outputs, whether or not anything reads them.
  let outputGradients: [Slot]
  let parameters: [Parameter]
  private let tensors: [[TensorPlace]]
  private let scratch: Slot
  private let operations: [any LayerOperation]
  /// Nodes whose gradients lead to a weight, last first.
  private let backwardOrder: [Int]
  /// Gradients of outputs that nothing reads, which must be zero before a node goes backward.
  private let unread: [Slot]

  /// - Parameter optimizerSlots: how many numbers the optimizer keeps for each of a weight; nil lays the
  ///   network out without gradients.
  init(
    _ network: Network, maximumRows: Int, optimizerSlots: Int?, seed: UInt64
  ) throws(TrainingError) {
    let isTraining = optimizerSlots != nil
    let wiring = try Wiring(network, isTraining: isTraining)
    // Operations reserve scratch while they are made, before the arena is: hence a box.
    let layout = LayoutBox()
    func elements(_ count: Int) throws(TrainingError) -> Int {
      let (total, overflow) = count.multipliedReportingOverflow(by: maximumRows)
      guard !overflow, total < Int.max / 64 else {
        throw .argument("batchSize", found: "\(maximumRows)", needed: "small enough to fit memory")
      }
      return total
    }

    var places: [[WeightSlots]] = []
    var parameters: [Parameter] = []
    for (index, entry) in network.layers.enumerated() {
      var slots: [WeightSlots] = []
      for (position, weight) in entry.weights.enumerated() {
        let count = weight.elementCount
        let value = layout.reserve(count)
        let learns = isTraining && entry.isTrainable && weight.isTrainable && wiring.layerLearns[index]
        let gradient = learns ? layout.reserve(count) : nil
        let state = learns ? (0..<(optimizerSlots ?? 0)).map { _ in layout.reserve(count) } : []
        slots.append(WeightSlots(value: value, gradient: gradient))
        parameters.append(
          Parameter(layer: index, weight: position, value: value, gradient: gradient, state: state))
      }
      places.append(slots)
    }

    var tensors: [[TensorPlace]] = []
    var operations: [any LayerOperation] = []
    var unread: [Slot] = []
    for (index, node) in network.nodes.enumerated() {
      let entry = network.layers[node.layer]
      let place = "layer '\(entry.name)'"
      let kind = try LayerTable.entry(for: entry.layer, place: place)
      let sources = node.inputs.map { tensors[$0.node][$0.output] }
      var outputs: [TensorPlace] = []
      for (position, shape) in wiring.shapes[index].enumerated() {
        let count = try elements(shape.reduce(1, *))
        let wants = wiring.wantsGradient[index][position]
        // A view shares its input's place, and its gradient's where nobody else adds to that.
        let value = kind.isView ? sources[0].value : layout.reserve(count)
        let shares = kind.isView && wants && wiring.readers(of: node.inputs[0]) == 1
        let gradient = !wants ? nil : shares ? sources[0].gradient : layout.reserve(count)
        if let gradient, wiring.runsBackward[index], !wiring.isWritten[index][position] {
          unread.append(gradient)
        }
        outputs.append(TensorPlace(value: value, shape: shape, gradient: gradient))
      }
      tensors.append(outputs)
      let context = NodeContext(
        place: place, inputs: sources,
        inputGradients: zip(sources, wiring.inputModes[index]).map { source, mode in
          guard let mode, let slot = source.gradient else { return nil }
          return GradientTarget(slot: slot, accumulates: mode == .add)
        },
        outputs: outputs,
        weights: zip(places[node.layer], entry.weights).map { slots, weight in
          WeightPlace(
            value: slots.value, shape: weight.shape,
            gradient: slots.gradient.map {
              GradientTarget(slot: $0, accumulates: wiring.weightMode[index] == .add)
            })
        },
        maximumRows: maximumRows, isTraining: isTraining,
        seed: seed ^ (UInt64(index + 1) &* 0xD1B5_4A32_D192_ED03), reserve: { layout.reserve($0) },
        needsScratch: { layout.scratch = max(layout.scratch, $0) })
      operations.append(try kind.operation(entry.layer, context))
    }

    self.network = network
    self.maximumRows = maximumRows
    self.inputs = network.inputs.map { tensors[$0.node][$0.output] }
    self.outputs = network.outputs.map { tensors[$0.node][$0.output] }
    self.tensors = tensors
    self.parameters = parameters
    self.operations = operations
    self.backwardOrder = network.nodes.indices.reversed().filter { wiring.runsBackward[$0] }
    self.unread = unread
    self.outputGradients = outputs.map { $0.gradient ?? layout.reserve($0.value.count) }
    self.scratch = layout.reserve(layout.scratch)
    self.arena = try Arena(layout.layout, maximumRows: maximumRows)
  }

  /// The place of a tensor between two nodes.
  func place(of tensor: Network.TensorReference) -> TensorPlace { tensors[tensor.node][tensor.output] }

  /// Where a tensor or weight lies.
  subscript(slot: Slot) -> UnsafeMutablePointer<Float> { arena.base + slot.offset }

  /// Computes the outputs of the rows that lie in the inputs.
  func forward(rows: Int, isTraining: Bool, step: UInt64) {
    let pass = Pass(
      base: arena.base, scratch: arena.base + scratch.offset, rows: rows, isTraining: isTraining, step: step)
    for operation in operations { operation.forward(pass) }
  }

  /// Computes every gradient from those of the outputs, which the loss has left in their places.
  func backward(rows: Int, step: UInt64) {
    let pass = Pass(
      base: arena.base, scratch: arena.base + scratch.offset, rows: rows, isTraining: true, step: step)
    for slot in unread { (arena.base + slot.offset).update(repeating: 0, count: slot.count) }
    for node in backwardOrder { operations[node].backward(pass) }
  }

  private struct WeightSlots {
    let value: Slot
    let gradient: Slot?
  }

  private final class LayoutBox {
    var layout = ArenaLayout()
    var scratch = 0
    func reserve(_ count: Int) -> Slot { layout.reserve(count) }
  }
}
