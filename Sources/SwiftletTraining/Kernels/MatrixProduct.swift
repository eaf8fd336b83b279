/// Products of matrices, each output one chain of multiply-adds along the inner axis in order.
enum MatrixProduct {
  /// The elements that a packed (inner, columns) matrix takes.
  static func packedCount(inner: Int, columns: Int) -> Int { inner * columns }

  /// Packs B, whose element (k, j) lies at `k * rowStride + j * columnStride`.
  static func pack(
    _ b: UnsafePointer<Float>, inner: Int, columns: Int, rowStride: Int, columnStride: Int,
    into packed: UnsafeMutablePointer<Float>
  ) {
    for k in 0..<inner {
      for j in 0..<columns { packed[k * columns + j] = b[k * rowStride + j * columnStride] }
    }
  }

  /// C (rows, columns) = A · B, plus the bias along each row, or plus what C holds. A's element (i, k) lies at
  /// `i * rowStride + k * innerStride`.
  static func multiply(
    _ a: UnsafePointer<Float>, rowStride: Int, innerStride: Int, _ packed: UnsafePointer<Float>,
    rows: Int, inner: Int, columns: Int, into c: UnsafeMutablePointer<Float>,
    bias: UnsafePointer<Float>? = nil, accumulate: Bool = false
  ) {
    for i in 0..<rows {
      let row = c + i * columns
      if let bias {
        row.update(from: bias, count: columns)
      } else if !accumulate {
        row.update(repeating: 0, count: columns)
      }
      for k in 0..<inner {
        let factor = a[i * rowStride + k * innerStride]
        let other = packed + k * columns
        for j in 0..<columns { row[j] += factor * other[j] }
      }
    }
  }
}
