import Foundation

/// The functions of mathematics that training needs, over arrays. Input and output may be the same place.
enum VectorMath {
  static func exponential(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
    Vector.map(x, to: y, count: count) { exp($0) }
  }

  static func sigmoid(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
    Vector.map(x, to: y, count: count) { 1 / (1 + exp(-$0)) }
  }

  static func tanh(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
    Vector.map(x, to: y, count: count) { Foundation.tanh($0) }
  }

  static func softmaxRows(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Int, width: Int
  ) {
    for row in 0..<rows {
      let x = x + row * width
      let y = y + row * width
      let top = x[Vector.indexOfMaximum(x, count: width)]
      var sum: Float = 0
      for j in 0..<width {
        y[j] = exp(x[j] - top)
        sum += y[j]
      }
      for j in 0..<width { y[j] /= sum }
    }
  }
}
