import SwiftletGraph
import SwiftletKernels

/// Attention becomes a product for each tensor that is read, the attention itself, and the output's product with
/// what the nodes behind it do taken in.
func lowerMultiHeadAttention(
  _ layer: MultiHeadAttention, _ builder: inout PlanBuilder, _ call: PlanBuilder.Call
) throws(ModelError) {
  var call = call
  let kernels = builder.kernels
  let projections = AttentionProjection.projections(of: layer, call)
  let epilogue = try builder.takeFollowers(of: &call, activation: .linear)
  let (source, index) = (builder.weights, call.layer)
  let lengths = call.inputs.indices.map { call.lastLength(ofInput: $0) }
  let form = AttentionProjection.form(of: projections)
  let weights = try builder.shared(for: call, folding: epilogue.folded?.layer, form: form) {
    () throws(ModelError) -> AttentionWeights in
    try AttentionWeights(
      layer, index: index, projections: projections, lengths: lengths, folded: epilogue.folded, source: source
    )
  }

  let arguments = builder.arguments(of: call)
  var products: [Int] = []
  for (projection, packed) in zip(projections, weights.inputs) {
    let operation = DenseOperation(weights: packed, hasResidual: false, activation: .linear, kernels: kernels)
    products.append(
      builder.emitTemporary(
        operation, for: call, reading: [arguments[projection.input]], likeInput: projection.input,
        lastAxis: packed.units))
  }
  let attention = AttentionOperation(layer, projections: projections, kernels: kernels)
  let attended = builder.emitTemporary(
    attention, for: call, reading: products, likeInput: 0, lastAxis: layer.heads * layer.valueDimension)
  let output = DenseOperation(
    weights: weights.output, hasResidual: epilogue.residual != nil, activation: epilogue.activation,
    kernels: kernels)
  builder.emitProduct(output, for: call, reading: attended, with: epilogue)
}

/// What is made of a head's tensor.
enum AttentionPart: Int {
  case query, key, value
}

/// One product that makes some of query, key and value, side by side.
struct AttentionProjection {
  /// The call's input that it reads.
  let input: Int
  var parts: [AttentionPart]

  /// Parts that read the same tensor share a product.
  static func projections(of layer: MultiHeadAttention, _ call: PlanBuilder.Call) -> [AttentionProjection] {
    // A call gives the query, the value, and the key where it is not the value.
    let inputs: [(AttentionPart, Int)] = [(.query, 0), (.key, call.inputs.count > 2 ? 2 : 1), (.value, 1)]
    var projections: [AttentionProjection] = []
    for (part, input) in inputs {
      if let last = projections.last, call.inputs[last.input] == call.inputs[input] {
        projections[projections.count - 1].parts.append(part)
      } else {
        projections.append(AttentionProjection(input: input, parts: [part]))
      }
    }
    return projections
  }

  /// A number that differs where the projections do: for each part, its input and the part that its product begins
  /// with. Another call of a layer may read other tensors.
  static func form(of projections: [AttentionProjection]) -> Int {
    var form = 0
    for projection in projections {
      for part in projection.parts {
        form |= (projection.input << 2 | projection.parts[0].rawValue) << (4 * part.rawValue)
      }
    }
    return form
  }
}

extension MultiHeadAttention {
  /// The columns of all heads of a part.
  func columns(of part: AttentionPart) -> Int { heads * (part == .value ? valueDimension : keyDimension) }
}

/// The packed kernels of an attention.
final class AttentionWeights: PackedWeights {
  /// For each projection, its parts' kernels side by side.
  let inputs: [DenseWeights]
  /// (heads * valueDimension, outputs).
  let output: DenseWeights

  init(
    _ layer: MultiHeadAttention, index: Int, projections: [AttentionProjection], lengths: [Int],
    folded: FoldedNormalization?, source: WeightSource
  ) throws(ModelError) {
    // Each kernel is followed by its bias, if there are any.
    let each = layer.useBias ? 2 : 1
    var inputs: [DenseWeights] = []
    for projection in projections {
      let (rows, width) = (
        lengths[projection.input], projection.parts.reduce(0) { $0 + layer.columns(of: $1) }
      )
      let (count, overflow) = rows.multipliedReportingOverflow(by: width)
      guard !overflow else { throw .memory(bytes: Int.max) }
      let kernel = try WeightMemory(uninitializedCount: count)
      let bias = try layer.useBias ? WeightMemory(uninitializedCount: width) : nil
      var first = 0
      for part in projection.parts {
        let columns = layer.columns(of: part)
        unsafe try source.forParts(
          layer: index, weight: part.rawValue * each, inner: rows, columns: columns, scale: nil
        ) { (plain, row, count) in
          for k in 0..<count {
            let place = unsafe kernel.pointer + (row + k) * width + first
            unsafe place.initialize(from: plain + k * columns, count: columns)
          }
        }
        if let bias {
          let place = unsafe UnsafeMutableBufferPointer(start: bias.pointer + first, count: columns)
          unsafe try source.read(layer: index, weight: part.rawValue * each + 1, from: 0, into: place)
        }
        first += columns
      }
      inputs.append(try DenseWeights(kernel: kernel, inputs: rows, units: width, bias: bias))
    }
    self.inputs = inputs

    let rows = layer.columns(of: .value)
    output = try DenseWeights(
      DenseKernel(
        layer: index, weight: 3 * each, inputs: rows, units: layer.outputLength ?? lengths[0],
        useBias: layer.useBias),
      folded: folded, source: source)
  }
}

/// `softmax(query · keyᵀ / sqrt(keyDimension)) · value` for each head.
final class AttentionOperation: Operation {
  let name = "attention"
  private let layer: MultiHeadAttention
  private let projections: [AttentionProjection]
  private let kernels: Kernels

  init(_ layer: MultiHeadAttention, projections: [AttentionProjection], kernels: Kernels) {
    self.layer = layer
    self.projections = projections
    self.kernels = kernels
  }

  var isProduct: Bool { true }

  /// Where a part's tensor lies.
  private struct Place {
    var slot: UInt32 = 0
    var positions = 0
    var offset = 0
    var stride = 0
  }

  func emit(_ call: EmittedCall, into steps: inout StepList) throws(ModelError) {
    var places = [Place](repeating: Place(), count: 3)
    for (index, projection) in projections.enumerated() {
      let shape = call.inputShapes[index]
      var offset = 0
      for part in projection.parts {
        places[part.rawValue] = Place(
          slot: call.inputSlots[index], positions: shape[0], offset: offset, stride: shape[1])
        offset += layer.columns(of: part)
      }
    }
    let (query, key, value) = (places[0], places[1], places[2])
    let parameters = swiftlet_attention(
      query: query.slot, key: key.slot, value: value.slot, output: call.outputSlot, queries: query.positions,
      keys: key.positions, heads: layer.heads, keyLength: layer.keyDimension,
      valueLength: layer.valueDimension,
      queryOffset: query.offset, queryStride: query.stride, queryRow: query.positions * query.stride,
      keyOffset: key.offset, keyStride: key.stride, keyRow: key.positions * key.stride,
      valueOffset: value.offset, valueStride: value.stride, valueRow: value.positions * value.stride,
      scale: 1 / Float(layer.keyDimension).squareRoot(), isCausal: layer.isCausal)
    let pairs = Double(query.positions) * Double(key.positions) * Double(layer.heads)
    unsafe try steps.append(
      kernels.table.attend, parameters,
      workPerRow: Int(min(2 * pairs * Double(layer.keyDimension + layer.valueDimension), 1e15)),
      scratchBytes: swiftlet_attention_scratch(key.positions, layer.keyDimension, layer.valueDimension))
  }
}
