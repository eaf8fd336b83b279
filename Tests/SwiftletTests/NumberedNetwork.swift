import Swiftlet
import SwiftletGraph
import Testing

/// Networks of Dense layers whose weights are made by rule, for tests that compare Swiftlet with itself.
enum NumberedNetwork {
  /// A model of `inputs` numbers a row and a Dense layer, ReLU but for the last, for each entry of `units`.
  static func model(
    inputs: Int, units: [Int], instructionSet: InstructionSet = .best, precision: Precision? = nil
  ) throws -> Model {
    let layers = units.enumerated().map { index, count in
      Dense(count, activation: index + 1 < units.count ? .relu : .linear)
    }
    let network = try Network.sequential(
      input: TensorSpecification(shape: try #require(Shape([inputs]))), layers: layers)
    let weights = network.layers.enumerated().map { layer, named in
      named.weights.enumerated().map { index, weight in
        values(weight.shape.reduce(1, *), seed: UInt64(layer * 2 + index + 1))
      }
    }
    guard let precision else {
      return try Model(network: network, weights: weights, instructionSet: instructionSet)
    }
    return try Model(
      network: network, weights: weights, instructionSet: instructionSet, precision: precision)
  }

  /// Numbers from -1 to 1 that use every bit of their fraction.
  static func values(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    return (0..<count).map { _ in
      // Knuth's linear congruential generator (MMIX).
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
    }
  }
}
