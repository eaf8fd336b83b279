extension Network {
  /// Makes a graph of a Functional model: every call of every layer becomes a node, in an order in which a node
  /// reads only earlier ones. Layers that no output needs stay, since their weights are in the file.
  static func decodeFunctional(
    name: String, layers: [KerasLayer], config: JSONNode, kerasVersion: Int
  ) throws(GraphError) -> Network {
    let place = "network '\(name)'"
    let calls = try KerasCalls(layers)
    var entries: [NamedLayer] = []
    entries.reserveCapacity(layers.count)
    var reader = KerasLayerReader(layers, kerasVersion: kerasVersion)
    for place in layers.indices {
      entries.append(try reader.layer(at: place, callOptions: calls.options[place]))
    }
    let order = try calls.topologicalOrder(layers)

    var position = [Int](repeating: 0, count: order.count)
    for (index, call) in order.enumerated() { position[call] = index }
    let nodes = order.map { call in
      let inputs = calls.reads(of: call).map {
        TensorReference(node: position[calls.reads[$0].node], output: calls.reads[$0].output)
      }
      return Node(layer: calls.layer[call], inputs: inputs)
    }
    var ends: [[TensorReference]] = []
    for option: StaticString in ["input_layers", "output_layers"] {
      guard let value = config[option] else { throw .malformed("the model has no \(option)", place: place) }
      var tensors: [KerasTensor] = []
      do throws(GraphError) {
        try KerasTensor.collect(value, into: &tensors)
      } catch {
        throw error.placed(in: "\(option) of " + place)
      }
      var references: [TensorReference] = []
      for tensor in tensors {
        let reference = try calls.resolve(tensor, place: "\(option) of " + place)
        references.append(TensorReference(node: position[reference.node], output: reference.output))
      }
      ends.append(references)
    }
    // Their names were checked with the calls.
    return try Network(
      name: name, isSequential: false, distinct: entries, nodes: nodes, inputs: ends[0], outputs: ends[1])
  }
}

/// A tensor as Keras names it: the layer, which call of it, and which of the call's outputs.
struct KerasTensor {
  /// The layer's name.
  let layer: JSONNode
  let call: Int
  let output: Int

  /// Reads `[name, call, output]` with an optional object of further arguments behind, which only a call of
  /// Keras 1 or 2 has.
  init(_ tensor: JSONNode) throws(GraphError) {
    var elements = tensor.elements
    guard let layer = elements.next(), layer.isString, let call = elements.next()?.integer,
      let output = elements.next()?.integer
    else {
      throw .malformed(
        "\(tensor.summary) names no tensor: a layer's name, a call and an output are expected",
        place: "")
    }
    self.layer = layer
    self.call = call
    self.output = output
  }

  /// Reads what `input_layers` and `output_layers` hold: one tensor, lists of them, or an object, which Keras
  /// takes in the order of its names.
  static func collect(_ value: JSONNode, into tensors: inout [KerasTensor]) throws(GraphError) {
    if value.isObject {
      var members: [(name: String, value: JSONNode)] = []
      for member in value.members { members.append((member.name.string ?? "", member.value)) }
      members.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      for member in members { try collect(member.value, into: &tensors) }
    } else if let elements = value.array {
      if elements.first?.isString ?? false {
        tensors.append(try KerasTensor(value))
      } else {
        for element in elements { try collect(element, into: &tensors) }
      }
    } else {
      throw .malformed("\(value.summary) names no tensor", place: "")
    }
  }
}

/// Every call of every layer, numbered in the order of the file, with what each reads.
private struct KerasCalls {
  private let names: LayerNames
  /// The first call of each layer, and behind the last layer's the number of all calls.
  private var firstCalls: [Int] = [0]
  /// The layer that each call calls.
  private(set) var layer: [Int] = []
  /// The calls and outputs that the calls read, one call's behind the other's.
  private(set) var reads: [Network.TensorReference] = []
  /// The first of what each call reads, and behind the last call's the number of all.
  private var firstReads: [Int] = [0]
  /// The options that the calls of each layer give as true.
  private(set) var options: [[String]] = []

  init(_ layers: [KerasLayer]) throws(GraphError) {
    names = LayerNames(layers.map { $0.name })
    if let repeated = names.repeated {
      throw .malformed("two layers have this name", place: layers[repeated].place)
    }
    // Most layers are called once.
    firstCalls.reserveCapacity(layers.count + 1)
    layer.reserveCapacity(layers.count)
    firstReads.reserveCapacity(layers.count + 1)
    options.reserveCapacity(layers.count)
    var tensors: [KerasTensor] = []
    tensors.reserveCapacity(layers.count)
    for (index, entry) in layers.enumerated() {
      do throws(GraphError) {
        options.append(try readCalls(of: entry, into: &tensors))
      } catch {
        throw error.placed(in: entry.place)
      }
      let count = firstReads.count - 1
      guard count <= Network.maximumLayers else {
        throw .unsupported(
          "a model of more than \(Network.maximumLayers) calls", place: entry.place,
          supported: "\(Network.maximumLayers)")
      }
      while layer.count < count { layer.append(index) }
      firstCalls.append(count)
    }
    reads.reserveCapacity(tensors.count)
    for call in layer.indices {
      for index in reads(of: call) {
        reads.append(try resolve(tensors[index], place: layers[layer[call]].place))
      }
    }
  }

  /// The places in `reads` of what a call reads.
  func reads(of call: Int) -> Range<Int> { firstReads[call]..<firstReads[call + 1] }

  /// The number of the call that makes a tensor.
  func resolve(
    _ tensor: KerasTensor, place: @autoclosure () -> String
  ) throws(GraphError) -> Network.TensorReference {
    // Made only where it is needed.
    func name() -> String { "'\(tensor.layer.string ?? "")'" }
    guard let layer = names.place(of: tensor.layer) else {
      throw .malformed("it names layer \(name()), which is not there", place: place())
    }
    let calls = firstCalls[layer]..<firstCalls[layer + 1]
    guard tensor.call >= 0, tensor.call < calls.count else {
      throw .malformed(
        "it names call \(tensor.call) of layer \(name()), which has \(calls.count)", place: place())
    }
    return Network.TensorReference(node: calls.lowerBound + tensor.call, output: tensor.output)
  }

  /// Reads what each call of a layer is called on, and returns the options that the calls give as true.
  private mutating func readCalls(
    of layer: KerasLayer, into tensors: inout [KerasTensor]
  ) throws(GraphError) -> [String] {
    let nodes = layer.inboundNodes
    if let nodes, !nodes.isArray {
      throw .malformed("inbound_nodes is \(nodes.summary); a list is expected", place: "")
    }
    if layer.isInput {
      guard nodes?.maximumCount ?? 0 == 0 else {
        throw .malformed("an InputLayer is called on something", place: "")
      }
      // Keras counts the tensor itself as the output of call 0.
      firstReads.append(tensors.count)
      return []
    }
    guard let entry = layer.entry, let nodes else { return [] }
    var options: [String]?
    var isOneWay = true
    for element in nodes.elements {
      let call =
        element.isArray
        ? try KerasCallArguments(keras2: element, of: entry, into: &tensors)
        : try KerasCallArguments(keras3: element, of: entry, into: &tensors)
      if let options, options != call.options { isOneWay = false }
      options = options ?? call.options
      firstReads.append(tensors.count)
    }
    guard isOneWay else {
      throw .unsupported(
        "calls of one layer with different options", place: "", supported: "the same for each call")
    }
    return options ?? []
  }

  /// The calls so that each comes after all that it reads: as in the file where that is such an order.
  func topologicalOrder(_ layers: [KerasLayer]) throws(GraphError) -> [Int] {
    enum State { case new, open, done }
    var states = [State](repeating: .new, count: layer.count)
    var order: [Int] = []
    order.reserveCapacity(layer.count)
    var stack: [(call: Int, next: Int)] = []
    for start in layer.indices where states[start] == .new {
      states[start] = .open
      stack.append((start, 0))
      while let (call, next) = stack.last {
        guard next < reads(of: call).count else {
          states[call] = .done
          order.append(call)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let read = reads[firstReads[call] + next].node
        switch states[read] {
        case .done: break
        case .open:
          throw .malformed(
            "it reads its own output" + (read == call ? "" : " through \(layers[layer[read]].place)"),
            place: layers[layer[call]].place)
        case .new:
          states[read] = .open
          stack.append((read, 0))
        }
      }
    }
    return order
  }
}
