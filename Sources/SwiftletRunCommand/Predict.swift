import Swiftlet
import SwiftletGraph
import SwiftletNumPy
import SwiftletSystem

extension SwiftletRun {
  /// `predict`: arrays in, arrays out, in batches.
  static func predict(_ options: inout Options) throws(RunError) {
    let given = try options.values("--input")
    guard let folder = try options.value("--output") else { throw .usage("predict wants --output DIR") }
    let batch = try options.count("--batch", default: 256)
    let threads = try options.count("--threads", default: 1)
    let instructionSet = try options.instructionSet()
    let precision = try options.precision()
    let path = try options.model()
    guard !given.isEmpty else { throw .usage("predict wants --input FILE.npy") }

    let model = try open(path, instructionSet, precision)
    let arrays = try match(given, to: model)
    let outputs = try run(model, arrays, batch: batch, threads: threads, path: path)

    let error = unsafe swiftlet_directory_make(folder)
    guard error == 0 else {
      let reason = unsafe String(cString: swiftlet_error_text(error))
      throw RunError(status: 73, text: "\(folder): the folder cannot be made (\(reason))")
    }
    for (index, output) in outputs.enumerated() {
      let file = "\(folder)/output_\(index).npy"
      do throws(ArrayFileError) {
        try NumPyArray(output.values, shape: output.shape).write(to: file)
      } catch {
        throw RunError(status: error.kind == .writing ? 74 : 73, text: error.description)
      }
    }
  }

  static func open(
    _ path: String, _ instructionSet: InstructionSet = .best, _ precision: Precision = .float32
  ) throws(RunError) -> Model {
    do throws(ModelError) {
      return try Model(contentsOf: path, instructionSet: instructionSet, precision: precision)
    } catch {
      throw .model(error, path)
    }
  }

  /// An array for each input, in the model's order; `name=file` says which input it is for.
  private static func match(_ given: [String], to model: Model) throws(RunError) -> [(
    path: String, array: NumPyArray
  )] {
    guard given.count == model.inputs.count else {
      throw .usage(
        "\(given.count) inputs; the model has \(model.inputs.count): "
          + model.inputs.map { "\($0.name) \($0.shape.description)" }.joined(separator: ", "))
    }
    var found = [String?](repeating: nil, count: given.count)
    var unnamed: [String] = []
    for word in given {
      let named = model.inputs.firstIndex { word.utf8.starts(with: ($0.name + "=").utf8) }
      if let named {
        guard found[named] == nil else { throw .usage("input '\(model.inputs[named].name)' is given twice") }
        found[named] = String(
          decoding: word.utf8.dropFirst(model.inputs[named].name.utf8.count + 1), as: UTF8.self)
      } else {
        unnamed.append(word)
      }
    }
    var rest = unnamed[...]
    var arrays: [(path: String, array: NumPyArray)] = []
    for slot in found {
      guard let path = slot ?? rest.popFirst() else { throw .usage("an input is missing") }
      do throws(ArrayFileError) {
        arrays.append((path, try NumPyArray(contentsOf: path)))
      } catch {
        throw .array(error, path)
      }
    }
    return arrays
  }

  /// Runs all rows, `batch` at a time.
  private static func run(
    _ model: Model, _ arrays: [(path: String, array: NumPyArray)], batch: Int, threads: Int, path: String
  ) throws(RunError) -> [RowArray] {
    do throws(InputMisfit) {
      _ = try model.fit(arrays.map { $0.array.shape })
    } catch {
      let source = error.index.map { arrays[$0].path } ?? path
      throw RunError(status: 65, text: "\(source): \(error.reason)")
    }
    let rows = arrays.map { RowArray(shape: $0.array.shape, values: $0.array.float32Values()) }
    for (given, rows) in zip(arrays, rows) {
      if let place = rows.firstNotFinite {
        throw RunError(status: 65, text: "\(given.path): \(place)")
      }
    }
    do throws(ModelError) {
      let pool = threads > 1 ? try ThreadPool(threads: threads) : nil
      return try model.predict(rows, batch: batch, pool: pool)
    } catch {
      throw .model(error, path)
    }
  }
}
