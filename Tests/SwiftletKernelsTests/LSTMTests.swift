import Foundation
import SwiftletKernels
import Testing

private let log2e: Float = 0x1.715476p0

/// The contract's 2^x + y.
private func powerPlus(_ x: Float, _ y: Float) -> Float {
  let x = min(40, max(-40, x))
  let n = x.rounded(.toNearestOrEven)
  let r = x - n
  let coefficients: [Float] = [0x1.5faa38p-10, 0x1.3cf538p-7, 0x1.c6adc8p-5, 0x1.ebf9a0p-3, 0x1.62e432p-1]
  let p = coefficients.dropFirst().reduce(coefficients[0]) { fma($0, r, $1) }
  let scale = Float(sign: .plus, exponent: Int(n), significand: 1)
  return fma(r * p, scale, scale + y)
}

private struct Memory {
  var steps: Int
  var units: Int
  var activation = SwiftletKernelsTests.activation(SWIFTLET_TANH)
  var recurrentActivation = SwiftletKernelsTests.activation(SWIFTLET_SIGMOID)
  var returnsSequences = true
  var goesBackwards = false

  var columns: Int { swiftlet_lstm_columns(units) }

  /// (units, 4 · units), as Keras has it.
  var recurrent: [Float] { someFloats(units * 4 * units, seed: UInt64(units)) }

  func run(_ kernels: swiftlet_kernels, _ z: [Float], rows: Int) -> [Float] {
    var packed = [Float](repeating: .nan, count: units * columns)
    swiftlet_lstm_pack(recurrent, units, &packed)
    return packed.withUnsafeBufferPointer { packed in
      guard let packed = packed.baseAddress else { return [] }
      let parameters = swiftlet_lstm(
        input: 0, output: 1, steps: steps, units: units, recurrent: packed, activation: activation,
        recurrentActivation: recurrentActivation, returnsSequences: returnsSequences,
        goesBackwards: goesBackwards)
      return kernels.run(
        kernels.lstm, parameters, inputs: [z], outputs: rows * (returnsSequences ? steps : 1) * units,
        rows: rows,
        scratchBytes: swiftlet_lstm_scratch(units))
    }
  }

  /// The contract, one unit at a time.
  func expected(_ kernels: swiftlet_kernels, _ z: [Float]) -> [Float] {
    let recurrent = self.recurrent
    var h = [Float](repeating: 0, count: units)
    var c = h
    var all: [Float] = []
    for step in goesBackwards ? Array((0..<steps).reversed()) : Array(0..<steps) {
      func sums(_ gate: Int) -> [Float] {
        (0..<units).map { unit in
          h.indices.reduce(z[step * columns + swiftlet_lstm_column(gate, unit)]) {
            fma(h[$1], recurrent[($1 * 4 + gate) * units + unit], $0)
          }
        }
      }
      let (i, f, g, o) = (sums(0), sums(1), sums(2), sums(3))
      if activation.kind == SWIFTLET_TANH, recurrentActivation.kind == SWIFTLET_SIGMOID {
        c = c.indices.map { n in
          let (forget, e) = (powerPlus(f[n] * -log2e, 1), powerPlus(g[n] * (-2 * log2e), -1))
          let input = powerPlus(i[n] * -log2e, 1) * (e + 2)
          return fma(-e, forget, c[n] * input) / (forget * input)
        }
        h = c.indices.map { n in
          let e = powerPlus(c[n] * (-2 * log2e), -1)
          return -e / (powerPlus(o[n] * -log2e, 1) * (e + 2))
        }
      } else {
        let input = zip(kernels.activated(recurrentActivation, i), kernels.activated(activation, g)).map {
          $0 * $1
        }
        let kept = kernels.activated(recurrentActivation, f)
        c = c.indices.map { fma(kept[$0], c[$0], input[$0]) }
        h = zip(kernels.activated(recurrentActivation, o), kernels.activated(activation, c)).map { $0 * $1 }
      }
      all += h
    }
    return returnsSequences ? all : h
  }
}

@Test("an LSTM follows its formula, in any batch", arguments: instructionSets)
func longShortTermMemory(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for units in [1, 5, 16, 17, 40, 48] {
    for rows in [1, 2, 3, 5, 7, 37] {
      var memory = Memory(steps: 4, units: units)
      if units == 5 { memory.activation = activation(SWIFTLET_RELU) }
      if units == 17 { memory.recurrentActivation = activation(SWIFTLET_HARD_SIGMOID_LEGACY) }
      memory.returnsSequences = rows % 2 == 1
      memory.goesBackwards = rows % 3 == 1
      let size = memory.steps * memory.columns
      let z = someFloats(rows * size, seed: UInt64(rows)).map { $0 * 2 }
      let expected = (0..<rows).flatMap {
        memory.expected(kernels, Array(z[($0 * size)..<(($0 + 1) * size)]))
      }
      #expect(bits(memory.run(kernels, z, rows: rows)) == bits(expected), "\(units) units, \(rows) rows")
    }
  }
}

@Test("an LSTM's columns hold each unit of each gate once, and zeros fill the panels")
func columnsOfLongShortTermMemory() {
  for units in [1, 16, 21] {
    let columns = swiftlet_lstm_columns(units)
    let places = (0..<(4 * units)).map { swiftlet_lstm_column($0 / units, $0 % units) }
    #expect(Set(places).count == 4 * units && places.allSatisfy { $0 < columns })
    let kernel = someFloats(units * 4 * units, seed: 1).map { $0 + 2 }
    var packed = [Float](repeating: .nan, count: units * columns)
    swiftlet_lstm_pack(kernel, units, &packed)
    #expect(packed.count { $0 == 0 } == units * (columns - 4 * units))
    #expect(Set(packed).subtracting([0]) == Set(kernel))
  }
}

@Test("an LSTM's gates keep to their error, also where they saturate")
func accuracyOfGates() throws {
  let kernels = try kernels(swiftlet_isa_best())
  let memory = Memory(steps: 6, units: 16)
  var z = someFloats(memory.steps * memory.columns, seed: 3).map { $0 * 8 }
  // From the largest finite numbers down to what tanh and sigmoid hardly bend.
  for (n, x) in [Float](arrayLiteral: 3e38, -3e38, 1e5, -1e5, 30, -30, 1e-6, -1e-6, 1e-30, 0).enumerated() {
    for gate in 0..<4 { z[swiftlet_lstm_column(gate, n)] = gate == n % 4 ? -x : x }
  }
  var (h, c) = ([Double](repeating: 0, count: 16), [Double](repeating: 0, count: 16))
  var exact: [Double] = []
  for step in 0..<memory.steps {
    func sums(_ gate: Int) -> [Double] {
      (0..<16).map { unit in
        h.indices.reduce(Double(z[step * memory.columns + swiftlet_lstm_column(gate, unit)])) {
          $0 + h[$1] * Double(memory.recurrent[($1 * 4 + gate) * 16 + unit])
        }
      }
    }
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    let (i, f, g, o) = (sums(0), sums(1), sums(2), sums(3))
    c = c.indices.map { sigmoid(f[$0]) * c[$0] + sigmoid(i[$0]) * tanh(g[$0]) }
    h = c.indices.map { sigmoid(o[$0]) * tanh(c[$0]) }
    exact += h
  }
  let worst = zip(memory.run(kernels, z, rows: 1), exact).map { abs(Double($0) - $1) }.max()
  #expect(worst.map { $0 < 1e-6 } == true, "\(worst ?? .nan)")
}
