import SwiftletGraph

/// y = (x - mean) / deviation with deviation = max(sqrt(variance), 1e-7), or the way back where the layer
/// inverts. The statistics are the layer's options or its weights, which `Trainer.adapt(to:)` sets.
final class NormalizationOperation: LayerOperation {
  private let input: Slot
  private let output: TensorPlace
  private let inputGradient: GradientTarget?
  private let given: (mean: [Float], variance: [Float])?
  private let weights: [WeightPlace]
  private let inverts: Bool
  /// For each number of a row, which of the statistics is its own.
  private let places: [Int]
  /// The statistics laid out as a row is.
  private let mean: Slot
  private let deviation: Slot

  init(_ layer: Normalization, _ context: NodeContext) throws(TrainingError) {
    input = context.input.value
    output = context.output
    inputGradient = context.inputGradients[0]
    weights = context.weights
    inverts = layer.invert
    let sizes = context.input.shape
    do throws(GraphError) {
      guard let shape = Shape(sizes.map { $0 }) else {
        throw .shape("the input shape \(sizes) is not one", place: context.place)
      }
      given = try layer.statistics(for: shape)
      places = StatisticsPlaces.of(sizes, kept: try layer.keptAxes(of: shape))
    } catch {
      throw .network(error.placed(in: context.place))
    }
    mean = context.reserve(places.count)
    deviation = context.reserve(places.count)
  }

  func forward(_ pass: Pass) {
    let (x, y, mean, deviation) = (pass[input], pass[output.value], pass[mean], pass[deviation])
    for (i, place) in places.enumerated() {
      mean[i] = given?.mean[place] ?? pass[weights[0].value][place]
      let variance = given?.variance[place] ?? pass[weights[1].value][place]
      deviation[i] = max(variance.squareRoot(), Normalization.epsilon)
    }
    let width = places.count
    for row in 0..<pass.rows {
      let (x, y) = (x + row * width, y + row * width)
      if inverts {
        for i in 0..<width { y[i] = x[i] * deviation[i] + mean[i] }
      } else {
        for i in 0..<width { y[i] = (x[i] - mean[i]) / deviation[i] }
      }
    }
  }

  func backward(_ pass: Pass) {
    guard let slot = output.gradient, let target = inputGradient else { return }
    let (gradient, deviation, width) = (pass[slot], pass[deviation], places.count)
    for row in 0..<pass.rows {
      let gradient = gradient + row * width
      for i in 0..<width { gradient[i] = inverts ? gradient[i] * deviation[i] : gradient[i] / deviation[i] }
    }
    Vector.deliver(gradient, to: target, pass, count: pass.rows * width)
  }
}

/// Which statistic belongs to which number of a row.
enum StatisticsPlaces {
  /// - Parameter kept: the axes of a row that have statistics of their own, in order.
  static func of(_ sizes: [Int], kept: [Int]) -> [Int] {
    (0..<sizes.reduce(1, *)).map { index in
      var rest = index
      var step = 1
      var place = 0
      for axis in sizes.indices.reversed() {
        let position = rest % sizes[axis]
        rest /= sizes[axis]
        guard kept.contains(axis) else { continue }
        place += position * step
        step *= sizes[axis]
      }
      return place
    }
  }
}
