import Foundation
import SwiftletKernels
import Testing

/// A depthwise convolution and its tensors.
struct Depthwise {
  var window: swiftlet_window
  var channels: Int, multiplier: Int
  var f = activation(SWIFTLET_LINEAR)
  var input: [Float], kernel: [Float], bias: [Float]

  /// `padding` is before and behind the image alike.
  init(
    _ height: Int, _ width: Int, channels: Int, multiplier: Int = 1, kernel: (Int, Int) = (3, 3),
    stride: (Int, Int) = (1, 1), dilation: (Int, Int) = (1, 1), padding: (Int, Int) = (1, 1), rows: Int = 1
  ) {
    func count(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ padding: Int) -> Int {
      (size + 2 * padding - (kernel - 1) * dilation - 1) / stride + 1
    }
    let window = swiftlet_window(
      inputHeight: height, inputWidth: width,
      outputHeight: count(height, kernel.0, stride.0, dilation.0, padding.0),
      outputWidth: count(width, kernel.1, stride.1, dilation.1, padding.1), height: kernel.0, width: kernel.1,
      strideHeight: stride.0, strideWidth: stride.1, dilationHeight: dilation.0, dilationWidth: dilation.1,
      paddingTop: padding.0, paddingLeft: padding.1)
    var numbers = Numbers(UInt64(height * width + channels))
    input = numbers.floats(rows * height * width * channels)
    self.kernel = numbers.floats(kernel.0 * kernel.1 * channels * multiplier)
    bias = numbers.floats(channels * multiplier)
    self.window = window
    (self.channels, self.multiplier) = (channels, multiplier)
  }

  var outputs: Int { channels * multiplier }
  var rowCount: Int { window.outputHeight * window.outputWidth * outputs }
  var rows: Int { input.count / (window.inputHeight * window.inputWidth * channels) }

  /// What a kernel gives, with 16 elements more that it must leave NaN.
  func run(_ kernels: swiftlet_kernels, input: [Float]? = nil, rows: Int? = nil) -> [Float] {
    let input = input ?? self.input, rows = rows ?? self.rows
    return kernel.withUnsafeBufferPointer { kernel in
      bias.withUnsafeBufferPointer { bias in
        guard let kernel = kernel.baseAddress else { return [] }
        let step = swiftlet_depthwise(
          input: 0, output: 1, window: window, channels: channels, multiplier: multiplier, kernel: kernel,
          bias: bias.baseAddress, activation: f)
        return kernels.run(kernels.convolve_depthwise, step, input, outputs: rows * rowCount + 16, rows: rows)
      }
    }
  }

  /// The definition in Spec/arithmetic.md, without an activation.
  func expected() -> [Float] {
    let w = window
    var result: [Float] = []
    for row in 0..<rows {
      for y in 0..<w.outputHeight {
        for x in 0..<w.outputWidth {
          for o in 0..<outputs {
            var sum = bias[o]
            for i in 0..<w.height {
              let down = y * w.strideHeight + i * w.dilationHeight - w.paddingTop
              if !(0..<w.inputHeight).contains(down) { continue }
              for j in 0..<w.width {
                let right = x * w.strideWidth + j * w.dilationWidth - w.paddingLeft
                var element: Float = 0
                if (0..<w.inputWidth).contains(right) {
                  let place = (row * w.inputHeight + down) * w.inputWidth + right
                  element = input[place * channels + o / multiplier]
                }
                sum.addProduct(element, kernel[(i * w.width + j) * outputs + o])
              }
            }
            result.append(sum)
          }
        }
      }
    }
    return result + [Float](repeating: .nan, count: 16)
  }
}

var depthwiseCases: [Depthwise] {
  [1, 2, 3, 5, 8, 9, 17, 24].flatMap { width in
    [1, 4, 8, 16, 23, 48].flatMap { channels in
      [1, 2].map { Depthwise(4, width, channels: channels, stride: ($0, $0), rows: 2) }
    }
  } + [
    Depthwise(7, 6, channels: 20, padding: (0, 0)),
    Depthwise(3, 5, channels: 17, padding: (2, 2)),
    Depthwise(3, 5, channels: 17, padding: (4, 5)),
    Depthwise(1, 1, channels: 40, padding: (5, 2)),
    Depthwise(9, 9, channels: 21, kernel: (5, 5), padding: (2, 2)),
    Depthwise(9, 9, channels: 21, kernel: (5, 3), stride: (2, 1), padding: (2, 1)),
    Depthwise(9, 9, channels: 32, dilation: (2, 1), padding: (2, 1)),
    Depthwise(9, 9, channels: 32, dilation: (1, 3), padding: (1, 3)),
    Depthwise(9, 20, channels: 33, stride: (3, 3)),
    Depthwise(1, 30, channels: 18, kernel: (1, 4), padding: (0, 2)),
    Depthwise(5, 6, channels: 1, multiplier: 20),
    Depthwise(5, 6, channels: 13, multiplier: 3, stride: (2, 2)),
  ]
}

@Test("a depthwise output is one chain along the kernel's rows and columns", arguments: instructionSets)
func depthwiseChain(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for test in depthwiseCases {
    let same = bits(test.run(kernels)) == bits(test.expected())
    #expect(same, "\(test.window), \(test.channels) channels")
  }
}

@Test("depthwise outputs go through every activation", arguments: instructionSets)
func depthwiseActivations(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  for kind in 0..<SWIFTLET_ACTIVATION_KINDS {
    for (channels, threshold) in [(16, Float(0)), (21, 0.125), (5, 0)] {
      var test = Depthwise(4, 9, channels: channels)
      let f = activation(kind, alpha: threshold, beta: 0.5, threshold: threshold)
      test.f = f
      let same = bits(test.run(kernels)) == bits(kernels.activated(f, test.expected()))
      #expect(same, "activation \(kind), \(channels) channels")
    }
  }
}

@Test("a depthwise convolution gives a batch row the bits that it has alone", arguments: instructionSets)
func depthwiseBatches(isa: swiftlet_isa) throws {
  let kernels = try kernels(isa)
  let test = Depthwise(5, 10, channels: 24, rows: 5)
  let all = bits(test.run(kernels)), each = test.input.count / 5
  for row in 0..<5 {
    let alone = test.run(kernels, input: Array(test.input[row * each..<(row + 1) * each]), rows: 1)
    #expect(bits(alone).dropLast(16) == all[row * test.rowCount..<(row + 1) * test.rowCount])
  }
}
