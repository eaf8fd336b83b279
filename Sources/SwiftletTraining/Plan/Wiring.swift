import SwiftletGraph

/// Who needs a gradient of what, and who writes it first, before anything has a place.
struct Wiring {
  enum Mode { case store, add }

  /// The sizes of one row of each output of each node.
  let shapes: [[[Int]]]
  /// Whether the gradient of each output of each node is wanted.
  let wantsGradient: [[Bool]]
  /// Whether anything writes it.
  private(set) var isWritten: [[Bool]]
  /// How each node leaves the gradient of each input; nil where it is not wanted.
  private(set) var inputModes: [[Mode?]]
  /// How each node leaves the gradients of its layer's weights.
  private(set) var weightMode: [Mode]
  /// Whether each node takes part in the way back.
  private(set) var runsBackward: [Bool]
  /// Whether the weights of each layer get a gradient at all.
  private(set) var layerLearns: [Bool]
  private let readerCounts: [[Int]]

  init(_ network: Network, isTraining: Bool) throws(TrainingError) {
    let nodes = network.nodes
    var shapes: [[[Int]]] = []
    var wants: [[Bool]] = []
    for node in nodes {
      let entry = network.layers[node.layer]
      var sizes: [[Int]] = []
      for output in node.outputs {
        var shape: [Int] = []
        for dimension in output.shape.dimensions {
          guard let dimension else {
            throw .unsupported(
              "an open length, in \(output.shape.description),", place: "layer '\(entry.name)'",
              supported: "inputs of a fixed shape")
          }
          shape.append(dimension)
        }
        sizes.append(shape)
      }
      shapes.append(sizes)
      let learns = entry.isTrainable && entry.weights.contains { $0.isTrainable }
      let passesOn = node.inputs.contains { wants[$0.node][$0.output] }
      wants.append(node.outputs.map { _ in isTraining && (learns || passesOn) })
    }

    var readers = nodes.map { $0.outputs.map { _ in 0 } }
    var written = nodes.map { $0.outputs.map { _ in false } }
    for node in nodes { for input in node.inputs { readers[input.node][input.output] += 1 } }
    for output in network.outputs {
      readers[output.node][output.output] += 1
      written[output.node][output.output] = true
    }
    var inputModes: [[Mode?]] = nodes.map { $0.inputs.map { _ in nil } }
    var weightMode = [Mode](repeating: .store, count: nodes.count)
    var runs = [Bool](repeating: false, count: nodes.count)
    var learns = [Bool](repeating: false, count: network.layers.count)
    for index in nodes.indices.reversed() where isTraining {
      let node = nodes[index]
      guard zip(wants[index], written[index]).contains(where: { $0 && $1 }) else { continue }
      runs[index] = true
      weightMode[index] = learns[node.layer] ? .add : .store
      learns[node.layer] = true
      for (position, input) in node.inputs.enumerated() where wants[input.node][input.output] {
        inputModes[index][position] = written[input.node][input.output] ? .add : .store
        written[input.node][input.output] = true
      }
    }
    self.shapes = shapes
    self.wantsGradient = wants
    self.isWritten = written
    self.inputModes = inputModes
    self.weightMode = weightMode
    self.runsBackward = runs
    self.layerLearns = learns
    self.readerCounts = readers
  }

  /// How many nodes read a tensor, an output of the network counting as one more.
  func readers(of tensor: Network.TensorReference) -> Int { readerCounts[tensor.node][tensor.output] }
}
