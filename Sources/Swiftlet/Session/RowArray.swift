import SwiftletGraph
import SwiftletSystem

/// Numbers in a shape whose first axis is rows.
public struct RowArray: Sendable, Hashable {
  /// The rows, then the sizes of one row.
  public let shape: [Int]
  /// As many as the product of the shape.
  public let values: [Float]

  /// - Precondition: the shape has an axis, its sizes are not negative, and their product is the count.
  public init(shape: [Int], values: [Float]) {
    self.shape = shape
    self.values = values
  }

  /// The first axis.
  public var rowCount: Int { shape.first ?? 0 }

  /// Where the first number that is not finite stands, in one line for a person; nil where all are.
  public var firstNotFinite: String? {
    guard let position = values.firstIndex(where: { !$0.isFinite }) else { return nil }
    let width = max(values.count / max(rowCount, 1), 1)
    return
      "row \(position / width), column \(position % width): \(values[position]) is not a number to compute "
      + "with"
  }
}

/// What the shapes of a model's inputs say about a run: its rows, and how long what the model leaves open is.
public struct InputFit: Sendable, Hashable {
  /// The rows that all inputs have.
  public let rowCount: Int
  /// A length for each dimension that the model leaves open, as `makeSession` takes them.
  public let lengths: [Int]
}

/// Which input does not fit a model, and why.
public struct InputMisfit: Error, Sendable, Hashable {
  /// The input, in the model's order; nil where the number of inputs is wrong.
  public let index: Int?
  /// What it is, and what the model wants.
  public let reason: String
}

extension Model {
  /// Holds the shapes of inputs, rows first, against what the model wants.
  /// - Throws: `InputMisfit` that says which input does not fit.
  public func fit(_ shapes: [[Int]]) throws(InputMisfit) -> InputFit {
    guard shapes.count == inputs.count, let first = shapes.first else {
      let names = inputs.map { "\($0.name) \($0.shape.description)" }.joined(separator: ", ")
      throw InputMisfit(
        index: nil, reason: "\(shapes.count) inputs; the model takes \(inputs.count): \(names)")
    }
    let rows = first.first ?? 0
    var lengths: [Int] = []
    for (index, shape) in shapes.enumerated() {
      let wanted = inputs[index].shape
      guard shape.count == wanted.rank + 1,
        zip(wanted.dimensions, shape.dropFirst()).allSatisfy({ $0 == nil || $0 == $1 })
      else {
        let sizes = shape.map { "\($0)" }.joined(separator: ", ")
        throw InputMisfit(
          index: index,
          reason: "its shape is (\(sizes)); input '\(inputs[index].name)' takes \(wanted.description)")
      }
      guard shape[0] == rows else {
        throw InputMisfit(index: index, reason: "it has \(shape[0]) rows, and the first input has \(rows)")
      }
      for (size, actual) in zip(wanted.dimensions, shape.dropFirst()) where size == nil {
        lengths.append(actual)
      }
    }
    return InputFit(rowCount: rows, lengths: lengths)
  }

  /// Runs any number of rows in a session of its own, so many at a time, and gives each output whole.
  ///
  /// For files and tests; a program that predicts again and again keeps a `Session`.
  /// - Throws: `ModelError.argument` where an input does not fit; `.memory`.
  public func predict(
    _ arrays: [RowArray], batch: Int = 256, pool: ThreadPool? = nil
  ) throws(ModelError) -> [RowArray] {
    let fit: InputFit
    do throws(InputMisfit) {
      fit = try self.fit(arrays.map { $0.shape })
    } catch {
      throw .argument(error.reason, name: error.index.map { "input '\(inputs[$0].name)'" } ?? "inputs")
    }
    guard batch >= 1 else { throw .argument("\(batch); 1 or more is wanted", name: "batch") }
    let rows = fit.rowCount
    var session = try makeSession(
      maximumBatch: max(1, min(batch, rows)), maximumLengths: fit.lengths, pool: pool)
    let widths = session.inputs.map { $0.shape.elementCount ?? 0 }
    for (index, array) in arrays.enumerated() {
      let (count, overflow) = rows.multipliedReportingOverflow(by: widths[index])
      guard !overflow, array.values.count == count else {
        throw .argument(
          "\(array.values.count) numbers do not fill its shape", name: "input '\(inputs[index].name)'")
      }
    }
    var results: [[Float]] = []
    for output in session.outputs { results.append(try Self.room(rows, output.shape.elementCount ?? 0)) }
    // Rows without a number may be as many as a header likes to claim; they need no run.
    var row = session.outputs.allSatisfy { $0.shape.elementCount == 0 } ? rows : 0
    while row < rows {
      let count = min(batch, rows - row)
      let part = zip(arrays, widths).map { Array($0.values[(row * $1)..<((row + count) * $1)]) }
      for (index, output) in try session.predict(part, rows: count).enumerated() { results[index] += output }
      row += count
    }
    return zip(results, session.outputs).map { values, output in
      RowArray(shape: [rows] + output.shape.dimensions.map { $0 ?? 0 }, values: values)
    }
  }

  /// An empty array with room for all results: rows of inputs that hold nothing can ask for more than there is
  /// memory for, and an array that cannot be made is a trap.
  private static func room(_ rows: Int, _ width: Int) throws(ModelError) -> [Float] {
    let (count, overflow) = rows.multipliedReportingOverflow(by: width)
    let (bytes, bytesOverflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow, !bytesOverflow, let probe = unsafe swiftlet_allocate(bytes) else {
      throw .memory(bytes: overflow || bytesOverflow ? Int.max : bytes)
    }
    unsafe swiftlet_free(probe)
    var result: [Float] = []
    result.reserveCapacity(count)
    return result
  }
}
