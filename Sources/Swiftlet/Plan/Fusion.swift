import SwiftletGraph

/// What the nodes behind a product do to its result that the product's own kernel does as it stores it: a batch
/// normalization that is folded into the weights, then a residual that is added, then an activation.
struct Epilogue {
  /// The batch normalization whose work is in the weights.
  var folded: FoldedNormalization?
  /// The value that is added to each result before the activation.
  var residual: Int?
  /// What is applied last; never softmax, which is a step of its own.
  var activation: Activation
  /// The axis of a softmax behind it.
  var softmaxAxis: Int?
}

/// A batch normalization as one factor and one term for each output channel.
struct FoldedNormalization {
  /// The index of its layer.
  let layer: Int
  /// gamma / sqrt(variance + epsilon).
  let scale: [Double]
  /// beta - mean * scale.
  let offset: [Double]

  /// Makes of a product's bias what it is behind the normalization, rounded once.
  /// - Precondition: the bias has as many numbers as there are channels.
  func apply(to bias: WeightMemory) {
    precondition(scale.count == bias.count && offset.count == bias.count)
    for (channel, (scale, offset)) in zip(scale, offset).enumerated() {
      unsafe bias.pointer[channel] = Float(Double(bias.pointer[channel]) * scale + offset)
    }
  }
}

extension PlanBuilder {
  /// Takes in the nodes behind a product for as long as its kernel can do their work, and nothing else reads what
  /// lies between: a batch normalization, the addition of a tensor that is there already, an activation, in this
  /// order; dropout anywhere.
  /// - Parameters:
  ///   - activation: the product layer's own.
  ///   - addsResidual: whether the product's kernel adds one.
  mutating func takeFollowers(
    of call: inout Call, activation: Activation, addsResidual: Bool = true
  ) throws(ModelError) -> Epilogue {
    var epilogue = Epilogue(activation: .linear)
    epilogue.apply(activation)
    while epilogue.isOpen, let node = soleReader(of: call) {
      let entry = network.layers[network.nodes[node].layer]
      if entry.layer is Dropout {
        absorb(node: node, into: &call)
      } else if let activation = entry.layer.soleActivation {
        absorb(node: node, into: &call)
        epilogue.apply(activation)
      } else if let normalization = entry.layer as? BatchNormalization, epilogue.folded == nil,
        epilogue.residual == nil, mayFold(network.nodes[node].layer, into: call)
      {
        epilogue.folded = try fold(normalization, node: node)
        absorb(node: node, into: &call)
      } else if entry.layer is Add, addsResidual, epilogue.residual == nil,
        let other = otherOperand(of: node, than: call.output)
      {
        epilogue.residual = other
        absorb(node: node, into: &call)
      } else {
        break
      }
    }
    return epilogue
  }

  /// Takes in the activation that alone reads the call's output, unless it is a softmax.
  mutating func takeActivation(behind call: inout Call) -> Activation {
    guard let node = soleReader(of: call),
      let activation = network.layers[network.nodes[node].layer].layer.soleActivation
    else { return .linear }
    if case .softmax = activation { return .linear }
    absorb(node: node, into: &call)
    return activation
  }

  /// The value of the tensor that an addition of two adds to `reference`, if it has been computed.
  private func otherOperand(of node: Int, than reference: Network.TensorReference) -> Int? {
    let inputs = network.nodes[node].inputs
    guard inputs.count == 2, inputs.contains(reference) else { return nil }
    return value(of: inputs[0] == reference ? inputs[1] : inputs[0])
  }

  private func fold(
    _ normalization: BatchNormalization, node: Int
  ) throws(ModelError) -> FoldedNormalization {
    let layer = network.nodes[node].layer
    let channels = network.specification(of: network.nodes[node].inputs[0]).shape.dimensions.last
    let (scale, offset) = try normalization.scaleAndOffset(
      layer: layer, channels: channels.flatMap { $0 } ?? 0, weights: weights)
    return FoldedNormalization(layer: layer, scale: scale, offset: offset)
  }
}

extension Epilogue {
  /// Whether more may follow: nothing does behind an activation.
  fileprivate var isOpen: Bool { activation == .linear && softmaxAxis == nil }

  fileprivate mutating func apply(_ activation: Activation) {
    if case .softmax(let axis) = activation {
      softmaxAxis = axis
    } else {
      self.activation = activation
    }
  }
}
