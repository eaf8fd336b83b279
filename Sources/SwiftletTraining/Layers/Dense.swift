import SwiftletGraph
import SwiftletKernels

/// Y (m, units) = activation(X (m, inputs) · W + b), m being the rows times all axes but the last.
///
/// Back: dZ = dY ∘ activation', dW = Xᵀ · dZ, db = the column sums of dZ, dX = dZ · Wᵀ.
final class DenseOperation: LayerOperation {
  private let input: Slot
  private let output: TensorPlace
  private let inputGradient: GradientTarget?
  private let kernel: WeightPlace
  private let bias: WeightPlace?
  private let inputs: Int
  private let units: Int
  /// Rows of the product for each row of the batch.
  private let outer: Int
  private let activation: ActivationFunction
  /// What the activation is applied to, where the way back wants to see it; else the output's own place.
  private let sums: Slot
  /// The activation that the product applies itself; linear where it cannot.
  private let fused: swiftlet_activation

  init(_ layer: Dense, _ context: NodeContext) throws(TrainingError) {
    input = context.input.value
    output = context.output
    inputGradient = context.inputGradients[0]
    kernel = context.weights[0]
    bias = layer.useBias ? context.weights[1] : nil
    inputs = context.input.width
    units = layer.units
    outer = context.output.shape.dropLast().reduce(1, *)
    activation = try ActivationFunction(
      layer.activation, shape: context.output.shape, place: context.place,
      isTraining: context.output.gradient != nil)
    fused = activation.fusesIntoProduct ? swiftlet_activation(layer.activation) : swiftlet_activation()
    sums = activation.needsInput ? context.reserve(context.output.value.count) : context.output.value
    let rows = outer * context.maximumRows
    context.needsScratch(MatrixProduct.packedCount(inner: inputs, columns: units))
    context.needsScratch(activation.scratchCount(elements: context.output.value.count))
    if context.output.gradient != nil {
      context.needsScratch(MatrixProduct.packedCount(inner: rows, columns: units))
      context.needsScratch(MatrixProduct.packedCount(inner: units, columns: inputs))
    }
  }

  func forward(_ pass: Pass) {
    MatrixProduct.pack(
      pass[kernel.value], inner: inputs, columns: units, rowStride: units, columnStride: 1, into: pass.scratch
    )
    MatrixProduct.multiply(
      pass[input], rowStride: inputs, innerStride: 1, pass.scratch, rows: pass.rows * outer, inner: inputs,
      columns: units, into: pass[sums], bias: bias.map { UnsafePointer(pass[$0.value]) },
      activation: fused)
    if !activation.fusesIntoProduct {
      activation.forward(pass[sums], pass[output.value], rows: pass.rows, scratch: pass.scratch)
    }
  }

  func backward(_ pass: Pass) {
    guard let slot = output.gradient else { return }
    let rows = pass.rows * outer
    let gradient = pass[slot]
    activation.backward(
      gradient, output: pass[output.value], input: pass[sums], rows: pass.rows, scratch: pass.scratch)
    if let target = kernel.gradient {
      MatrixProduct.pack(
        gradient, inner: rows, columns: units, rowStride: units, columnStride: 1, into: pass.scratch)
      MatrixProduct.multiply(
        pass[input], rowStride: 1, innerStride: inputs, pass.scratch, rows: inputs, inner: rows,
        columns: units, into: pass[target.slot], accumulate: target.accumulates)
    }
    if let target = bias?.gradient {
      Vector.columnSums(
        gradient, rows: rows, columns: units, into: pass[target.slot], accumulate: target.accumulates)
    }
    if let target = inputGradient {
      MatrixProduct.pack(
        pass[kernel.value], inner: units, columns: inputs, rowStride: 1, columnStride: units,
        into: pass.scratch)
      MatrixProduct.multiply(
        gradient, rowStride: units, innerStride: 1, pass.scratch, rows: rows, inner: units, columns: inputs,
        into: pass[target.slot], accumulate: target.accumulates)
    }
  }
}
