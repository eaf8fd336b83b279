import SwiftletKernels
import Testing

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
      let i = kernels.activated(recurrentActivation, sums(0))
      let f = kernels.activated(recurrentActivation, sums(1))
      let g = kernels.activated(activation, sums(2))
      let o = kernels.activated(recurrentActivation, sums(3))
      c = c.indices.map { fma(f[$0], c[$0], i[$0] * g[$0]) }
      h = zip(o, kernels.activated(activation, c)).map { $0 * $1 }
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
