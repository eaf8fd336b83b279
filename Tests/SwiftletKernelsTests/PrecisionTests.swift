import SwiftletKernels
import Testing

private let shapes = [
  (1, 1, 1), (1, 64, 32), (2, 7, 10), (3, 5, 129), (5, 33, 16), (7, 2, 200), (13, 20, 17), (33, 31, 50),
  (40, 16, 33),
  (130, 3, 20),
]

/// The table's kernel and the one that the processor has an instruction for, which may be the same.
private func steps(
  _ isa: swiftlet_isa, _ plain: KeyPath<swiftlet_kernels, swiftlet_kernel>, _ fastest: swiftlet_kernel?
) throws -> [(name: String, kernel: swiftlet_kernel)] {
  [("plain", try kernels(isa)[keyPath: plain]), ("fastest", try #require(fastest))]
}

@Test(
  "bfloat16 follows its contract, by the processor's instruction and without it", arguments: instructionSets)
func bfloat16Contract(isa: swiftlet_isa) throws {
  let kernels = try steps(isa, \.dense_bfloat16, swiftlet_dense_bfloat16_kernel(isa))
  for (index, (rows, inputs, outputs)) in shapes.enumerated() {
    for (number, of) in [("ordinary", ordinary), ("tiny", tiny), ("nasty", nasty)] {
      for seed in 0..<3 {
        let dense = LowDense(
          rows: rows, inputs: inputs, outputs: outputs, seed: UInt64(7 * index + seed), number: of)
        let expected = bits(dense.expectedBfloat16())
        for step in kernels {
          let same = bits(dense.bfloat16(step.kernel)) == expected
          #expect(same, "\(step.name), \(rows) x \(inputs) x \(outputs), \(number), seed \(seed)")
        }
      }
    }
  }
}

@Test(
  "sums of bfloat16 at the edge of the subnormal numbers are flushed as the instruction does",
  arguments: instructionSets)
func bfloat16Edge(isa: swiftlet_isa) throws {
  // 2^-126 less so many 2^-151: what rounds up to it at any exponent stays, what only the coarser grid of
  // subnormal numbers takes up goes to zero.
  let cases: [(Float, Bool)] = [(0.5, true), (1, true), (1.0078125, false), (1.5, false), (4, false)]
  for (little, isKept) in cases {
    for sign in [Float(1), -1] {
      var dense = LowDense(rows: 1, inputs: 2, outputs: 1, seed: 1)
      dense.bias = [sign * 0x1p-126]
      dense.input = [1, -sign * little * 0x1p-76]
      dense.kernel = [0, 0x1p-75]
      for step in try steps(isa, \.dense_bfloat16, swiftlet_dense_bfloat16_kernel(isa)) {
        #expect(dense.bfloat16(step.kernel) == [isKept ? sign * 0x1p-126 : 0], "\(step.name), \(little)")
      }
    }
  }
}

@Test("int8 follows its contract, by the processor's instruction and without it", arguments: instructionSets)
func int8Contract(isa: swiftlet_isa) throws {
  let kernels = try steps(isa, \.dense_int8, swiftlet_dense_int8_kernel(isa))
  for (index, (rows, inputs, outputs)) in shapes.enumerated() {
    for (number, of) in [("ordinary", ordinary), ("tiny", tiny), ("nasty", nasty), ("finite", finite)] {
      for seed in 0..<3 {
        let dense = LowDense(
          rows: rows, inputs: inputs, outputs: outputs, seed: UInt64(7 * index + seed), number: of)
        let expected = bits(dense.expectedInt8())
        for step in kernels {
          let same = bits(dense.int8(step.kernel)) == expected
          #expect(same, "\(step.name), \(rows) x \(inputs) x \(outputs), \(number), seed \(seed)")
        }
      }
    }
  }
}

@Test("int8 adds up as many inputs as it promises without leaving an int32", arguments: instructionSets)
func int8Longest(isa: swiftlet_isa) throws {
  let inputs = Int(SWIFTLET_INT8_INPUTS)
  for sign in [Float(1), -1] {
    var dense = LowDense(rows: 1, inputs: inputs, outputs: 2, seed: 3)
    dense.bias = nil
    dense.input = [Float](repeating: sign, count: inputs)
    dense.kernel = (0..<2 * inputs).map { $0 % 2 == 0 ? 1 : -1 }
    let sum = Float(Int32(255 * 127 * inputs)) * ((1 as Float / 255) * (1 as Float / 127))
    for step in try steps(isa, \.dense_int8, swiftlet_dense_int8_kernel(isa)) {
      #expect(dense.int8(step.kernel) == [sign * sum, -sign * sum], "\(step.name)")
    }
  }
}

@Test("a row of low precision gives the same bits alone and in any batch", arguments: instructionSets)
func lowPrecisionBatches(isa: swiftlet_isa) throws {
  let both: [(swiftlet_kernel, (LowDense, swiftlet_kernel) -> [Float])] = [
    (try #require(swiftlet_dense_bfloat16_kernel(isa)), { $0.bfloat16($1) }),
    (try #require(swiftlet_dense_int8_kernel(isa)), { $0.int8($1) }),
  ]
  // One row is a hundred times as large as the others, so that a scale shared by the batch would show.
  var whole = LowDense(rows: 130, inputs: 37, outputs: 50, seed: 1)
  for k in 0..<37 { whole.input[70 * 37 + k] *= 100 }
  for (kernel, run) in both {
    let alone = (0..<130).flatMap { row -> [Float] in
      var one = whole
      one.rows = 1
      one.input = Array(whole.input[row * 37..<(row + 1) * 37])
      return run(one, kernel)
    }
    for rows in 1...130 {
      var batch = whole
      batch.rows = rows
      let same = bits(run(batch, kernel)) == bits(Array(alone.prefix(rows * 50)))
      #expect(same, "batch \(rows)")
    }
  }
}

@Test("what is not finite in a row of int8 makes that row NaN, and in a column of the kernel that column")
func int8NotFinite() throws {
  for isa in instructionSets {
    for (flaw, name) in [(Float.nan, "NaN"), (.infinity, "infinity"), (-.infinity, "-infinity")] {
      var dense = LowDense(rows: 3, inputs: 5, outputs: 4, seed: 1)
      dense.input[7] = flaw
      dense.kernel[2] = flaw
      for step in try steps(isa, \.dense_int8, swiftlet_dense_int8_kernel(isa)) {
        let y = dense.int8(step.kernel)
        for (place, value) in y.enumerated() {
          #expect(value.isNaN == (place / 4 == 1 || place % 4 == 2), "\(step.name), \(name) at \(place)")
        }
      }
    }
  }
}

@Test("low precision keeps near the exact product of a hundred terms")
func lowPrecisionError() throws {
  let isa = swiftlet_isa_best()
  let dense = LowDense(rows: 20, inputs: 100, outputs: 30, seed: 1)
  let bias = try #require(dense.bias)
  let narrow = dense.bfloat16(try #require(swiftlet_dense_bfloat16_kernel(isa)))
  let bytes = dense.int8(try #require(swiftlet_dense_int8_kernel(isa)))
  for m in 0..<20 {
    for n in 0..<30 {
      let terms = (0..<100).map { Double(dense.input[m * 100 + $0]) * Double(dense.kernel[$0 * 30 + n]) }
      let exact = terms.reduce(Double(bias[n]), +)
      // A term is off by 2^-7 of itself at most, and by some 2^-6 of the largest in int8; a hundred such errors of
      // either sign come to about ten.
      #expect((Double(narrow[m * 30 + n]) - exact).magnitude < 0x1p-7 * 10)
      #expect((Double(bytes[m * 30 + n]) - exact).magnitude < 0x1p-6 * 10)
    }
  }
}
