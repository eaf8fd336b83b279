import SwiftletReports
import Swiftlet
import SwiftletNumPy
import SwiftletPretrained

/// The rows that `--input` names, in the order of the model's inputs.
enum PredictionInputs {
  /// - Throws: status 64 for names and counts that do not fit the model, 65 and 66 for files.
  static func read(_ arguments: [String], for model: Model) throws(CommandFailure) -> [Rows] {
    let names = model.inputs.map(\.name)
    var found = [Rows?](repeating: nil, count: names.count)
    for argument in arguments {
      let (name, path) = parse(argument, names)
      for (member, rows) in try self.rows(path, wanted: name == nil ? names : []) {
        let index = (name ?? member).flatMap { names.firstIndex(of: $0) } ?? found.firstIndex { $0 == nil }
        guard let index else {
          throw .usage(
            "--input \(argument): the model takes \(counted(names.count, "input")): "
              + names.joined(separator: ", "))
        }
        guard found[index] == nil else {
          throw .usage("--input \(argument): input '\(names[index])' is given twice")
        }
        found[index] = rows
      }
    }
    if let missing = found.firstIndex(where: { $0 == nil }) {
      throw .usage("--input: there is nothing for input '\(names[missing])'")
    }
    return found.compactMap { $0 }
  }

  /// `name=file`, where the name is one of the model's; else all of it is a file.
  private static func parse(_ argument: String, _ names: [String]) -> (String?, String) {
    guard let sign = argument.firstIndex(of: "="), names.contains(String(argument[..<sign])) else {
      return (nil, argument)
    }
    return (String(argument[..<sign]), String(argument[argument.index(after: sign)...]))
  }

  /// The arrays of a file, with the names that an `.npz` gives them.
  private static func rows(
    _ path: String, wanted: [String]
  ) throws(CommandFailure) -> [(String?, Rows)] {
    try FileChecks.requireReadable(path)
    let bytes: [UInt8]
    do throws(ArrayFileError) { bytes = try WholeFile.bytes(of: path) } catch {
      throw CommandFailure(reading: error)
    }
    let isArchive = NPZFile.isArchive(bytes)
    guard isArchive || bytes.first == 0x93 else {
      return [(nil, try NumberTable(bytes, path: path).rows)]
    }
    let file: PretrainedFile
    do throws(ArrayFileError) { file = try PretrainedFile(bytes: bytes) } catch {
      throw .data(error.within(path).description)
    }
    var tensors = file.tensors
    let named = tensors.filter { wanted.contains($0.name) }
    if !named.isEmpty {
      tensors = named
    } else if tensors.count > 1, wanted.count <= 1 {
      // Archives of data sets hold labels as well.
      let usual = ["x_test", "x", "X", "data", "images", "inputs", "features"]
      guard let name = usual.first(where: { name in tensors.contains { $0.name == name } }) else {
        throw .data(
          "\(path): it holds " + tensors.map(\.name).joined(separator: ", ") + "; wanted is one of "
            + (wanted + usual).joined(separator: ", "))
      }
      tensors = tensors.filter { $0.name == name }
    }
    return tensors.map { tensor in
      let place = isArchive ? path + ": " + tensor.name : path
      return (
        isArchive ? tensor.name : nil,
        Rows(shape: tensor.array.shape, values: tensor.array.float32Values(), source: place)
      )
    }
  }
}
