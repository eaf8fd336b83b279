import SwiftletKernels
import Testing

/// Products of these shapes take each of the ways through the kernel: few rows, k cut, A brought together first.
private let shapes = [(1, 20, 33), (9, 30, 17), (40, 700, 20), (60, 128, 144), (20, 1024, 130)]

@Test("a residual is added to the finished chain, and the activation follows", arguments: instructionSets)
func residuals(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for (rows, inner, columns) in shapes {
    let product = Product(rows: rows, inner: inner, columns: columns)
    let chain = Array(product.expected().prefix(rows * columns))
    let residual = someFloats(rows * columns, seed: 9)
    let packed = packed(product.b, inner: inner, columns: columns)
    for (kind, isOutput) in [(SWIFTLET_LINEAR, false), (SWIFTLET_RELU, true), (SWIFTLET_GELU, true)] {
      var c = isOutput ? residual : [Float](repeating: 777, count: rows * columns)
      product.a.withUnsafeBufferPointer { a in
        packed.withUnsafeBufferPointer { packed in
          product.initial.withUnsafeBufferPointer { initial in
            residual.withUnsafeBufferPointer { residual in
              c.withUnsafeMutableBufferPointer { c in
                guard let a = a.baseAddress, let b = packed.baseAddress, let c = c.baseAddress else { return }
                var all = swiftlet_product(
                  rows: rows, inner: inner, columns: columns, a: a, aRowStride: inner, aColumnStride: 1,
                  packed: b,
                  initial: initial.baseAddress, initialStride: 0,
                  residual: isOutput ? UnsafePointer(c) : residual.baseAddress, residualStride: columns, c: c,
                  cRowStride: columns, activation: activation(kind))
                kernels.matmul(&all)
              }
            }
          }
        }
      }
      let sums = zip(chain, residual).map { $0 + $1 }
      let expected = kernels.activated(activation(kind), sums)
      #expect(bits(c) == bits(expected), "\(rows) x \(inner) x \(columns), activation \(kind)")
    }
  }
}

@Test("the dense step finds its residual in the slot that is named", arguments: instructionSets)
func denseResidual(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  let product = Product(rows: 6, inner: 12, columns: 12)
  let packed = packed(product.b, inner: 12, columns: 12)
  packed.withUnsafeBufferPointer { kernel in
    guard let kernel = kernel.baseAddress else { return }
    // The input itself, in slot 0, is a residual too.
    let parameters = swiftlet_dense(
      input: 0, output: 1, residual: 0, inputs: 12, outputs: 12, positions: 2, kernel: kernel, bias: nil,
      activation: activation(SWIFTLET_LINEAR))
    let y = kernels.run(kernels.dense, parameters, product.a, outputs: 72, rows: 3)
    var plain = product
    plain.bias = false
    #expect(bits(y) == bits(zip(plain.expected(), product.a).map { $0 + $1 }))
  }
}
