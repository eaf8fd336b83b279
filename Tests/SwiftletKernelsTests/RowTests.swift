import SwiftletKernels
import Testing

/// The contract for sums along a row: sixteen lanes in order, and the tree.
func laneSum(_ x: [Float]) -> Float {
  var lanes = [Float](repeating: 0, count: 16)
  for (i, value) in x.enumerated() { lanes[i % 16] += value }
  for width in [8, 4, 2, 1] { for i in 0..<width { lanes[i] += lanes[i + width] } }
  return lanes[0]
}

@Test("a sum runs in sixteen lanes and one tree", arguments: instructionSets)
func sums(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for count in 0...130 {
    let x = someFloats(count, seed: UInt64(count))
    #expect(kernels.sum(x, count).bitPattern == laneSum(x).bitPattern, "\(count) elements")
  }
}

@Test("columns are multiplied in float64, and each product is rounded to float32", arguments: instructionSets)
func scaledColumns(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for columns in 0...40 {
    let x = someFloats(3 * columns, seed: UInt64(columns))
    let factors = (0..<columns).map { 1 / Double(3 + $0) }
    var y = x + [7]
    kernels.scale_columns(&y, 3, columns, factors)
    let expected = x.indices.map { Float(Double(x[$0]) * factors[$0 % columns]) }
    #expect(y == expected + [7], "\(columns) columns")
  }
}

@Test("a maximum is the largest element, or NaN where there is one", arguments: instructionSets)
func maxima(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  #expect(kernels.maximum([0], 0) == -.infinity)
  for count in 1...70 {
    let x = someFloats(count, seed: UInt64(count))
    #expect(kernels.maximum(x, count) == x.max())
    #expect(kernels.maximum(x.map { $0 - 5 }, count) == x.map { $0 - 5 }.max())
    for place in Set([0, count / 2, count - 1]) {
      var y = x
      y[place] = .nan
      #expect(kernels.maximum(y, count).isNaN, "NaN at \(place) of \(count)")
    }
  }
}

@Test(
  "softmax rows follow the contract at every length, alone, in a batch and in place",
  arguments: instructionSets)
func softmaxRows(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for columns in 1...100 {
    let x = someFloats(3 * columns, seed: UInt64(columns)).map { $0 * 5 }
    var y = [Float](repeating: 777, count: x.count + 1)
    kernels.softmax_rows(x, &y, 3, columns)
    #expect(y.removeLast() == 777)
    for m in 0..<3 {
      let row = Array(x[(m * columns)..<((m + 1) * columns)])
      guard let largest = row.max() else { continue }
      let e = kernels.activated(activation(SWIFTLET_EXPONENTIAL), row.map { $0 - largest })
      let total = laneSum(e)
      #expect(bits(Array(y[(m * columns)..<((m + 1) * columns)])) == bits(e.map { $0 / total }))
    }
    var inPlace = x
    inPlace.withUnsafeMutableBufferPointer { x in
      if let base = x.baseAddress { kernels.softmax_rows(base, base, 3, columns) }
    }
    #expect(bits(inPlace) == bits(y))
  }
}

@Test("softmax along an inner axis gives the bits of softmax along a row", arguments: instructionSets)
func softmaxColumns(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for (outer, axis, inner) in [(1, 10, 3), (2, 16, 16), (3, 40, 17), (1, 1, 5), (2, 33, 70)] {
    let x = someFloats(2 * outer * axis * inner, seed: 7).map { $0 * 5 }
    let y = kernels.run(
      kernels.softmax, swiftlet_softmax(input: 0, output: 1, outer: outer, axis: axis, inner: inner), x,
      outputs: x.count, rows: 2)
    for g in 0..<(2 * outer) {
      for n in 0..<inner {
        let places = (0..<axis).map { (g * axis + $0) * inner + n }
        var row = [Float](repeating: 0, count: axis)
        kernels.softmax_rows(places.map { x[$0] }, &row, 1, axis)
        #expect(bits(places.map { y[$0] }) == bits(row), "\(outer) \(axis) \(inner), group \(g), column \(n)")
      }
    }
  }
}
