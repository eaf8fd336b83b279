import SwiftletGraph

/// A tensor that a window reads with zeros around it.
struct PaddedInput {
  /// The tensor without the zeros.
  let value: Int
  /// Its shape.
  let shape: Shape
  /// The zeros along each axis but the last; nil for none.
  let padding: [ZeroPaddingAmount]?
}
