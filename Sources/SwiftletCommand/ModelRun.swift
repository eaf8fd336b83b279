import Foundation
import Swiftlet
import SwiftletGraph

/// Numbers in a shape whose first axis is rows.
struct Rows {
  let shape: [Int]
  let values: [Float]
  /// What messages call them.
  let source: String

  var count: Int { shape.first ?? 0 }
}

/// A model that rows are run through, so many at a time.
struct ModelRun {
  let model: Model
  let batch: Int
  let threads: Int

  /// - Throws: status 66 for a file that is not there, 65 for one that is no model.
  static func open(_ path: String) throws(CommandFailure) -> Model {
    try FileChecks.requireReadable(path)
    do throws(ModelError) {
      return try Model(contentsOf: path)
    } catch {
      throw CommandFailure(error, source: path)
    }
  }

  /// What comes out, for each output of the model.
  /// - Throws: status 65 where inputs do not fit the model, or are not as many rows as each other.
  func outputs(of inputs: [Rows]) throws(CommandFailure) -> [Rows] {
    let lengths = try check(inputs)
    let total = inputs.first?.count ?? 0
    do throws(ModelError) {
      let pool = threads > 1 ? try ThreadPool(threads: threads) : nil
      var session = try model.makeSession(
        maximumBatch: min(batch, total), maximumLengths: lengths, pool: pool)
      var results = [[Float]](repeating: [], count: model.outputs.count)
      for start in stride(from: 0, to: total, by: batch) {
        let end = min(start + batch, total)
        let part = try session.predict(
          inputs.map { rows in
            let width = rows.values.count / total
            return Array(rows.values[start * width..<end * width])
          })
        for (index, values) in part.enumerated() { results[index] += values }
      }
      return zip(results, session.outputs).map { values, description in
        Rows(
          shape: [total] + description.shape.dimensions.map { $0 ?? 0 }, values: values,
          source: description.name)
      }
    } catch {
      throw CommandFailure(error, source: inputs.first?.source ?? "input")
    }
  }

  /// The lengths that the model leaves open, as the inputs have them.
  private func check(_ inputs: [Rows]) throws(CommandFailure) -> [Int] {
    guard inputs.count == model.inputs.count, let first = inputs.first else {
      throw .usage(
        "\(inputs.first?.source ?? "input"): there are \(inputs.count) inputs; the model takes "
          + "\(model.inputs.count): " + model.inputs.map(\.name).joined(separator: ", "))
    }
    var lengths: [Int] = []
    for (rows, wanted) in zip(inputs, model.inputs) {
      let sizes = Array(rows.shape.dropFirst())
      let dimensions = wanted.shape.dimensions
      guard !rows.shape.isEmpty, sizes.count == dimensions.count,
        zip(sizes, dimensions).allSatisfy({ $1 == nil || $0 == $1 })
      else {
        throw .data(
          "\(rows.source): the shape is \(rows.shape); input '\(wanted.name)' takes \(wanted.shape.description)"
        )
      }
      guard rows.count > 0 else { throw .data("\(rows.source): there are no rows") }
      guard rows.count == first.count else {
        throw .data("\(rows.source): there are \(rows.count) rows; \(first.source) has \(first.count)")
      }
      if let position = rows.values.firstIndex(where: { !$0.isFinite }) {
        let width = max(rows.values.count / rows.count, 1)
        throw .data(
          "\(rows.source): row \(position / width), column \(position % width): \(rows.values[position]) is "
            + "not a number to compute with")
      }
      for (size, dimension) in zip(sizes, dimensions) where dimension == nil { lengths.append(size) }
    }
    return lengths
  }
}

extension CommandFailure {
  init(_ error: ModelError, source: String) {
    let message = source + ": " + error.description
    switch error.kind {
    case .missing: self = .noInput(message)
    case .malformed, .unsupported: self = .data(message)
    case .argument: self = .usage(message)
    case .memory: self.init(status: EX_OSERR, message: message)
    }
  }
}
