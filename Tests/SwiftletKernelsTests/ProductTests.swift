import SwiftletKernels
import Testing

/// A product and everything around it, to be run by several kernels.
struct Product {
  var rows: Int, inner: Int, columns: Int
  var transposedA = false, bias = true, gap = 0
  var f = activation(SWIFTLET_LINEAR)
  var a: [Float], b: [Float], initial: [Float]
  /// Whether `added`, of C's shape, is added to the finished chains.
  var hasResidual = false
  var added: [Float]

  init(rows: Int, inner: Int, columns: Int, seed: UInt64 = 1) {
    (self.rows, self.inner, self.columns) = (rows, inner, columns)
    var numbers = Numbers(seed)
    a = numbers.floats(rows * inner)
    b = numbers.floats(inner * columns)
    initial = numbers.floats(columns)
    added = numbers.floats(rows * columns)
  }

  func element(_ m: Int, _ k: Int) -> Float { transposedA ? a[k * rows + m] : a[m * inner + k] }

  /// What a kernel gives, (rows, columns + gap), with 777 wherever it must not write, and 16 more of those.
  func run(_ kernels: swiftlet_kernels, onlyRow row: Int? = nil) -> [Float] {
    let count = row == nil ? rows : 1
    var c = [Float](repeating: 777, count: count * (columns + gap) + 16)
    let packed = packed(b, inner: inner, columns: columns)
    a.withUnsafeBufferPointer { a in
      packed.withUnsafeBufferPointer { packed in
        (initial + added).withUnsafeBufferPointer { extra in
          c.withUnsafeMutableBufferPointer { c in
            guard let from = a.baseAddress, let b = packed.baseAddress, let to = c.baseAddress else { return }
            var product = swiftlet_product(
              rows: count, inner: inner, columns: columns,
              a: from + (row ?? 0) * (transposedA ? 1 : inner),
              aRowStride: transposedA ? 1 : inner, aColumnStride: transposedA ? rows : 1, packed: b,
              initial: bias ? extra.baseAddress : nil, initialStride: 0,
              residual: hasResidual ? extra.baseAddress.map { $0 + columns } : nil, residualStride: columns,
              c: to, cRowStride: columns + gap, activation: f)
            kernels.matmul(&product)
          }
        }
      }
    }
    return c
  }

  /// The definition: one chain of fused multiply-adds in the order of k.
  func expected() -> [Float] {
    var c = [Float](repeating: 777, count: rows * (columns + gap) + 16)
    for m in 0..<rows {
      for n in 0..<columns {
        var sum = bias ? initial[n] : 0
        for k in 0..<inner { sum.addProduct(element(m, k), b[k * columns + n]) }
        c[m * (columns + gap) + n] = hasResidual ? sum + added[m * columns + n] : sum
      }
    }
    return c
  }
}

let widths = [
  1, 2, 3, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 48, 50, 64, 65, 80, 96, 100, 112, 127, 128, 129, 160, 281,
]

@Test(
  "a product is one chain of fused multiply-adds from the bias, at every width", arguments: instructionSets)
func chain(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for columns in widths {
    for (rows, inner) in [(1, 64), (1, 1), (2, 5), (5, 19), (13, 6), (14, 4), (17, 11), (30, 3), (3, 0)] {
      for bias in [true, false] {
        var product = Product(rows: rows, inner: inner, columns: columns, seed: UInt64(columns))
        product.bias = bias
        product.gap = columns % 3
        let same = bits(product.run(kernels)) == bits(product.expected())
        #expect(same, "\(rows) x \(inner) x \(columns), bias \(bias)")
      }
    }
  }
}

@Test("a product adds its residual to each finished chain", arguments: instructionSets)
func residual(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for columns in [5, 16, 50, 128, 160, 281] {
    for rows in [1, 2, 9, 30] {
      var product = Product(rows: rows, inner: 7, columns: columns)
      product.hasResidual = true
      #expect(bits(product.run(kernels)) == bits(product.expected()), "\(rows) x \(columns)")
    }
  }
}

@Test("every batch size from 1 to 130 gives the same bits a row as the row alone", arguments: instructionSets)
func batches(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  let (inner, wide) = isa == SWIFTLET_ISA_PORTABLE ? (13, 37) : (50, 100)
  for (kind, columns) in [
    (SWIFTLET_LINEAR, wide), (SWIFTLET_RELU, wide), (SWIFTLET_GELU, wide), (SWIFTLET_RELU, 13),
    (SWIFTLET_RELU, 48),
  ] {
    var whole = Product(rows: 130, inner: inner, columns: columns)
    whole.f = activation(kind)
    var alone: [Float] = []
    for row in 0..<130 { alone += whole.run(kernels, onlyRow: row).prefix(columns) }
    for rows in 1...130 {
      var batch = whole
      batch.rows = rows
      let same =
        bits(Array(batch.run(kernels).prefix(rows * columns))) == bits(Array(alone.prefix(rows * columns)))
      #expect(same, "batch \(rows), \(columns) columns")
    }
  }
}

@Test("long sums are cut into blocks without a change of bits", arguments: instructionSets)
func longSums(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for (rows, inner, columns) in [
    (1, 1500, 20), (16, 2600, 17), (120, 641, 33), (20, 1024, 130), (150, 2561, 50),
  ] {
    for transposed in [false, true] {
      var product = Product(rows: rows, inner: inner, columns: columns)
      product.transposedA = transposed
      let same = bits(product.run(kernels)) == bits(product.expected())
      #expect(same, "\(rows) x \(inner) x \(columns), transposed \(transposed)")
    }
  }
}

@Test("every instruction set gives the same bits, with every activation", arguments: instructionSets)
func sameBits(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  let best = try SwiftletKernelsTests.kernels(swiftlet_isa_best())
  for kind in 0..<SWIFTLET_ACTIVATION_KINDS {
    for (rows, inner, columns) in [(1, 40, 50), (9, 21, 100), (33, 7, 512)] {
      var product = Product(rows: rows, inner: inner, columns: columns)
      product.f = activation(kind, alpha: 0.25, beta: 2, threshold: kind == SWIFTLET_RELU ? 0.1 : 0)
      product.gap = 3
      let same = bits(product.run(kernels)) == bits(product.run(best))
      #expect(same, "activation \(kind), \(rows) x \(inner) x \(columns)")
    }
  }
}

@Test("a product accumulates onto its own output", arguments: instructionSets)
func accumulation(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  let product = Product(rows: 9, inner: 12, columns: 21)
  var c = someFloats(9 * 21, seed: 8)
  var expected = c
  for m in 0..<9 {
    for n in 0..<21 {
      for k in 0..<12 { expected[m * 21 + n].addProduct(product.a[m * 12 + k], product.b[k * 21 + n]) }
    }
  }
  let packed = packed(product.b, inner: 12, columns: 21)
  product.a.withUnsafeBufferPointer { a in
    packed.withUnsafeBufferPointer { packed in
      c.withUnsafeMutableBufferPointer { c in
        guard let a = a.baseAddress, let b = packed.baseAddress, let c = c.baseAddress else { return }
        var all = swiftlet_product(
          rows: 9, inner: 12, columns: 21, a: a, aRowStride: 12, aColumnStride: 1, packed: b, initial: c,
          initialStride: 21, residual: nil, residualStride: 0, c: c, cRowStride: 21, activation: activation(0)
        )
        kernels.matmul(&all)
      }
    }
  }
  #expect(bits(c) == bits(expected))
}

@Test("packing some rows at a time writes what packing at once does", arguments: instructionSets)
func packingInParts(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  let inner = 29
  for columns in [1, 16, 37, 48] {
    let b = someFloats(inner * columns, seed: UInt64(columns))
    let factors = (0..<columns).map { 1 / Double(3 + $0) }
    let scaled = b.indices.map { Float(Double(b[$0]) * factors[$0 % columns]) }
    func inParts(factors: [Double]?) -> [Float] {
      var parts = [Float](repeating: -1, count: swiftlet_packed_count(inner, columns))
      for first in stride(from: 0, to: inner, by: 11) {
        let count = min(11, inner - first)
        let rows = Array(b[first * columns..<(first + count) * columns])
        kernels.pack_rows(rows, count, columns, first, inner, factors, &parts)
      }
      return parts
    }
    #expect(inParts(factors: nil) == packed(b, inner: inner, columns: columns), "\(columns) columns")
    #expect(inParts(factors: factors) == packed(scaled, inner: inner, columns: columns), "\(columns) columns")
  }
}

@Test("a transposed matrix is packed through swapped strides, and panels are padded with zeros")
func packing() {
  let (inner, columns) = (5, 18)
  let b = someFloats(inner * columns, seed: 3)
  var transposed = [Float](repeating: 0, count: b.count)
  for k in 0..<inner { for n in 0..<columns { transposed[n * inner + k] = b[k * columns + n] } }
  var result = [Float](repeating: .nan, count: swiftlet_packed_count(inner, columns))
  swiftlet_pack(transposed, 1, inner, inner, columns, &result)
  #expect(result == packed(b, inner: inner, columns: columns))
  #expect(result.count == 2 * inner * 16)
  for k in 0..<inner {
    for n in 0..<32 {
      #expect(result[(n / 16 * inner + k) * 16 + n % 16] == (n < columns ? b[k * columns + n] : 0))
    }
  }
}

@Test("NaN and infinity in an input reach the outputs that they should, through ReLU too")
func notFinite() throws {
  for isa in instructionSets {
    let kernels = try kernels(isa)
    for kind in [SWIFTLET_LINEAR, SWIFTLET_RELU, SWIFTLET_RELU6] {
      var product = Product(rows: 3, inner: 4, columns: 20)
      product.f = activation(kind)
      product.a[1] = .nan
      product.a[4] = .infinity
      product.b = product.b.map { $0.magnitude + 0.5 }
      let c = product.run(kernels)
      #expect(c[..<20].allSatisfy { $0.isNaN })
      #expect(c[20..<40].allSatisfy { $0 == (kind == SWIFTLET_RELU6 ? 6 : .infinity) })
      #expect(c[40..<60].allSatisfy { $0.isFinite })
    }
  }
}
