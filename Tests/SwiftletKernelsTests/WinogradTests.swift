import Foundation
import SwiftletKernels
import Testing

private let a: Float = 0.6875, b: Float = 1.375

/// The transform of six inputs in Spec/arithmetic.md.
private func inputs(_ d: [Float]) -> [Float] {
  let e = fma(-b * b, d[2], d[4]), o = fma(-b * b, d[1], d[3])
  let f = fma(-a * a, d[2], d[4]), p = fma(-a * a, d[1], d[3])
  let product = a * a * (b * b), sum = a * a + b * b
  return [
    fma(product, d[0], fma(-sum, d[2], d[4])), fma(a, o, e), fma(-a, o, e), fma(b, p, f), fma(-b, p, f),
    fma(product, d[1], fma(-sum, d[3], d[5])),
  ]
}

/// The transform of six products.
private func outputs(_ m: [Float]) -> [Float] {
  [
    (m[0] + (m[1] + m[2])) + (m[3] + m[4]), fma(b, m[3] - m[4], a * (m[1] - m[2])),
    fma(b * b, m[3] + m[4], a * a * (m[1] + m[2])),
    fma(b * b * b, m[3] - m[4], fma(a * a * a, m[1] - m[2], m[5])),
  ]
}

/// The transform of three weights.
private func weights(_ g: [Double]) -> [Double] {
  let a = Double(a), b = Double(b), overA = 2 * (a * a) * (a * a - b * b),
    overB = 2 * (b * b) * (b * b - a * a)
  return [
    g[0] / (a * a * (b * b)), (g[0] + a * g[1] + a * a * g[2]) / overA,
    (g[0] - a * g[1] + a * a * g[2]) / overA,
    (g[0] + b * g[1] + b * b * g[2]) / overB, (g[0] - b * g[1] + b * b * g[2]) / overB, g[2],
  ]
}

/// `transform` applied to the columns of a matrix of `rows`, then to the rows of that; row-major.
private func twice<T>(_ matrix: [T], columns: Int, _ transform: ([T]) -> [T]) -> [T] {
  let down = (0..<columns).map { j in
    transform(stride(from: j, to: matrix.count, by: columns).map { matrix[$0] })
  }
  return down[0].indices.flatMap { i in transform(down.map { $0[i] }) }
}

extension Convolution {
  init(winograd window: swiftlet_window, channels: Int, filters: Int, rows: Int = 2) {
    self.init(window, channels: channels, filters: filters, rows: rows)
    method = SWIFTLET_CONVOLUTION_WINOGRAD
  }

  /// The definition in Spec/arithmetic.md.
  func expectedByWinograd(_ kernels: swiftlet_kernels) -> [Float] {
    let w = window, across = w.outputWidth, step = channels * filters
    let u = (0..<channels).map { c in
      (0..<filters).map { n in
        twice((0..<9).map { Double(kernel[$0 * step + c * filters + n]) }, columns: 3, weights).map {
          Float($0)
        }
      }
    }
    var output = [Float](repeating: 0, count: rows * w.outputHeight * across * filters)
    for row in 0..<rows {
      for y in stride(from: 0, to: w.outputHeight, by: 4) {
        for x in stride(from: 0, to: across, by: 4) {
          let v = (0..<channels).map { c in
            twice(
              (0..<36).map { place -> Float in
                let fromY = y + place / 6 - w.paddingTop, fromX = x + place % 6 - w.paddingLeft
                guard (0..<w.inputHeight).contains(fromY), (0..<w.inputWidth).contains(fromX) else {
                  return 0
                }
                return input[((row * w.inputHeight + fromY) * w.inputWidth + fromX) * channels + c]
              }, columns: 6, inputs)
          }
          for n in 0..<filters {
            var m = [Float](repeating: 0, count: 36)
            for c in 0..<channels { for place in 0..<36 { m[place].addProduct(v[c][place], u[c][n][place]) } }
            let tile = twice(m, columns: 6, outputs)
            for i in 0..<min(4, w.outputHeight - y) {
              for j in 0..<min(4, across - x) {
                let place = ((row * w.outputHeight + y + i) * across + x + j) * filters + n
                output[place] = tile[i * 4 + j] + (hasBias ? bias[n] : 0)
              }
            }
          }
        }
      }
    }
    if hasResidual { output = zip(output, residual).map { $0 + $1 } }
    return kernels.activated(f, output) + [Float](repeating: 777, count: 16)
  }
}

private let same8 = window((8, 8), (8, 8), (3, 3), padding: (1, 1))
private let windows = [
  same8,
  window((6, 6), (4, 4), (3, 3)),
  window((9, 7), (7, 5), (3, 3)),
  window((1, 1), (1, 1), (3, 3), padding: (1, 1)),
  window((5, 13), (5, 13), (3, 3), padding: (1, 1)),
  window((4, 6), (6, 8), (3, 3), padding: (2, 2)),
  window((3, 3), (7, 9), (3, 3), padding: (4, 5)),
]

@Test("Winograd's algorithm follows the contract", arguments: instructionSets)
func winogradContract(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for (index, window) in windows.enumerated() {
    for (channels, filters) in [(1, 1), (8, 16), (13, 35), (17, 70)] {
      var convolution = Convolution(
        winograd: window, channels: channels, filters: filters, rows: 1 + index % 3)
      convolution.hasBias = index % 3 != 1
      let same = bits(convolution.run(kernels)) == bits(convolution.expectedByWinograd(kernels))
      #expect(same, "window \(index), \(channels) channels, \(filters) filters")
    }
  }
}

@Test("Winograd's algorithm adds its residual before the activation", arguments: instructionSets)
func winogradResidual(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for kind in [SWIFTLET_LINEAR, SWIFTLET_RELU, SWIFTLET_RELU6, SWIFTLET_SILU] {
    var convolution = Convolution(winograd: windows[4], channels: 9, filters: 21)
    convolution.hasResidual = true
    convolution.f = activation(kind)
    let expected = bits(convolution.expectedByWinograd(kernels))
    #expect(bits(convolution.run(kernels)) == expected)
    #expect(bits(convolution.run(kernels, residualIsOutput: true)) == expected)
  }
}

@Test("Winograd's algorithm gives an image the same bits alone as among others", arguments: instructionSets)
func winogradBatches(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  // 36 tiles in all, so more than are taken at once; and 81.
  for window in [same8, windows[6], window((10, 12), (10, 12), (3, 3), padding: (1, 1))] {
    let convolution = Convolution(winograd: window, channels: 10, filters: 18, rows: 9)
    let together = convolution.run(kernels)
    var alone: [Float] = []
    for row in 0..<9 { alone += convolution.run(kernels, onlyRow: row).dropLast(16) }
    #expect(bits(Array(together.dropLast(16))) == bits(alone))
  }
}

@Test("Winograd's algorithm keeps to its error")
func winogradError() throws {
  let kernels = try kernels(swiftlet_isa_best())
  for channels in [8, 32, 128, 512] {
    var convolution = Convolution(winograd: same8, channels: channels, filters: 8, rows: 1)
    convolution.hasBias = false
    let result = convolution.run(kernels)
    var largest = 0.0, error = 0.0
    for y in 0..<8 {
      for x in 0..<8 {
        for n in 0..<8 {
          var sum = 0.0
          for i in 0..<3 where (0..<8).contains(y + i - 1) {
            for j in 0..<3 where (0..<8).contains(x + j - 1) {
              for c in 0..<channels {
                sum +=
                  Double(convolution.input[((y + i - 1) * 8 + x + j - 1) * channels + c])
                  * Double(convolution.kernel[((i * 3 + j) * channels + c) * 8 + n])
              }
            }
          }
          largest = max(largest, abs(sum))
          error = max(error, abs(sum - Double(result[(y * 8 + x) * 8 + n])))
        }
      }
    }
    #expect(
      error / largest < 1e-6 * Double(channels).squareRoot(), "\(channels) channels: \(error / largest)")
  }
}

@Test("the shape alone chooses Winograd's algorithm")
func winogradChoice() {
  func method(_ window: swiftlet_window, _ channels: Int, _ filters: Int) -> swiftlet_method {
    var parameters = swiftlet_convolution(
      input: 0, output: 1, residual: SWIFTLET_NO_SLOT, window: window, channels: channels, filters: filters,
      method: SWIFTLET_CONVOLUTION_DIRECT, kernel: nil, bias: nil, activation: activation(SWIFTLET_LINEAR))
    return swiftlet_convolution_method(&parameters)
  }
  func same(_ size: Int, kernel: Int = 3, stride: Int = 1, dilation: Int = 1) -> swiftlet_window {
    window(
      (size, size), (size, size), (kernel, kernel), stride: (stride, stride), dilation: (dilation, dilation),
      padding: (kernel / 2, kernel / 2))
  }
  #expect(method(same(32), 32, 32) == SWIFTLET_CONVOLUTION_WINOGRAD)
  #expect(method(same(8), 128, 128) == SWIFTLET_CONVOLUTION_WINOGRAD)
  #expect(method(window((26, 26), (24, 24), (3, 3)), 32, 64) == SWIFTLET_CONVOLUTION_WINOGRAD)
  #expect(method(same(32), 3, 32) == SWIFTLET_CONVOLUTION_DIRECT)
  #expect(method(same(3), 128, 128) == SWIFTLET_CONVOLUTION_DIRECT)
  #expect(method(same(0), 128, 128) == SWIFTLET_CONVOLUTION_DIRECT)
  #expect(method(same(32, kernel: 5), 32, 32) == SWIFTLET_CONVOLUTION_DIRECT)
  #expect(method(same(32, stride: 2), 32, 32) == SWIFTLET_CONVOLUTION_DIRECT)
  #expect(method(same(32, dilation: 2), 32, 32) == SWIFTLET_CONVOLUTION_DIRECT)
}
