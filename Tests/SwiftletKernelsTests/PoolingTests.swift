import SwiftletKernels
import Testing

/// Windows that lie within the input, over its edges, apart, and with gaps.
private let windows: [swiftlet_window] = [
  window(input: (6, 8), output: (3, 4), size: (2, 2), stride: (2, 2)),
  window(input: (7, 9), output: (5, 7), size: (3, 3), stride: (1, 1)),
  window(input: (7, 7), output: (4, 4), size: (3, 3), stride: (2, 2), padding: (1, 1)),
  window(input: (5, 5), output: (3, 3), size: (2, 2), stride: (2, 2)),
  window(input: (1, 11), output: (1, 5), size: (1, 2), stride: (1, 2)),
  window(input: (1, 12), output: (1, 12), size: (1, 5), stride: (1, 1), padding: (0, 2)),
  window(input: (9, 8), output: (3, 2), size: (4, 5), stride: (3, 4), padding: (1, 2)),
  window(input: (9, 9), output: (5, 6), size: (3, 2), stride: (1, 1), dilation: (2, 3)),
  window(input: (6, 6), output: (6, 6), size: (3, 3), stride: (1, 1), dilation: (2, 2), padding: (2, 2)),
]

private func window(
  input: (Int, Int), output: (Int, Int), size: (Int, Int), stride: (Int, Int), dilation: (Int, Int) = (1, 1),
  padding: (Int, Int) = (0, 0)
) -> swiftlet_window {
  swiftlet_window(
    inputHeight: input.0, inputWidth: input.1, outputHeight: output.0, outputWidth: output.1, height: size.0,
    width: size.1, strideHeight: stride.0, strideWidth: stride.1, dilationHeight: dilation.0,
    dilationWidth: dilation.1, paddingTop: padding.0, paddingLeft: padding.1)
}

/// The window's elements that lie within the input, in the window's order, for each output.
private func elements(_ x: [Float], _ w: swiftlet_window, channels: Int, rows: Int) -> [[Float]] {
  var all: [[Float]] = []
  for row in 0..<rows {
    for i in 0..<w.outputHeight {
      for j in 0..<w.outputWidth {
        for c in 0..<channels {
          var found: [Float] = []
          for u in 0..<w.height {
            for v in 0..<w.width {
              let y = i * w.strideHeight + u * w.dilationHeight - w.paddingTop
              let z = j * w.strideWidth + v * w.dilationWidth - w.paddingLeft
              guard (0..<w.inputHeight).contains(y), (0..<w.inputWidth).contains(z) else { continue }
              found.append(x[((row * w.inputHeight + y) * w.inputWidth + z) * channels + c])
            }
          }
          all.append(found)
        }
      }
    }
  }
  return all
}

private func maximumOrNaN(_ x: [Float]) -> Float {
  x.reduce(-.infinity) { most, y in y.isNaN ? y : y > most ? y : most }
}

@Test("pooling takes the window's elements within the input, in order", arguments: instructionSets)
func pooling(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for (seed, window) in windows.enumerated() {
    for channels in [1, 3, 16, 21, 40] {
      let size = window.inputHeight * window.inputWidth * channels
      let x = unusualFloats(3 * size, seed: UInt64(seed), nan: channels != 16)
      let parameters = swiftlet_pooling(input: 0, output: 1, window: window, channels: channels)
      let expected = elements(x, window, channels: channels, rows: 3)
      let most = kernels.run(
        kernels.pool_maximum, parameters, inputs: [x], outputs: expected.count, rows: 3)
      #expect(bits(most) == bits(expected.map(maximumOrNaN)), "window \(seed), \(channels) channels")
      let average = kernels.run(
        kernels.pool_average, parameters, inputs: [x], outputs: expected.count, rows: 3)
      #expect(
        bits(average) == bits(expected.map { $0.reduce(0, +) / Float($0.count) }),
        "window \(seed), \(channels) channels")
    }
  }
}

@Test("global pooling runs in sixteen lanes and one tree", arguments: instructionSets)
func globalPooling(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for positions in Array(1...35) + [64, 100] {
    for channels in [1, 5, 16, 35] {
      let x = unusualFloats(
        2 * positions * channels, seed: UInt64(positions), nan: positions % 2 == 0)
      let columns = (0..<(2 * channels)).map { place in
        (0..<positions).map { x[(place / channels * positions + $0) * channels + place % channels] }
      }
      let parameters = swiftlet_global_pooling(input: 0, output: 1, positions: positions, channels: channels)
      let most = kernels.run(
        kernels.pool_global_maximum, parameters, inputs: [x], outputs: columns.count, rows: 2)
      #expect(most.map { $0.isNaN } == columns.map { maximumOrNaN($0).isNaN })
      #expect(
        zip(most, columns).allSatisfy { $0.isNaN || $0 == maximumOrNaN($1) }, "\(positions), \(channels)")
      let average = kernels.run(
        kernels.pool_global_average, parameters, inputs: [x], outputs: columns.count, rows: 2)
      #expect(
        bits(average) == bits(columns.map { laneSum($0) / Float(positions) }), "\(positions), \(channels)")
    }
  }
}

@Test("padding puts each row amid zeros", arguments: instructionSets)
func padding(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for (top, left, bottom, right, channels) in [
    (0, 0, 0, 0, 3), (1, 2, 3, 4, 2), (0, 5, 0, 0, 17), (2, 0, 1, 0, 1),
  ] {
    let (height, width) = (3, 4)
    let wide = width + left + right
    let high = height + top + bottom
    let x = someFloats(2 * height * width * channels, seed: 3)
    let parameters = swiftlet_padding(
      input: 0, output: 1, inputHeight: height, inputWidth: width, outputHeight: high, outputWidth: wide,
      channels: channels, top: top, left: left)
    var expected: [Float] = []
    for row in 0..<2 {
      for i in 0..<high {
        for j in 0..<wide {
          for c in 0..<channels {
            let isInside = (0..<height).contains(i - top) && (0..<width).contains(j - left)
            expected.append(
              isInside ? x[((row * height + i - top) * width + j - left) * channels + c] : 0)
          }
        }
      }
    }
    let y = kernels.run(kernels.pad, parameters, inputs: [x], outputs: expected.count, rows: 2)
    #expect(bits(y) == bits(expected))
  }
}
