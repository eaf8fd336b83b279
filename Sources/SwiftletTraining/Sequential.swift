import SwiftletGraph

/// A chain of layers from one input:
///
///     let network = Sequential(input: [64]) {
///       Dense(32, activation: .relu)
///       Dense(10)
///     }
///
/// `network()` makes the graph of it and checks that all shapes fit; `Trainer` does so itself.
public struct Sequential: Sendable {
  /// The network's name.
  public let name: String
  /// The sizes of one row of the input.
  public let input: [Int]
  /// The layers, first to last.
  public let layers: [any Layer]

  /// A chain of the layers that the closure lists.
  public init(
    input: [Int], name: String = "sequential", @SequentialBuilder layers: () -> [any Layer]
  ) {
    self.name = name
    self.input = input
    self.layers = layers()
  }

  /// The network of the chain.
  /// - Throws: `GraphError` naming the layer whose shapes do not fit.
  public func network() throws(GraphError) -> Network {
    guard let shape = Shape(input.map { $0 }) else {
      throw .shape("the input shape \(input) is not one", place: "network '\(name)'")
    }
    return try .sequential(name: name, input: TensorSpecification(shape: shape), layers: layers)
  }
}

/// Lists layers, with `if`, `switch` and `for`.
@resultBuilder
public enum SequentialBuilder {
  /// One layer.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  /// Several layers that the caller made.
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
  /// Lines, one after the other.
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  /// An `if` without an `else`.
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  /// The first branch.
  public static func buildEither(first: [any Layer]) -> [any Layer] { first }
  /// The second branch.
  public static func buildEither(second: [any Layer]) -> [any Layer] { second }
  /// A loop.
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
