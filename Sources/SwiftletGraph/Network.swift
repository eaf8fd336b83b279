/// A network as a graph: layers, the places where they are called, and which tensors go in and come out. A
/// Sequential is one whose nodes make a chain. Immutable, and whole: shapes and weights are inferred and
/// checked when it is made.
public struct Network: Sendable {
  /// A layer with the name by which the file knows its weights.
  public struct NamedLayer: Sendable {
    /// Unique within the network.
    public let name: String
    /// Options, shapes and weights.
    public let layer: any Layer
    /// Whether training changes its weights.
    public let isTrainable: Bool
    /// The types in which Keras computes it; kept for writing it again.
    public let dataTypePolicy: DataTypePolicy
    /// Its weights, in Keras's order; the same for every call of the layer.
    public internal(set) var weights: [WeightSpecification] = []

    /// A layer by that name.
    public init(
      name: String, layer: any Layer, isTrainable: Bool = true, dataTypePolicy: DataTypePolicy = .float32
    ) {
      self.name = name
      self.layer = layer
      self.isTrainable = isTrainable
      self.dataTypePolicy = dataTypePolicy
    }
  }

  /// One of the outputs of a node.
  public struct TensorReference: Sendable, Hashable {
    /// The index of the node in `nodes`.
    public let node: Int
    /// Which of the node's outputs.
    public let output: Int

    /// Output `output` of node `node`.
    public init(node: Int, output: Int = 0) {
      self.node = node
      self.output = output
    }
  }

  /// One call of a layer.
  public struct Node: Sendable {
    /// The index of the layer in `layers`; a shared layer has several nodes.
    public let layer: Int
    /// What the layer is called on: tensors of earlier nodes.
    public let inputs: [TensorReference]
    /// What comes out of it.
    public internal(set) var outputs: [TensorSpecification] = []

    /// A call of layer `layer` on `inputs`.
    public init(layer: Int, inputs: [TensorReference]) {
      self.layer = layer
      self.inputs = inputs
    }
  }

  /// The network's name, for example `"sequential"`.
  public let name: String
  /// Whether the file spells it as a Sequential.
  public let isSequential: Bool
  /// Every layer once, in the order of the file.
  public let layers: [NamedLayer]
  /// Every call, in topological order: a node reads only nodes before it.
  public let nodes: [Node]
  /// The tensors that the caller gives: each the output of an InputLayer's node.
  public let inputs: [TensorReference]
  /// The tensors that the caller gets.
  public let outputs: [TensorReference]

  /// Makes a network, infers every shape and checks that all fits.
  /// - Throws: `GraphError` naming the layer: a node that reads a later one, a name that is there twice, a
  ///   shape that does not fit, an input that is not an InputLayer.
  public init(
    name: String, isSequential: Bool = false, layers: [NamedLayer], nodes: [Node],
    inputs: [TensorReference], outputs: [TensorReference]
  ) throws(GraphError) {
    if let repeated = LayerNames(layers.map { $0.name }).repeated {
      throw .malformed("two layers have this name", place: "layer '\(layers[repeated].name)'")
    }
    try self.init(
      name: name, isSequential: isSequential, distinct: layers, nodes: nodes, inputs: inputs, outputs: outputs
    )
  }

  /// The same of layers whose names are known to differ.
  init(
    name: String, isSequential: Bool, distinct layers: [NamedLayer], nodes: [Node],
    inputs: [TensorReference], outputs: [TensorReference]
  ) throws(GraphError) {
    var layers = layers
    var nodes = nodes
    var hasWeights = [Bool](repeating: false, count: layers.count)
    var arguments: [TensorSpecification] = []
    for index in nodes.indices {
      let node = nodes[index]
      guard layers.indices.contains(node.layer) else {
        throw .malformed(
          "node \(index) calls layer \(node.layer) of \(layers.count)", place: "network '\(name)'")
      }
      // Made only where it is needed.
      func place() -> String { "layer '\(layers[node.layer].name)'" }
      arguments.removeAll(keepingCapacity: true)
      for reference in node.inputs {
        guard reference.node >= 0, reference.node < index else {
          throw .malformed("it reads node \(reference.node), which does not come before it", place: place())
        }
        let available = nodes[reference.node].outputs
        guard available.indices.contains(reference.output) else {
          throw .malformed(
            "it reads output \(reference.output) of layer '\(layers[nodes[reference.node].layer].name)', "
              + "which has \(available.count)", place: place())
        }
        arguments.append(available[reference.output])
      }
      let layer = layers[node.layer].layer
      do throws(GraphError) {
        nodes[index].outputs = try layer.outputs(for: arguments)
        let weights = try layer.weights(for: arguments)
        if hasWeights[node.layer] {
          let known = layers[node.layer].weights
          guard known.count == weights.count, zip(known, weights).allSatisfy({ $0.shape == $1.shape }) else {
            throw .shape("it is called on inputs that want weights of different shapes", place: place())
          }
        } else {
          layers[node.layer].weights = weights
          hasWeights[node.layer] = true
        }
      } catch {
        throw error.placed(in: place())
      }
    }
    for (kind, references) in [("input", inputs), ("output", outputs)] {
      guard !references.isEmpty else { throw .malformed("it has no \(kind)s", place: "network '\(name)'") }
      for reference in references {
        guard nodes.indices.contains(reference.node),
          nodes[reference.node].outputs.indices.contains(reference.output)
        else { throw .malformed("an \(kind) names a tensor that is not there", place: "network '\(name)'") }
      }
    }
    try Network.check(inputs: inputs, outputs: outputs, nodes: nodes, layers: layers, name: name)
    try Network.checkParameterCount(layers, name: name)
    self.name = name
    self.isSequential = isSequential
    self.layers = layers
    self.nodes = nodes
    self.inputs = inputs
    self.outputs = outputs
  }

  /// What is known of a tensor.
  public func specification(of reference: TensorReference) -> TensorSpecification {
    nodes[reference.node].outputs[reference.output]
  }

  /// The name of the layer that makes a tensor: what Keras calls an input or output by.
  public func layerName(of reference: TensorReference) -> String { layers[nodes[reference.node].layer].name }

  /// The number of weights' elements in all layers.
  public var parameterCount: Int {
    layers.reduce(0) { $0 + $1.weights.reduce(0) { $0 + $1.elementCount } }
  }
}
