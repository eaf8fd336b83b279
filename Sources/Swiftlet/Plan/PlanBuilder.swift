import SwiftletGraph
import SwiftletKernels

/// Makes a program of a network: walks its nodes in order and lets each layer say what it becomes.
struct PlanBuilder {
  let network: Network
  let weights: WeightSource
  let kernels: Kernels

  private var values: [Program.Value] = []
  private var instructions: [Program.Instruction] = []
  private var valueOfTensor: [Network.TensorReference: Int] = [:]
  /// How many nodes and model outputs still read a tensor, to know when its storage may be written over.
  private var remainingReaders: [Network.TensorReference: Int] = [:]
  private var inputs: [Int] = []
  /// The weights of a layer that is called several times are packed once.
  private var packed: [Int: any PackedWeights] = [:]

  /// A call of a layer, as its lowering sees it.
  struct Call {
    let node: Int
    let layer: Int
    let layerName: String
    let inputs: [Network.TensorReference]
    let inputSpecifications: [TensorSpecification]
  }

  init(network: Network, weights: WeightSource, kernels: Kernels) {
    self.network = network
    self.weights = weights
    self.kernels = kernels
  }

  /// The program of the whole network.
  consuming func build() throws(ModelError) -> Program {
    for (node, isRequired) in zip(network.nodes, network.requiredNodes) where isRequired {
      for input in node.inputs { remainingReaders[input, default: 0] += 1 }
    }
    for output in network.outputs { remainingReaders[output, default: 0] += 1 }
    for input in network.inputs {
      let value = newValue(for: input)
      inputs.append(value)
    }
    // A node that no output needs is in the file for its weights alone.
    let required = network.requiredNodes
    for index in network.nodes.indices where required[index] { try lower(node: index) }
    let outputs = ownedOutputs()
    return Program(
      network: network, values: values, instructions: instructions, inputs: inputs, outputs: outputs,
      kernels: kernels)
  }

  private mutating func lower(node index: Int) throws(ModelError) {
    let node = network.nodes[index]
    let entry = network.layers[node.layer]
    if entry.layer is InputLayer {
      // An InputLayer that is not among the model's inputs feeds nothing that a caller could give.
      guard valueOfTensor[Network.TensorReference(node: index)] != nil else {
        throw .graph(
          .malformed("it is an InputLayer and not among the model's inputs", place: "layer '\(entry.name)'"))
      }
      return
    }
    let call = Call(
      node: index, layer: node.layer, layerName: entry.name, inputs: node.inputs,
      inputSpecifications: node.inputs.map { network.specification(of: $0) })
    for input in node.inputs { remainingReaders[input, default: 1] -= 1 }
    for lowering in LayerTable.lowerings where try lowering.attempt(entry.layer, &self, call) { return }
    throw .graph(
      .unsupported(
        "class \(entry.layer.className)", place: "layer '\(entry.name)'", supported: LayerTable.supportedNames
      ))
  }

  // MARK: What a layer's lowering may do

  /// The output of the call is computed by `operation`.
  /// - Parameter inPlace: whether the operation may write over its first input. It does so only if nothing
  ///   else reads that input later and the input is not the caller's own memory.
  mutating func emit(_ operation: any Operation, for call: Call, inPlace: Bool = false) {
    let sources = call.inputs.map { valueOfTensor[$0] ?? 0 }
    append(operation, sources, call, inPlace: inPlace)
  }

  /// A second operation on the call's own output, always in place: a softmax behind a product.
  mutating func emitOnOutput(_ operation: any Operation, for call: Call) {
    guard let value = valueOfTensor[Network.TensorReference(node: call.node)] else { return }
    instructions.append(Program.Instruction(operation: operation, inputs: [value], output: value))
  }

  /// The output of the call is its only input under another shape: nothing runs.
  mutating func alias(_ call: Call) {
    guard let first = call.inputs.first, let source = valueOfTensor[first] else { return }
    let reference = Network.TensorReference(node: call.node)
    values.append(Program.Value(reference: reference, storage: values[source].storage))
    valueOfTensor[reference] = values.count - 1
  }

  /// The packed weights of the call's layer, made at its first call.
  mutating func shared<Packed: PackedWeights>(
    for call: Call, _ make: () throws(ModelError) -> Packed
  ) throws(ModelError) -> Packed {
    if let known = packed[call.layer] as? Packed { return known }
    let made = try make()
    packed[call.layer] = made
    return made
  }

  // MARK: Values

  private mutating func newValue(for reference: Network.TensorReference) -> Int {
    values.append(Program.Value(reference: reference, storage: values.count))
    valueOfTensor[reference] = values.count - 1
    return values.count - 1
  }

  private mutating func append(_ operation: any Operation, _ sources: [Int], _ call: Call, inPlace: Bool) {
    let reference = Network.TensorReference(node: call.node)
    if inPlace, let first = sources.first, mayOverwrite(first) {
      values.append(Program.Value(reference: reference, storage: values[first].storage))
      valueOfTensor[reference] = values.count - 1
    } else {
      _ = newValue(for: reference)
    }
    let output = values.count - 1
    instructions.append(Program.Instruction(operation: operation, inputs: sources, output: output))
  }

  /// Whether no node that comes later reads any view of the value's storage, and it is not the caller's input.
  private func mayOverwrite(_ value: Int) -> Bool {
    let storage = values[value].storage
    if inputs.contains(storage) { return false }
    for other in values where other.storage == storage {
      if remainingReaders[other.reference, default: 0] > 0 { return false }
    }
    return true
  }

  /// Each model output in storage of its own, so that a session can point it at the caller's memory.
  private mutating func ownedOutputs() -> [Int] {
    var taken: Set<Int> = Set(inputs)
    var outputs: [Int] = []
    for reference in network.outputs {
      let value = valueOfTensor[reference] ?? 0
      let storage = values[value].storage
      if taken.insert(storage).inserted {
        outputs.append(value)
        continue
      }
      values.append(Program.Value(reference: reference, storage: values.count))
      let copy = values.count - 1
      taken.insert(copy)
      instructions.append(
        Program.Instruction(operation: CopyOperation(kernels: kernels), inputs: [value], output: copy))
      outputs.append(copy)
    }
    return outputs
  }
}

/// Weights as a kernel wants them, made once for a layer however often it is called.
protocol PackedWeights: AnyObject, Sendable {}
