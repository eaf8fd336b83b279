import SwiftletGraph

/// What a model wants as an input, or gives as an output.
public struct TensorDescription: Sendable {
  /// The name of the layer that takes or makes it.
  public let name: String
  /// The shape of one row; nil where the model leaves a length open.
  public let shape: Shape
  /// The type that the model declares. Sessions take and give any `TensorElement`.
  public let dataType: DataType
}
