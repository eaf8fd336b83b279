import SwiftletNumPy
import SwiftletTraining

/// What a network gave for rows: (rows, width).
struct ModelOutputs {
  let values: [Float]
  let rowCount: Int
  let width: Int
  /// Where a single output begins to mean the second of two classes.
  let threshold: Float
  /// What messages call them.
  let source: String

  init(_ values: [Float], rowCount: Int, width: Int, threshold: Float, source: String) {
    self.values = values
    self.rowCount = rowCount
    self.width = width
    self.threshold = threshold
    self.source = source
  }

  /// Outputs that were written by `predict`.
  /// - Throws: status 66 or 65.
  init(npy path: String) throws(CommandFailure) {
    try FileChecks.requireReadable(path)
    let array: NumPyArray
    do throws(ArrayFileError) { array = try NumPyArray(contentsOf: path) } catch {
      throw CommandFailure(reading: error)
    }
    guard let rows = array.shape.first, rows > 0, array.count > 0, array.shape.count <= 2 else {
      throw .data("\(path): predictions of shape \(array.shape) are not rows of outputs")
    }
    self.init(
      array.float32Values(), rowCount: rows, width: array.count / rows, threshold: 0.5, source: path)
  }

  /// How many classes the outputs tell apart.
  var classCount: Int { max(width, 2) }

  /// The class of each row. The first of equal ones counts, and NaN for nothing.
  func classes() -> [Int] {
    (0..<rowCount).map { row in
      guard width > 1 else { return values[row] > threshold ? 1 : 0 }
      var best = 0
      for column in 1..<width where values[row * width + column] > values[row * width + best] {
        best = column
      }
      return best
    }
  }
}

/// What should have come out.
enum Answers {
  case classes([Int])
  case numbers([Float])

  /// - Throws: status 65 where rows or widths do not match, or a label is no class.
  init(_ rows: Dataset, outputs: ModelOutputs, source: String) throws(CommandFailure) {
    guard rows.rowCount == outputs.rowCount else {
      throw .data(
        "\(outputs.source): there are \(outputs.rowCount) predictions; \(source) has \(rows.rowCount) rows")
    }
    switch rows.targets.first {
    case .labels(let labels)?:
      // Whole numbers beside a single output are two classes if that is all there are, and numbers if not.
      guard outputs.width > 1 || labels.allSatisfy({ $0 == 0 || $0 == 1 }) else {
        self = .numbers(labels.map { Float($0) })
        return
      }
      if let row = labels.firstIndex(where: { $0 < 0 || Int($0) >= outputs.classCount }) {
        throw .data(
          "\(source): row \(row): the label \(labels[row]) is no class; there are outputs for the classes "
            + "0 to \(outputs.classCount - 1)")
      }
      self = .classes(labels.map { Int($0) })
    case .values(let values)?:
      guard values.elements.count == outputs.values.count else {
        throw .data(
          "\(source): there are \(values.elementsPerRow) numbers to a row; the predictions have \(outputs.width)"
        )
      }
      self = .numbers(values.elements)
    case nil: throw .data("\(source): there are no labels")
    }
  }
}
