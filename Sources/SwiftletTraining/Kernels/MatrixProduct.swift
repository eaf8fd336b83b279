import SwiftletKernels

/// The vector kernels of the fastest instruction set that this processor has.
let kernels: swiftlet_kernels = {
  // The portable kernels are always there, so one of the two is.
  guard let table = swiftlet_kernels_for(swiftlet_isa_best()) ?? swiftlet_kernels_for(SWIFTLET_ISA_PORTABLE)
  else { fatalError("no vector kernels were compiled in") }
  return table.pointee
}()

/// Products of matrices, each output one chain of fused multiply-adds along the inner axis in order.
enum MatrixProduct {
  /// The elements that a packed (inner, columns) matrix takes.
  static func packedCount(inner: Int, columns: Int) -> Int { swiftlet_packed_count(inner, columns) }

  /// Packs B, whose element (k, j) lies at `k * rowStride + j * columnStride`.
  static func pack(
    _ b: UnsafePointer<Float>, inner: Int, columns: Int, rowStride: Int, columnStride: Int,
    into packed: UnsafeMutablePointer<Float>
  ) {
    swiftlet_pack(b, rowStride, columnStride, inner, columns, packed)
  }

  /// C (rows, columns) = activation(A · B), begun with the bias along each row or with what C holds. A's
  /// element (i, k) lies at `i * rowStride + k * innerStride`.
  static func multiply(
    _ a: UnsafePointer<Float>, rowStride: Int, innerStride: Int, _ packed: UnsafePointer<Float>,
    rows: Int, inner: Int, columns: Int, into c: UnsafeMutablePointer<Float>,
    bias: UnsafePointer<Float>? = nil, accumulate: Bool = false,
    activation: swiftlet_activation = swiftlet_activation()
  ) {
    var product = swiftlet_product(
      rows: rows, inner: inner, columns: columns, a: a, aRowStride: rowStride, aColumnStride: innerStride,
      packed: packed, initial: accumulate ? UnsafePointer(c) : bias, initialStride: accumulate ? columns : 0,
      residual: nil, residualStride: 0, c: c, cRowStride: columns, activation: activation)
    kernels.matmul(&product)
  }
}
