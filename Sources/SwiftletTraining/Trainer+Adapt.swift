import SwiftletGraph

extension Trainer {
  /// Sets the mean and variance of every Normalization layer that holds them as weights to those of what comes
  /// into it when the network sees the rows, as Keras's `adapt` does.
  /// - Throws: `TrainingError` for bad data.
  public mutating func adapt(to data: Dataset, batchSize: Int = 256) throws(TrainingError) {
    guard batchSize >= 1 else { throw .argument("batchSize", found: "\(batchSize)", needed: "1 or more") }
    try PreparedData.checkInputs(data.inputs, of: network, name: "data")
    // One layer after the other, since each changes what comes into those behind it.
    for (index, entry) in network.layers.enumerated() {
      guard let layer = entry.layer as? Normalization, entry.weights.count >= 2,
        let node = network.nodes.first(where: { $0.layer == index }), let source = node.inputs.first
      else { continue }
      let sizes = network.specification(of: source).shape
      let places: [Int]
      do throws(GraphError) {
        places = StatisticsPlaces.of(sizes.dimensions.map { $0 ?? 1 }, kept: try layer.keptAxes(of: sizes))
      } catch {
        throw .network(error.placed(in: "layer '\(entry.name)'"))
      }
      let count = entry.weights[0].elementCount
      let each = Double(data.rowCount) * Double(places.count) / Double(max(count, 1))
      let run = try TrainingRun(self, maximumRows: min(batchSize, data.rowCount), isTraining: false)
      func average(_ term: (Float, Int) -> Double) -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        run.visit(source, data.inputs, rows: data.rowCount) { values, rows in
          for row in 0..<rows {
            for (i, place) in places.enumerated() {
              sums[place] += term(values[row * places.count + i], place)
            }
          }
        }
        return sums.map { $0 / each }
      }
      let mean = average { value, _ in Double(value) }
      let variance = average { value, place in (Double(value) - mean[place]) * (Double(value) - mean[place]) }
      let shape = entry.weights[0].shape
      try weights.set(
        Tensor(shape: shape, elements: mean.map { Float($0) }), layer: entry.name,
        weight: entry.weights[0].name)
      try weights.set(
        Tensor(shape: shape, elements: variance.map { Float($0) }), layer: entry.name,
        weight: entry.weights[1].name)
    }
  }
}

extension TrainingRun {
  /// Runs rows through the network and shows what each batch makes of a tensor in it.
  func visit(
    _ tensor: Network.TensorReference, _ inputs: [Tensor], rows: Int,
    _ body: (UnsafePointer<Float>, Int) -> Void
  ) {
    for start in stride(from: 0, to: rows, by: plan.maximumRows) {
      let count = min(plan.maximumRows, rows - start)
      forward(inputs, rows: start..<start + count)
      body(plan[plan.place(of: tensor).value], count)
    }
  }
}
