import SwiftletGraph
import SwiftletKernels

/// Makes a program of a network: walks its nodes in order and lets each layer say what it becomes.
struct PlanBuilder {
  let network: Network
  let weights: WeightSource
  let kernels: Kernels
  /// What dense layers are computed in.
  let precision: Precision

  private var values: [Program.Value] = []
  /// For each value whose storage is its own, how many nodes and model outputs still read a tensor that lies there.
  private var storageReaders: [Int] = []
  private var instructions: [Program.Instruction] = []
  /// The layers whose work instructions do, those of one call side by side.
  private var layers: [Int] = []
  private var tensors: TensorTable
  /// Outputs of padding layers whose zeros their reader's window takes in.
  private var paddedInputs: [PaddedInput] = []
  /// The nodes that some output needs, but for those whose work the operation of an earlier node does.
  private var isNeeded: [Bool]
  private var inputs: [Int] = []
  /// How often each layer is called.
  private var callCounts: [Int]
  /// The weights of a layer that is called several times are packed once.
  private var packed: [PackedKey: any PackedWeights] = [:]
  /// The normalizations that are folded into the weights of layers that are called several times.
  private var foldedLayers: [Int: [Int]] = [:]

  private struct PackedKey: Hashable {
    let layer: Int
    let foldedLayer: Int?
    let form: Int
  }

  /// A call of a layer, as its lowering sees it.
  struct Call {
    let node: Int
    let layer: Int
    let layerName: String
    let inputs: [Network.TensorReference]
    let inputSpecifications: [TensorSpecification]
    /// The tensor that the operation makes: the call's own output, or that of the last node whose work it does.
    fileprivate(set) var output: Network.TensorReference
    /// Where the layers whose work the call does begin among the builder's.
    fileprivate let firstLayer: Int

    /// The length of an input's last axis. The shape rules of the layers that ask have refused an input without
    /// one, or whose length is open.
    func lastLength(ofInput index: Int) -> Int {
      inputSpecifications[index].shape.dimensions.last.flatMap { $0 } ?? 0
    }
  }

  init(network: Network, weights: WeightSource, kernels: Kernels, precision: Precision) {
    self.network = network
    self.weights = weights
    self.kernels = kernels
    self.precision = precision
    isNeeded = network.requiredNodes
    tensors = TensorTable(network)
    callCounts = [Int](repeating: 0, count: network.layers.count)
    for (index, node) in network.nodes.enumerated() where isNeeded[index] {
      callCounts[node.layer] += 1
      for input in node.inputs { tensors[input].addReader(index) }
    }
    for output in network.outputs { tensors[output].addOutput() }
    values.reserveCapacity(network.nodes.count)
    storageReaders.reserveCapacity(network.nodes.count)
    layers.reserveCapacity(network.nodes.count)
  }

  /// The program of the whole network.
  consuming func build() throws(ModelError) -> Program {
    for input in network.inputs { inputs.append(addValue(of: input)) }
    // A node that no output needs is in the file for its weights alone.
    for index in network.nodes.indices where isNeeded[index] { try lower(node: index) }
    let outputs = ownedOutputs()
    return Program(
      network: network, values: values, instructions: instructions, layers: layers, inputs: inputs,
      outputs: outputs, kernels: kernels)
  }

  private mutating func lower(node index: Int) throws(ModelError) {
    let node = network.nodes[index]
    let entry = network.layers[node.layer]
    if entry.layer is InputLayer {
      // An InputLayer that is not among the model's inputs feeds nothing that a caller could give.
      guard tensors[Network.TensorReference(node: index)].value != nil else {
        throw .graph(
          .malformed("it is an InputLayer and not among the model's inputs", place: "layer '\(entry.name)'"))
      }
      return
    }
    let call = Call(
      node: index, layer: node.layer, layerName: entry.name, inputs: node.inputs,
      inputSpecifications: node.inputs.map { network.specification(of: $0) },
      output: Network.TensorReference(node: index), firstLayer: layers.count)
    layers.append(node.layer)
    endReading(by: index)
    for lowering in LayerTable.lowerings where try lowering.attempt(entry.layer, &self, call) { return }
    throw .graph(
      .unsupported(
        "class \(entry.layer.className)", place: "layer '\(entry.name)'", supported: LayerTable.supportedNames
      ))
  }

  // MARK: What a layer's lowering may do

  /// The call's inputs, as operations read them.
  func arguments(of call: Call) -> [Int] { call.inputs.map { tensors[$0].value ?? 0 } }

  /// The output of the call is computed by `operation`.
  /// - Parameters:
  ///   - sources: what the operation reads; the call's inputs unless told.
  ///   - targets: values that the operation may write over. It does so only where nothing reads that value later
  ///     and it is not the caller's own memory.
  mutating func emit(
    _ operation: any Operation, for call: Call, reading sources: [Int]? = nil, over targets: [Int] = []
  ) {
    let sources = sources ?? arguments(of: call)
    var target: Int?
    for value in targets where target == nil && mayOverwrite(value) { target = value }
    let output = addValue(of: call.output, over: target)
    append(operation, for: call, reading: sources, to: output)
  }

  private mutating func append(
    _ operation: any Operation, for call: Call, reading sources: [Int], to output: Int
  ) {
    instructions.append(
      Program.Instruction(
        operation: operation, inputs: sources, output: output, layers: call.firstLayer..<layers.count))
  }

  /// The same for a product with what it took in: it reads the residual last, and may write over it but not over
  /// its input. A softmax follows as an operation of its own, in place.
  mutating func emitProduct(
    _ operation: any Operation, for call: Call, reading input: Int, with epilogue: Epilogue
  ) {
    if let residual = epilogue.residual {
      let isApart = values[input].storage != values[residual].storage
      emit(operation, for: call, reading: [input, residual], over: isApart ? [residual] : [])
    } else {
      emit(operation, for: call, reading: [input])
    }
    guard let axis = epilogue.softmaxAxis, let value = tensors[call.output].value else { return }
    append(SoftmaxOperation(axes: [axis], kernels: kernels), for: call, reading: [value], to: value)
  }

  /// The same for an operation that may write over the call's first input.
  mutating func emitInPlace(_ operation: any Operation, for call: Call) {
    emit(operation, for: call, over: Array(arguments(of: call).prefix(1)))
  }

  /// A tensor between two operations of one call: like the call's input `index`, but for the length of its last
  /// axis.
  mutating func emitTemporary(
    _ operation: any Operation, for call: Call, reading sources: [Int], likeInput index: Int,
    lastAxis: Int? = nil
  ) -> Int {
    let output = values.count
    values.append(Program.Value(reference: call.inputs[index], lastAxis: lastAxis, storage: output))
    storageReaders.append(0)
    append(operation, for: call, reading: sources, to: output)
    return output
  }

  /// The output of the call is its only input under another shape: nothing runs.
  mutating func alias(_ call: Call) {
    guard let first = call.inputs.first, let source = tensors[first].value else { return }
    _ = addValue(of: call.output, over: source)
  }

  /// The packed weights of the call's layer, made at its first call.
  /// - Parameters:
  ///   - foldedLayer: the layer that is folded into them, if one is.
  ///   - form: tells apart what calls of one layer make of its weights, where that depends on the call.
  mutating func shared<Packed: PackedWeights>(
    for call: Call, folding foldedLayer: Int? = nil, form: Int = 0, _ make: () throws(ModelError) -> Packed
  ) throws(ModelError) -> Packed {
    guard callCounts[call.layer] > 1 else { return try make() }
    let key = PackedKey(layer: call.layer, foldedLayer: foldedLayer, form: form)
    if let known = packed[key] as? Packed { return known }
    let made = try make()
    packed[key] = made
    return made
  }

  /// Whether the normalization of layer `normalization` may be folded into the call's weights. Each that is folded
  /// makes a copy of them, so that a small file could ask for any number of large ones.
  mutating func mayFold(_ normalization: Int, into call: Call) -> Bool {
    guard callCounts[call.layer] > 1 else { return true }
    let known = foldedLayers[call.layer] ?? []
    if known.contains(normalization) { return true }
    guard known.count < PlanBuilder.maximumFolded else { return false }
    foldedLayers[call.layer] = known + [normalization]
    return true
  }

  /// As `Spec/arithmetic.md` has it.
  private static let maximumFolded = 16

  // MARK: Taking in the nodes behind

  /// The one node that reads the call's output, unless the output is the model's own or several read it.
  func soleReader(of call: Call) -> Int? {
    tensors[call.output].isOutput ? nil : tensors[call.output].soleReader
  }

  /// The value of a tensor that has been computed by now.
  func value(of reference: Network.TensorReference) -> Int? { tensors[reference].value }

  /// The value that a call reads, before the zeros that a padding layer lays around it and that the call's own
  /// window takes in.
  func paddedInput(of call: Call) -> PaddedInput {
    if let taken = tensors[call.inputs[0]].paddedInput { return paddedInputs[taken] }
    return PaddedInput(
      value: arguments(of: call)[0], shape: call.inputSpecifications[0].shape, padding: nil)
  }

  /// The output of the call is `input` with zeros around it, which the window of the convolution that alone reads it
  /// takes in: nothing runs. The padding's own tensor is never made; its name stands for the one without zeros.
  mutating func takePadding(_ input: PaddedInput, of call: Call) {
    tensors[call.output].paddedInput = paddedInputs.count
    paddedInputs.append(input)
    alias(call)
  }

  /// From here on the call's operation does the work of `node` as well, and makes its output.
  mutating func absorb(node: Int, into call: inout Call) {
    isNeeded[node] = false
    endReading(by: node)
    call.output = Network.TensorReference(node: node)
    layers.append(network.nodes[node].layer)
  }

  // MARK: Values

  /// A new value, that of a tensor that had none: in the storage of value `source`, or in its own.
  private mutating func addValue(of tensor: Network.TensorReference, over source: Int? = nil) -> Int {
    let value = values.count
    let storage = source.map { values[$0].storage } ?? value
    values.append(Program.Value(reference: tensor, storage: storage))
    storageReaders.append(0)
    storageReaders[storage] += tensors[tensor].remainingReaders
    tensors[tensor].value = value
    return value
  }

  /// Notes that an operation reads what a node reads.
  private mutating func endReading(by node: Int) {
    for input in network.nodes[node].inputs {
      tensors[input].endReading()
      // A tensor that is never made has no storage: the operation that makes it does the node's work as well.
      if let value = tensors[input].value { storageReaders[values[value].storage] -= 1 }
    }
  }

  /// Whether no node that comes later reads any view of the value's storage, and it is not the caller's input.
  private func mayOverwrite(_ value: Int) -> Bool {
    let storage = values[value].storage
    // The inputs' values were made first.
    return storage >= inputs.count && storageReaders[storage] == 0
  }

  /// Each model output in storage of its own, so that a session can point it at the caller's memory.
  private mutating func ownedOutputs() -> [Int] {
    var isTaken = [Bool](repeating: false, count: values.count)
    for input in inputs { isTaken[input] = true }
    var outputs: [Int] = []
    for reference in network.outputs {
      let value = tensors[reference].value ?? 0
      let storage = values[value].storage
      if !isTaken[storage] {
        isTaken[storage] = true
        outputs.append(value)
        continue
      }
      let copy = values.count
      values.append(Program.Value(reference: reference, storage: copy))
      layers.append(network.nodes[reference.node].layer)
      instructions.append(
        Program.Instruction(
          operation: CopyOperation(kernels: kernels), inputs: [value], output: copy,
          layers: layers.count - 1..<layers.count))
      outputs.append(copy)
    }
    return outputs
  }
}

/// Weights as a kernel wants them, made once for a layer however often it is called.
protocol PackedWeights: AnyObject, Sendable {}
