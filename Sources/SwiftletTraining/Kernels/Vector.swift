/// Loops over plain numbers, which the compiler turns into vector code.
enum Vector {
  /// `target[i] += source[i]`.
  @inline(__always)
  static func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
    for i in 0..<count { target[i] += source[i] }
  }

  /// `output[i] = body(input[i])`; both may be the same place.
  @inline(__always)
  static func map(
    _ input: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>, count: Int,
    _ body: (Float) -> Float
  ) {
    for i in 0..<count { output[i] = body(input[i]) }
  }

  /// `target[i] *= factor(source[i])`.
  @inline(__always)
  static func scale(
    _ target: UnsafeMutablePointer<Float>, by source: UnsafePointer<Float>, count: Int,
    _ factor: (Float) -> Float
  ) {
    for i in 0..<count { target[i] *= factor(source[i]) }
  }

  /// `sums[j]` = the sum of column j of (rows, columns), rows in order, added to what is there if asked.
  @inline(__always)
  static func columnSums(
    _ values: UnsafePointer<Float>, rows: Int, columns: Int, into sums: UnsafeMutablePointer<Float>,
    accumulate: Bool
  ) {
    if !accumulate { sums.update(repeating: 0, count: columns) }
    for row in 0..<rows { add(values + row * columns, to: sums, count: columns) }
  }

  /// Leaves a finished gradient where it is wanted: stores or adds.
  @inline(__always)
  static func deliver(
    _ gradient: UnsafePointer<Float>, to target: GradientTarget, _ pass: Pass, count: Int
  ) {
    let place = pass[target.slot]
    if target.accumulates {
      add(gradient, to: place, count: count)
    } else if UnsafePointer(place) != gradient {
      place.update(from: gradient, count: count)
    }
  }

  /// The index of the largest of `count` numbers, the first of several.
  @inline(__always)
  static func indexOfMaximum(_ values: UnsafePointer<Float>, count: Int) -> Int {
    var best = 0
    for i in 1..<max(count, 1) where values[i] > values[best] { best = i }
    return best
  }
}
