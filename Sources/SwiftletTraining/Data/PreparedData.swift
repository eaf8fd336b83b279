import SwiftletGraph

/// A dataset that was checked against a network and a loss, its targets in the form that the loss takes.
struct PreparedData {
  let inputs: [Tensor]
  let target: Dataset.Targets
  let rowCount: Int
  /// Positions (labels, or rows of numbers) for each row.
  let positions: Int

  /// - Parameter name: what errors call the data: `training data`.
  /// - Throws: `TrainingError.data` for a shape that does not fit, numbers that are not finite (row and
  ///   column named), and labels that are no class of the output.
  init(_ data: Dataset, for network: Network, loss: any Loss, name: String) throws(TrainingError) {
    try Self.checkInputs(data.inputs, of: network, name: name)
    guard network.outputs.count == 1, let output = network.outputs.first else {
      throw .unsupported(
        "a network of \(network.outputs.count) outputs", place: "network '\(network.name)'",
        supported: "one output")
    }
    guard let target = data.targets.first, data.targets.count == 1 else {
      throw .data("there are \(data.targets.count) targets for 1 output", place: name)
    }
    let sizes = network.specification(of: output).shape.dimensions.map { $0 ?? 0 }
    let width = sizes.last ?? 1
    inputs = data.inputs
    rowCount = data.rowCount
    positions = sizes.dropLast().reduce(1, *)
    self.target = try Self.convert(
      target, rows: data.rowCount, sizes: sizes, width: width, positions: positions, loss: loss, name: name)
  }

  /// Checks that inputs fit a network and are numbers.
  static func checkInputs(_ inputs: [Tensor], of network: Network, name: String) throws(TrainingError) {
    guard inputs.count == network.inputs.count else {
      throw .data("there are \(inputs.count) inputs; the network takes \(network.inputs.count)", place: name)
    }
    for (input, reference) in zip(inputs, network.inputs) {
      let shape = network.specification(of: reference).shape
      guard Array(input.shape.dropFirst()) == shape.dimensions.map({ $0 ?? -1 }) else {
        throw .data(
          "its shape is \(input.shape); input '\(network.layerName(of: reference))' takes "
            + shape.description, place: name)
      }
      try checkFinite(input, what: name)
    }
  }

  private static func checkFinite(_ tensor: Tensor, what: String) throws(TrainingError) {
    let sum = tensor.elements.withUnsafeBufferPointer { numbers in
      // x - x is 0 for every finite number and NaN for the rest; sixteen sums for speed.
      var sums = SIMD16<Float>(repeating: 0)
      var index = 0
      while index + 16 <= numbers.count {
        var lane = SIMD16<Float>()
        for j in 0..<16 { lane[j] = numbers[index + j] }
        sums += lane - lane
        index += 16
      }
      var rest: Float = sums.sum()
      for j in index..<numbers.count { rest += numbers[j] - numbers[j] }
      return rest
    }
    guard sum != 0, let position = tensor.elements.firstIndex(where: { !$0.isFinite }) else { return }
    let width = max(tensor.elementsPerRow, 1)
    throw .data(
      "column \(position % width) is \(tensor.elements[position])", place: "\(what), row \(position / width)")
  }

  private static func convert(
    _ target: Dataset.Targets, rows: Int, sizes: [Int], width: Int, positions: Int, loss: any Loss,
    name: String
  ) throws(TrainingError) -> Dataset.Targets {
    switch target {
    case .labels(let labels):
      guard labels.count == rows * positions else {
        throw .data("there are \(labels.count) labels; the network gives \(rows * positions)", place: name)
      }
      if loss.takesLabels {
        try checkRange(labels, positions: positions, width: width, loss: loss, name: name)
        return target
      }
      guard width == 1 else {
        throw .data(
          "\(loss.className) takes \(width) numbers for each row and there is one label; "
            + "SparseCategoricalCrossentropy takes labels", place: name)
      }
      // One output against labels: they are the numbers that it should give.
      if loss is BinaryCrossentropy {
        if let row = labels.firstIndex(where: { $0 != 0 && $0 != 1 }) {
          throw .data(
            "the label is \(labels[row]); BinaryCrossentropy takes 0 and 1", place: "\(name), row \(row)")
        }
      }
      return .values(Tensor(trusted: [rows] + sizes, elements: labels.map { Float($0) }))
    case .values(let tensor):
      try checkFinite(tensor, what: name + " (targets)")
      if loss.takesLabels { return try labels(tensor, rows, positions, width, loss, name) }
      // (rows,) is taken for (rows, 1), as Keras does.
      guard Array(tensor.shape.dropFirst()) == sizes || (tensor.elements.count == rows && width == 1) else {
        throw .data("the targets' shape is \(tensor.shape); the network gives \([rows] + sizes)", place: name)
      }
      return target
    }
  }

  /// Whole numbers given where labels are wanted.
  private static func labels(
    _ tensor: Tensor, _ rows: Int, _ positions: Int, _ width: Int, _ loss: any Loss, _ name: String
  ) throws(TrainingError) -> Dataset.Targets {
    guard tensor.elements.count == rows * positions else {
      throw .data(
        "\(loss.className) takes one label for each row and the targets' shape is \(tensor.shape); "
          + "CategoricalCrossentropy takes one-hot rows", place: name)
    }
    var labels: [Int32] = []
    labels.reserveCapacity(tensor.elements.count)
    for (index, value) in tensor.elements.enumerated() {
      guard let label = Int32(exactly: value) else {
        throw .data("the label is \(value), not a whole number", place: "\(name), row \(index / positions)")
      }
      labels.append(label)
    }
    try checkRange(labels, positions: positions, width: width, loss: loss, name: name)
    return .labels(labels)
  }

  private static func checkRange(
    _ labels: [Int32], positions: Int, width: Int, loss: any Loss, name: String
  ) throws(TrainingError) {
    guard let index = labels.firstIndex(where: { $0 < 0 || Int($0) >= width }) else { return }
    throw .data(
      "the label is \(labels[index]); the network has the classes 0 to \(width - 1)",
      place: "\(name), row \(index / max(positions, 1))")
  }
}
