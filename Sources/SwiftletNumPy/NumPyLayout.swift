/// How many values and bytes an array of some shape has, and the reordering of bytes that brings an array to
/// little-endian C order.
struct NumPyLayout {
  /// NumPy's own limit.
  static let maximumRank = 64

  let shape: [Int]
  let count: Int
  let byteCount: Int

  /// Nil where the shape has a negative length, more than 64 dimensions, or more bytes than can be counted.
  ///
  /// A length of 0 does not excuse the others: those must be countable as well, so that whoever computes with
  /// rows and columns of the shape later meets no overflow.
  init?(shape: [Int], dataType: NumPyDataType) {
    guard shape.count <= NumPyLayout.maximumRank else { return nil }
    var extent = dataType.byteCount
    var isEmpty = false
    for length in shape {
      guard length >= 0 else { return nil }
      if length == 0 {
        isEmpty = true
        continue
      }
      let (product, overflow) = extent.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      extent = product
    }
    self.shape = shape
    self.byteCount = isEmpty ? 0 : extent
    self.count = isEmpty ? 0 : extent / dataType.byteCount
  }

  /// Reverses the bytes of every value of `width` bytes.
  static func swapBytes(_ bytes: inout [UInt8], width: Int) {
    guard width > 1 else { return }
    var start = 0
    while start + width <= bytes.count {
      var low = start
      var high = start + width - 1
      while low < high {
        bytes.swapAt(low, high)
        low += 1
        high -= 1
      }
      start += width
    }
  }

  /// `bytes`, which hold the array in Fortran order, in C order.
  ///
  /// Walks the output in order and keeps the place in the input by an odometer over the indices: a step of
  /// index d moves the input by the product of the lengths before d.
  func inCOrder(fortran bytes: [UInt8], width: Int) -> [UInt8] {
    guard shape.count > 1, count > 0 else { return bytes }
    var steps: [Int] = []
    var step = width
    for length in shape {
      steps.append(step)
      step *= length
    }
    var index = [Int](repeating: 0, count: shape.count)
    var source = 0
    var result: [UInt8] = []
    result.reserveCapacity(byteCount)
    for _ in 0..<count {
      for byte in 0..<width { result.append(bytes[source + byte]) }
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        source += steps[axis]
        if index[axis] < shape[axis] { break }
        source -= steps[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}
