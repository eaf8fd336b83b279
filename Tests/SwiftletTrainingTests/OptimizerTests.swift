import SwiftletGraph
import SwiftletTraining
import Testing

@Suite struct OptimizerTests {
  struct Case: Decodable {
    let name: String
    let start: Vector
    let gradients: Vector
    let after: Vector
  }

  static let optimizers: [(name: String, optimizer: any Optimizer)] = [
    ("sgd", .sgd(learningRate: 0.05)), ("sgd_momentum", .sgd(learningRate: 0.05, momentum: 0.9)),
    ("sgd_nesterov", .sgd(learningRate: 0.05, momentum: 0.9, nesterov: true)),
    ("adam", .adam(learningRate: 0.01)),
    ("adam_options", .adam(learningRate: 0.02, beta1: 0.8, beta2: 0.99, epsilon: 1e-5)),
  ]

  @Test("optimizers follow Keras for 50 steps within 1e-5", arguments: optimizers.indices)
  func trajectory(index: Int) throws {
    let (name, optimizer) = Self.optimizers[index]
    let given = try #require(vectors("optimizers", as: Case.self).first { $0.name == name })
    let count = given.start.values.count
    var weights = given.start.floats
    let gradients = given.gradients.floats
    let wanted = given.after.floats
    let places = optimizer.stateNames.map { _ in
      let place = UnsafeMutablePointer<Float>.allocate(capacity: count)
      place.initialize(repeating: 0, count: count)
      return place
    }
    defer { places.forEach { $0.deallocate() } }
    for step in 1...50 {
      weights.withUnsafeMutableBufferPointer { weights in
        gradients.withUnsafeBufferPointer { gradients in
          places.withUnsafeBufferPointer { state in
            guard let weight = weights.baseAddress, let gradient = gradients.baseAddress else { return }
            // An optimizer without state never looks at where it would be.
            withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: 2) { none in
              guard let empty = none.baseAddress else { return }
              optimizer.update(
                weight, gradient: gradient + (step - 1) * count,
                state: state.baseAddress ?? UnsafePointer(empty),
                count: count, step: step)
            }
          }
        }
      }
      if step % 10 == 0 {
        let row = step / 10 - 1
        expectClose(
          weights, Array(wanted[row * count..<(row + 1) * count]), within: 1e-5, "\(name), step \(step)")
      }
    }
  }
}

@Suite struct NormalizationTests {
  struct Case: Decodable {
    let name: String
    let x: Vector
    let y: Vector
    let mean: Vector
    let variance: Vector
  }

  @Test(
    "adapting gives Keras's mean and variance, and its outputs",
    arguments: [
      ("last", [-1]), ("first", [1]), ("both", [1, 2]), ("none", [Int]()),
    ])
  func adapt(name: String, axes: [Int]) throws {
    let given = try #require(vectors("normalization", as: Case.self).first { $0.name == name })
    let data = try Dataset(inputs: given.x.tensor(), targets: given.x.tensor())
    var trainer = try makeTrainer(
      Sequential(input: Array(given.x.shape.dropFirst())) { Normalization(axes: axes) }, .meanSquaredError)
    try trainer.adapt(to: data, batchSize: 7)
    let mean = try #require(trainer.weights["normalization", "mean"])
    let variance = try #require(trainer.weights["normalization", "variance"])
    expectClose(mean.elements, given.mean.floats, within: 1e-5, "mean")
    expectClose(variance.elements, given.variance.floats, within: 1e-5, "variance")
    let outputs = try trainer.predict(data.rows([0, 1, 2, 3, 4]).inputs[0])
    expectClose(outputs.elements, given.y.floats, within: 2e-5, "outputs")
  }
}
