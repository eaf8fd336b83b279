import SwiftletKernels
import Testing

/// A convolution and everything around it, to be run by several kernels.
struct Convolution {
  var window: swiftlet_window
  var rows = 2, channels: Int, filters: Int
  var hasBias = true, hasResidual = false
  var method = SWIFTLET_CONVOLUTION_DIRECT
  var f = activation(SWIFTLET_LINEAR)
  var input: [Float], kernel: [Float], bias: [Float], residual: [Float]

  init(_ window: swiftlet_window, channels: Int, filters: Int, rows: Int = 2) {
    (self.window, self.channels, self.filters, self.rows) = (window, channels, filters, rows)
    var numbers = Numbers(5)
    input = numbers.floats(rows * window.inputHeight * window.inputWidth * channels)
    kernel = numbers.floats(window.height * window.width * channels * filters)
    bias = numbers.floats(filters)
    residual = numbers.floats(rows * window.outputHeight * window.outputWidth * filters)
  }

  /// What a kernel gives, and 16 more elements that it must leave at 777. The scratch memory holds NaN before,
  /// and a marker behind it must stay.
  func run(_ kernels: swiftlet_kernels, residualIsOutput: Bool = false, onlyRow row: Int? = nil) -> [Float] {
    let outputs = window.outputHeight * window.outputWidth * filters
    let inputs = window.inputHeight * window.inputWidth * channels
    let first = row ?? 0, count = row == nil ? rows : 1
    var from = Array(input[(first * inputs)..<((first + count) * inputs)])
    var added = Array(residual[(first * outputs)..<((first + count) * outputs)])
    var to = residualIsOutput ? added : [Float](repeating: 777, count: count * outputs)
    to += [Float](repeating: 777, count: 16)
    var parameters = swiftlet_convolution(
      input: 0, output: 1, residual: hasResidual ? residualIsOutput ? 1 : 2 : SWIFTLET_NO_SLOT,
      window: window,
      channels: channels, filters: filters, method: method, kernel: nil, bias: nil,
      activation: f)
    var packed = [Float](repeating: .nan, count: swiftlet_convolution_packed_count(&parameters))
    swiftlet_convolution_pack(&parameters, kernel, &packed)
    let scratchCount = swiftlet_convolution_scratch(&parameters) / MemoryLayout<Float>.stride
    var scratch = [Float](repeating: .nan, count: scratchCount) + [777]
    from.withUnsafeMutableBytes { from in
      to.withUnsafeMutableBytes { to in
        added.withUnsafeMutableBytes { added in
          scratch.withUnsafeMutableBytes { scratch in
            packed.withUnsafeBufferPointer { packed in
              bias.withUnsafeBufferPointer { bias in
                let tensors = [from.baseAddress, to.baseAddress, added.baseAddress]
                tensors.withUnsafeBufferPointer { tensors in
                  guard let tensors = tensors.baseAddress, let kernel = packed.baseAddress else { return }
                  parameters.kernel = kernel
                  parameters.bias = hasBias ? bias.baseAddress : nil
                  var run = swiftlet_run(tensors: tensors, rows: count, scratch: scratch.baseAddress)
                  kernels.convolve(&parameters, &run)
                }
              }
            }
          }
        }
      }
    }
    #expect(scratch.last == 777)
    return to
  }

  /// The definition: one chain of fused multiply-adds in the order kernel row, kernel column, channel.
  func expected(_ kernels: swiftlet_kernels) -> [Float] {
    var output: [Float] = []
    let w = window
    for row in 0..<rows {
      for y in 0..<w.outputHeight {
        for x in 0..<w.outputWidth {
          var sums = hasBias ? bias : [Float](repeating: 0, count: filters)
          for i in 0..<w.height {
            for j in 0..<w.width {
              let fromY = y * w.strideHeight + i * w.dilationHeight - w.paddingTop
              let fromX = x * w.strideWidth + j * w.dilationWidth - w.paddingLeft
              let isInside = fromY >= 0 && fromY < w.inputHeight && fromX >= 0 && fromX < w.inputWidth
              for c in 0..<channels {
                let place = ((row * w.inputHeight + fromY) * w.inputWidth + fromX) * channels + c
                let element = isInside ? input[place] : 0
                let weights = ((i * w.width + j) * channels + c) * filters
                for n in 0..<filters { sums[n].addProduct(element, kernel[weights + n]) }
              }
            }
          }
          output += sums
        }
      }
    }
    if hasResidual { output = zip(output, residual).map { $0 + $1 } }
    return kernels.activated(f, output) + [Float](repeating: 777, count: 16)
  }
}

func window(
  _ input: (Int, Int), _ output: (Int, Int), _ size: (Int, Int), stride: (Int, Int) = (1, 1),
  dilation: (Int, Int) = (1, 1), padding: (Int, Int) = (0, 0)
) -> swiftlet_window {
  swiftlet_window(
    inputHeight: input.0, inputWidth: input.1, outputHeight: output.0, outputWidth: output.1, height: size.0,
    width: size.1, strideHeight: stride.0, strideWidth: stride.1, dilationHeight: dilation.0,
    dilationWidth: dilation.1, paddingTop: padding.0, paddingLeft: padding.1)
}

private let windows = [
  window((6, 5), (4, 3), (3, 3)),  // valid
  window((6, 5), (6, 5), (3, 3), padding: (1, 1)),  // same
  window((7, 8), (4, 4), (3, 3), stride: (2, 2), padding: (1, 0)),  // same, strided: padding only behind
  window((9, 9), (3, 2), (2, 3), stride: (3, 4)),  // elements behind the last window
  window((8, 4), (8, 4), (1, 1)),  // a plain product
  window((8, 5), (4, 3), (1, 1), stride: (2, 2)),
  window((1, 30), (1, 30), (1, 4), dilation: (1, 3), padding: (0, 9)),  // causal
  window((1, 30), (1, 30), (1, 5), padding: (0, 2)),
  window((30, 1), (26, 1), (5, 1)),
  window((9, 9), (9, 9), (3, 3), dilation: (2, 2), padding: (2, 2)),
  window((9, 8), (5, 2), (3, 4), dilation: (2, 2)),
  window((4, 4), (4, 4), (3, 1), dilation: (2, 5), padding: (2, 0)),
  window((2, 2), (2, 2), (5, 5), padding: (2, 2)),  // smaller than its window
  window((1, 2), (1, 3), (1, 2), stride: (1, 4), padding: (0, 3)),  // windows that see nothing but padding
  window((3, 3), (1, 1), (3, 3)),
]

@Test(
  "a convolution is one chain a position: kernel row, kernel column, channel; padding is zeros",
  arguments: instructionSets)
func convolutionChain(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for (index, window) in windows.enumerated() {
    for (channels, filters) in [(1, 32), (3, 10), (16, 16), (5, 50)] {
      var convolution = Convolution(window, channels: channels, filters: filters, rows: 1 + index % 3)
      convolution.hasBias = index % 4 != 1
      let same = bits(convolution.run(kernels)) == bits(convolution.expected(kernels))
      #expect(same, "window \(index), \(channels) channels, \(filters) filters")
    }
  }
}

@Test("a convolution adds its residual before the activation", arguments: instructionSets)
func convolutionResidual(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for window in windows.prefix(8) {
    for kind in [SWIFTLET_LINEAR, SWIFTLET_RELU6, SWIFTLET_SILU] {
      var convolution = Convolution(window, channels: 6, filters: 35)
      convolution.hasResidual = true
      convolution.f = activation(kind)
      let expected = bits(convolution.expected(kernels))
      #expect(bits(convolution.run(kernels)) == expected)
      #expect(bits(convolution.run(kernels, residualIsOutput: true)) == expected)
    }
  }
}

@Test("an image gives the same bits alone as among others, however often", arguments: instructionSets)
func convolutionBatches(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for window in windows {
    let convolution = Convolution(window, channels: 4, filters: 18, rows: 9)
    let together = convolution.run(kernels)
    var alone: [Float] = []
    for row in 0..<9 { alone += convolution.run(kernels, onlyRow: row).dropLast(16) }
    #expect(bits(Array(together.dropLast(16))) == bits(alone))
  }
}

@Test("no scratch memory is asked for where no window reaches beyond the image")
func convolutionScratch() {
  for (index, window) in windows.enumerated() {
    var parameters = swiftlet_convolution(
      input: 0, output: 1, residual: SWIFTLET_NO_SLOT, window: window, channels: 3, filters: 2,
      method: SWIFTLET_CONVOLUTION_DIRECT, kernel: nil, bias: nil, activation: activation(SWIFTLET_LINEAR))
    let isValid = [0, 3, 4, 5, 8, 10, 14].contains(index)
    #expect((swiftlet_convolution_scratch(&parameters) == 0) == isValid, "window \(index)")
  }
}
