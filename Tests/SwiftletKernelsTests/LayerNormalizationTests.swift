import SwiftletKernels
import Testing

@Test("layer normalization follows its formula, sums in sixteen lanes", arguments: instructionSets)
func layerNormalization(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for length in Array(1...50) + [128, 300] {
    let x = someFloats(6 * length, seed: UInt64(length)).map { $0 * 3 + 1 }
    let scale = someFloats(length, seed: 1)
    let offset = someFloats(length, seed: 2)
    let epsilon: Float = 1e-3
    for (hasScale, hasOffset) in [(true, true), (true, false), (false, true), (false, false)] {
      var expected: [Float] = []
      for row in 0..<6 {
        let part = Array(x[(row * length)..<((row + 1) * length)])
        let mean = laneSum(part) / Float(length)
        var lanes = [Float](repeating: 0, count: 16)
        for (i, value) in part.enumerated() { lanes[i % 16] = fma(value - mean, value - mean, lanes[i % 16]) }
        let inverse = 1 / (laneSum(lanes) / Float(length) + epsilon).squareRoot()
        for (i, value) in part.enumerated() {
          expected.append(fma((value - mean) * inverse, hasScale ? scale[i] : 1, hasOffset ? offset[i] : 0))
        }
      }
      scale.withUnsafeBufferPointer { scale in
        offset.withUnsafeBufferPointer { offset in
          let parameters = swiftlet_layer_normalization(
            input: 0, output: 1, groups: 3, length: length, epsilon: epsilon,
            scale: hasScale ? scale.baseAddress : nil, offset: hasOffset ? offset.baseAddress : nil)
          let y = kernels.run(
            kernels.normalize_layer, parameters, inputs: [x], outputs: x.count, rows: 2)
          #expect(bits(y) == bits(expected), "length \(length)")
          let alone = kernels.run(
            kernels.normalize_layer, parameters, inputs: [Array(x[(3 * length)...])], outputs: 3 * length,
            rows: 1)
          #expect(
            bits(alone) == bits(Array(expected[(3 * length)...])), "length \(length), the second row alone")
        }
      }
    }
  }
}

@Test("add is one addition and the activation", arguments: instructionSets)
func addition(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for count in [1, 15, 16, 100, 2049, 5000] {
    let x = unusualFloats(3 * count, seed: 1, nan: true)
    let z = unusualFloats(3 * count, seed: 2, nan: false)
    for f in [
      activation(SWIFTLET_LINEAR), activation(SWIFTLET_RELU), activation(SWIFTLET_RELU, alpha: 0.25),
      activation(SWIFTLET_RELU6), activation(SWIFTLET_GELU), activation(SWIFTLET_RELU, beta: 0.5),
    ] {
      let parameters = swiftlet_add(first: 0, second: 1, output: 2, count: count, activation: f)
      let y = kernels.run(kernels.add, parameters, inputs: [x, z], outputs: 3 * count, rows: 3)
      #expect(bits(y) == bits(kernels.activated(f, zip(x, z).map { $0 + $1 })), "\(count), kind \(f.kind)")
    }
  }
}
