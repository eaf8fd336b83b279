import SwiftletGraph
import SwiftletKernels

/// A window along height and width, whatever the layer's rank: along one axis the height is 1.
struct LoweredWindow: Sendable {
  /// The window as the layer has it.
  private let window: Window
  /// Zeros of a padding layer before the input that the window takes in, outermost axis first.
  private let padding: [ZeroPaddingAmount]
  /// With what is known of the lengths; 0 stands for one that is open.
  private(set) var parameters: swiftlet_window

  /// The size along each of the layer's own axes.
  var size: [Int] { window.size }

  init(_ window: Window, padding: [ZeroPaddingAmount]?) {
    self.window = window
    self.padding =
      padding ?? [ZeroPaddingAmount](repeating: ZeroPaddingAmount(before: 0, behind: 0), count: window.rank)
    func pair(_ values: [Int]) -> (Int, Int) {
      values.count == 1 ? (1, values[0]) : (values[0], values[1])
    }
    let (size, strides, dilation) = (pair(window.size), pair(window.strides), pair(window.dilation))
    parameters = swiftlet_window(
      inputHeight: 1, inputWidth: 0, outputHeight: 1, outputWidth: 0, height: size.0, width: size.1,
      strideHeight: strides.0, strideWidth: strides.1, dilationHeight: dilation.0, dilationWidth: dilation.1,
      paddingTop: 0, paddingLeft: 0)
  }

  /// Fills in what is known of the lengths of a row's shape: (axes…, channels), the axes outermost first.
  /// - Parameter input: the lengths before a padding layer's zeros.
  mutating func setLengths(input: [Int?], output: [Int?]) {
    func before(_ axis: Int) -> Int {
      let length = (input[axis] ?? 0) + padding[axis].before + padding[axis].behind
      return window.paddingBefore(along: axis, of: length) + padding[axis].before
    }
    let last = window.rank - 1
    parameters.inputWidth = input[last] ?? 0
    parameters.outputWidth = output[last] ?? 0
    parameters.paddingLeft = before(last)
    guard last > 0 else { return }
    parameters.inputHeight = input[0] ?? 0
    parameters.outputHeight = output[0] ?? 0
    parameters.paddingTop = before(0)
  }

  /// The window for lengths that are all known.
  /// - Throws: `ModelError.memory` where the input with the zeros around it is beyond what a kernel may hold.
  func filled(input: [Int], output: [Int]) throws(ModelError) -> swiftlet_window {
    var filled = self
    filled.setLengths(input: input.map { Optional($0) }, output: output.map { Optional($0) })
    var bytes = MemoryLayout<Float>.stride
    for length in [
      LoweredWindow.reach(
        filled.parameters.outputHeight, filled.parameters.strideHeight, window.span(axis: 0, of: 2)),
      LoweredWindow.reach(
        filled.parameters.outputWidth, filled.parameters.strideWidth, window.span(axis: 1, of: 2)),
      input.last ?? 1,
    ] {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: max(length, 1))
      guard !overflow, product <= LoweredWindow.maximumBytes else { throw .memory(bytes: product) }
      bytes = product
    }
    return filled.parameters
  }

  /// A padded image of more bytes than this is refused: a file of a few bytes may ask for any dilation.
  private static let maximumBytes = 1 << 32

  /// The places from the first that the windows read to the last.
  private static func reach(_ outputs: Int, _ stride: Int, _ span: Int) -> Int {
    let (steps, overflow) = max(outputs - 1, 0).multipliedReportingOverflow(by: stride)
    let (reach, further) = steps.addingReportingOverflow(span)
    return overflow || further ? Int.max : reach
  }
}

extension Window {
  /// The span along axis `axis` of `rank`, where the axes that the window lacks come first.
  fileprivate func span(axis: Int, of rank: Int) -> Int {
    let own = axis - (rank - self.rank)
    return own < 0 ? 1 : span(along: own)
  }
}
