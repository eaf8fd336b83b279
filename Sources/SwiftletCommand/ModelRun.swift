import Foundation
import Swiftlet
import SwiftletGraph

/// Rows, with what messages call them.
struct Rows {
  let array: RowArray
  let source: String

  init(array: RowArray, source: String) {
    self.array = array
    self.source = source
  }

  init(shape: [Int], values: [Float], source: String) {
    self.init(array: RowArray(shape: shape, values: values), source: source)
  }

  var shape: [Int] { array.shape }
  var values: [Float] { array.values }
  var count: Int { array.rowCount }
}

/// A model that rows are run through, so many at a time.
struct ModelRun {
  let model: Model
  let batch: Int
  let threads: Int

  /// - Throws: status 66 for a file that is not there, 65 for one that is no model.
  static func open(_ path: String, precision: Precision = .float32) throws(CommandFailure) -> Model {
    try FileChecks.requireReadable(path)
    do throws(ModelError) {
      return try Model(contentsOf: path, precision: precision)
    } catch {
      throw CommandFailure(error, source: path)
    }
  }

  /// What comes out, for each output of the model.
  /// - Throws: status 65 where inputs do not fit the model, or are not as many rows as each other.
  func outputs(of inputs: [Rows]) throws(CommandFailure) -> [Rows] {
    let source = inputs.first?.source ?? "input"
    do throws(InputMisfit) {
      _ = try model.fit(inputs.map(\.shape))
    } catch {
      guard let index = error.index else { throw .usage("\(source): " + error.reason) }
      throw .data("\(inputs[index].source): " + error.reason)
    }
    for rows in inputs {
      guard rows.count > 0 else { throw .data("\(rows.source): there are no rows") }
      if let place = rows.array.firstNotFinite { throw .data("\(rows.source): " + place) }
    }
    do throws(ModelError) {
      let pool = threads > 1 ? try ThreadPool(threads: threads) : nil
      return try zip(model.predict(inputs.map(\.array), batch: batch, pool: pool), model.outputs).map {
        Rows(array: $0, source: $1.name)
      }
    } catch {
      throw CommandFailure(error, source: source)
    }
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
