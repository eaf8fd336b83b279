/// Rows to learn from: what goes in and what should come out.
public struct Dataset: Sendable {
  /// What should come out of one output.
  public enum Targets: Sendable {
    /// A class for each row, from 0.
    case labels([Int32])
    /// Numbers of the output's own shape, the rows first.
    case values(Tensor)
  }

  /// For each input of the network, (rows, …).
  public let inputs: [Tensor]
  /// For each output of the network.
  public let targets: [Targets]
  /// The names of the classes, where they are known.
  public let classLabels: [String]?
  /// The number of rows.
  public let rowCount: Int

  /// Rows for a network of any number of inputs and outputs.
  /// - Throws: `TrainingError.data` where there are no rows, or not as many of everything.
  public init(inputs: [Tensor], targets: [Targets], classLabels: [String]? = nil) throws(TrainingError) {
    guard let first = inputs.first else { throw .data("there are no inputs", place: "data") }
    guard let rows = first.shape.first else { throw .data("input 0 is one number, not rows", place: "data") }
    guard rows > 0 else { throw .data("there are no rows", place: "data") }
    for (index, input) in inputs.enumerated() where input.shape.first != rows {
      throw .data("input \(index) has \(input.shape.first ?? 0) rows and input 0 has \(rows)", place: "data")
    }
    for target in targets {
      switch target {
      case .labels(let labels):
        guard labels.count >= rows, labels.count % rows == 0 else {
          throw .data("there are \(labels.count) labels for \(rows) rows", place: "data")
        }
      case .values(let tensor):
        guard tensor.shape.first == rows else {
          throw .data("there are \(tensor.shape.first ?? 0) targets for \(rows) rows", place: "data")
        }
      }
    }
    self.inputs = inputs
    self.targets = targets
    self.classLabels = classLabels
    rowCount = rows
  }

  /// Rows with a class each.
  /// - Throws: `TrainingError.data` where there are no rows, or not as many labels, or a label is no class.
  public init(inputs: Tensor, labels: [Int], classLabels: [String]? = nil) throws(TrainingError) {
    var small: [Int32] = []
    small.reserveCapacity(labels.count)
    for (row, label) in labels.enumerated() {
      guard let value = Int32(exactly: label) else {
        throw .data("the label \(label) is out of range", place: "data, row \(row)")
      }
      small.append(value)
    }
    try self.init(inputs: [inputs], targets: [.labels(small)], classLabels: classLabels)
  }

  /// Rows with numbers to come out.
  /// - Throws: `TrainingError.data` where there are no rows, or not as many targets.
  public init(inputs: Tensor, targets: Tensor, classLabels: [String]? = nil) throws(TrainingError) {
    try self.init(inputs: [inputs], targets: [.values(targets)], classLabels: classLabels)
  }

  /// The rows of those indices, in that order.
  /// - Throws: `TrainingError.data` where there are none, or one is not there.
  public func rows(_ indices: [Int]) throws(TrainingError) -> Dataset {
    if let wrong = indices.first(where: { $0 < 0 || $0 >= rowCount }) {
      throw .data("there is no row \(wrong) among \(rowCount)", place: "data")
    }
    let total = rowCount
    return try Dataset(
      inputs: inputs.map { $0.rows(indices) },
      targets: targets.map { target in
        switch target {
        case .labels(let labels):
          let width = labels.count / total
          return .labels(indices.flatMap { labels[$0 * width..<($0 + 1) * width] })
        case .values(let tensor): return .values(tensor.rows(indices))
        }
      }, classLabels: classLabels)
  }
}
