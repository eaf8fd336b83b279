import SwiftletKernels
import Testing

/// What Spec/arithmetic.md says of one query: chains along the key's elements, exponentials, a chain along the keys.
private func attended(
  _ kernels: swiftlet_kernels, query: [Float], keys: [[Float]], values: [[Float]], scale: Float, seen: Int
) -> [Float] {
  let scores = keys[..<seen].map { key in
    zip(query, key).reduce(Float(0)) { fma($1.0, $1.1, $0) } * scale
  }
  let largest = scores.reduce(-.infinity) { $1 > $0 ? $1 : $0 }
  let e = kernels.activated(activation(SWIFTLET_EXPONENTIAL), scores.map { $0 - largest })
  let weights = e + [Float](repeating: 0, count: keys.count - seen)
  return values[0].indices.map { i in
    zip(weights, values).reduce(Float(0)) { fma($1.0, $1.1[i], $0) } / laneSum(e)
  }
}

@Test("attention follows its formula for every head, query and row", arguments: instructionSets)
func attention(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for (queries, keys, heads, keyLength, valueLength) in [
    (1, 1, 1, 1, 1), (3, 5, 2, 3, 4), (7, 16, 1, 8, 16), (20, 20, 3, 5, 21), (64, 64, 2, 32, 32),
    (60, 37, 1, 17, 9),
  ] {
    for isCausal in [false, true] {
      let rows = 2
      // One tensor holds all three side by side, behind a number that belongs to none.
      let stride = 1 + heads * (2 * keyLength + valueLength)
      let positions = max(queries, keys)
      let x = someFloats(rows * positions * stride, seed: UInt64(keys)).map { $0 * 3 }
      let scale: Float = 0.37
      let row = positions * stride
      let parameters = swiftlet_attention(
        query: 0, key: 0, value: 0, output: 1, queries: queries, keys: keys, heads: heads,
        keyLength: keyLength,
        valueLength: valueLength, queryOffset: 1, queryStride: stride, queryRow: row,
        keyOffset: 1 + heads * keyLength, keyStride: stride, keyRow: row,
        valueOffset: 1 + 2 * heads * keyLength, valueStride: stride, valueRow: row, scale: scale,
        isCausal: isCausal)
      func part(_ m: Int, _ position: Int, _ offset: Int, _ length: Int) -> [Float] {
        let start = m * row + position * stride + offset
        return Array(x[start..<(start + length)])
      }
      var expected: [Float] = []
      for m in 0..<rows {
        for i in 0..<queries {
          for head in 0..<heads {
            expected += attended(
              kernels, query: part(m, i, 1 + head * keyLength, keyLength),
              keys: (0..<keys).map { part(m, $0, 1 + (heads + head) * keyLength, keyLength) },
              values: (0..<keys).map {
                part(m, $0, 1 + 2 * heads * keyLength + head * valueLength, valueLength)
              },
              scale: scale, seen: isCausal ? min(i + 1, keys) : keys)
          }
        }
      }
      let y = kernels.run(
        kernels.attend, parameters, inputs: [x], outputs: expected.count, rows: rows,
        scratchBytes: swiftlet_attention_scratch(keys, keyLength, valueLength))
      #expect(
        bits(y) == bits(expected), "\(queries) queries, \(keys) keys, \(heads) heads, causal \(isCausal)")
    }
  }
}

@Test(
  "a score that is NaN or infinite makes its query's outputs NaN, and no other's", arguments: instructionSets)
func attentionOfUnusualScores(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for unusual in [Float.nan, .infinity] {
    var query = someFloats(3 * 4, seed: 1).map { abs($0) + 0.1 }
    query[5] = unusual
    let key = someFloats(6 * 4, seed: 2).map { abs($0) + 0.1 }
    let value = someFloats(6 * 2, seed: 3)
    let parameters = swiftlet_attention(
      query: 0, key: 1, value: 2, output: 3, queries: 3, keys: 6, heads: 1, keyLength: 4, valueLength: 2,
      queryOffset: 0, queryStride: 4, queryRow: 12, keyOffset: 0, keyStride: 4, keyRow: 24, valueOffset: 0,
      valueStride: 2, valueRow: 12, scale: 0.5, isCausal: false)
    let y = kernels.run(
      kernels.attend, parameters, inputs: [query, key, value], outputs: 6, rows: 1,
      scratchBytes: swiftlet_attention_scratch(6, 4, 2))
    #expect(y.map { $0.isNaN } == [false, false, true, true, false, false])
  }
}
