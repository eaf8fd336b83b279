import SwiftletGraph
import SwiftletKernels

/// A kernel (inputs, units) and a bias (units) as a file holds them: two weights of a layer that follow each other.
struct DenseKernel {
  /// The layer's index in the network.
  let layer: Int
  /// The kernel's index among the layer's weights.
  var weight = 0
  let inputs: Int
  let units: Int
  let useBias: Bool

  /// Whether a position of an image is quantized in less time than its product in int8 saves.
  var isWorthQuantizing: Bool { Double(inputs) * Double(units) >= 8192 }

  /// Reads some rows of the kernel at a time, folds the normalization into them and hands them on: a pointer to
  /// them, the first one's index, and how many there are.
  func forParts(
    folded: FoldedNormalization?, source: WeightSource, _ take: (UnsafePointer<Float>, Int, Int) -> Void
  ) throws(ModelError) {
    unsafe try source.forParts(
      layer: layer, weight: weight, inner: inputs, columns: units, scale: folded?.scale, take)
  }

  /// The bias as it is behind the normalization, or nil for zeros.
  func bias(folded: FoldedNormalization?, source: WeightSource) throws(ModelError) -> WeightMemory? {
    try source.bias(layer: layer, weight: useBias ? weight + 1 : nil, count: units, folded: folded)
  }

  /// Throws unless the size of a packed kernel fits an Int, whatever the size of its numbers.
  func checkPackable() throws(ModelError) {
    // A panel's columns and a word's rows are filled up with zeros.
    let (columns, first) = units.addingReportingOverflow(Int(SWIFTLET_PANEL))
    let (rows, second) = inputs.addingReportingOverflow(4)
    let (count, third) = columns.multipliedReportingOverflow(by: rows)
    guard !first, !second, !third, count <= Int.max / 4 else { throw .memory(bytes: Int.max) }
  }
}

extension PlanBuilder {
  /// The product in the precision that the model was opened in, or nil where that is float32, or where it does not
  /// fit the layer.
  mutating func lowPrecisionProduct(
    _ kernel: DenseKernel, _ epilogue: Epilogue, for call: Call
  ) throws(ModelError) -> (any Operation)? {
    let source = weights
    let folded = epilogue.folded
    switch precision {
    case .bfloat16:
      let weights = try shared(for: call, folding: folded?.layer) {
        () throws(ModelError) -> DenseBfloat16Weights in
        try DenseBfloat16Weights(kernel, folded: folded, source: source)
      }
      return DenseBfloat16Operation(
        weights: weights, hasResidual: epilogue.residual != nil, activation: epilogue.activation,
        kernels: kernels)
    case .int8 where kernel.inputs <= Int(SWIFTLET_INT8_INPUTS):
      let weights = try shared(for: call, folding: folded?.layer) {
        () throws(ModelError) -> DenseInt8Weights in
        try DenseInt8Weights(kernel, folded: folded, source: source)
      }
      return DenseInt8Operation(
        weights: weights, hasResidual: epilogue.residual != nil, activation: epilogue.activation,
        kernels: kernels)
    case .float32, .int8:
      return nil
    }
  }
}
