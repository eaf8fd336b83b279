import Swiftlet
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
    let path = try options.model()
    guard !given.isEmpty else { throw .usage("predict wants --input FILE.npy") }

    let model = try open(path, instructionSet)
    let arrays = try match(given, to: model)
    let outputs = try run(model, arrays, batch: batch, threads: threads, path: path)

    let error = unsafe swiftlet_directory_make(folder)
    guard error == 0 else {
      throw RunError(status: 73, text: "\(folder): the folder cannot be made (\(systemText(error)))")
    }
    for (index, output) in outputs.enumerated() {
      let file = "\(folder)/output_\(index).npy"
      do throws(NumPyError) {
        try output.write(to: file)
      } catch {
        throw RunError(status: 73, text: error.description)
      }
    }
  }

  static func open(_ path: String, _ instructionSet: InstructionSet) throws(RunError) -> Model {
    do throws(ModelError) {
      return try Model(contentsOf: path, instructionSet: instructionSet)
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
      do throws(NumPyError) {
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
  ) throws(RunError) -> [NumPyArray] {
    let rows = arrays[0].array.shape.first ?? 0
    var lengths: [Int] = []
    for (input, given) in zip(model.inputs, arrays) {
      let shape = given.array.shape
      let fits =
        shape.count == input.shape.rank + 1
        && zip(input.shape.dimensions, shape.dropFirst()).allSatisfy { $0 == nil || $0 == $1 }
      guard fits else {
        throw RunError(
          status: 65,
          text: "\(given.path): its shape is (\(shape.map { "\($0)" }.joined(separator: ", "))) and input "
            + "'\(input.name)' wants \(input.shape.description)")
      }
      guard shape[0] == rows else {
        throw RunError(
          status: 65, text: "\(given.path): it has \(shape[0]) rows and \(arrays[0].path) has \(rows)")
      }
      for (size, actual) in zip(input.shape.dimensions, shape.dropFirst()) where size == nil {
        lengths.append(actual)
      }
    }
    do throws(ModelError) {
      let pool = threads > 1 ? try ThreadPool(threads: threads) : nil
      var session = try model.makeSession(
        maximumBatch: max(1, min(batch, rows)), maximumLengths: lengths, pool: pool)
      let inputCounts = session.inputs.map { $0.shape.elementCount ?? 0 }
      let values = arrays.map { $0.array.float32Values() }
      var results = session.outputs.map { output -> [Float] in
        var result: [Float] = []
        result.reserveCapacity(rows * (output.shape.elementCount ?? 0))
        return result
      }
      var row = 0
      while row < rows {
        let count = min(batch, rows - row)
        let part = zip(values, inputCounts).map { Array($0[(row * $1)..<((row + count) * $1)]) }
        for (index, output) in try session.predict(part, rows: count).enumerated() {
          results[index] += output
        }
        row += count
      }
      var outputs: [NumPyArray] = []
      for (result, description) in zip(results, session.outputs) {
        do throws(NumPyError) {
          outputs.append(
            try NumPyArray(result, shape: [rows] + description.shape.dimensions.map { $0 ?? 0 }))
        } catch {
          throw ModelError.argument(error.description, name: "output '\(description.name)'")
        }
      }
      return outputs
    } catch {
      throw .model(error, path)
    }
  }

  static func systemText(_ error: Int32) -> String {
    var text = [CChar](repeating: 0, count: 128)
    unsafe swiftlet_error_text(error, &text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
