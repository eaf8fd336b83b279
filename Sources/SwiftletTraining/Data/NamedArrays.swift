import SwiftletNumPy

/// Arrays by name, as an `.npz` holds them, and which of them are inputs and targets.
struct NamedArrays {
  private let path: String
  private let archive: NPZFile

  /// - Throws: `TrainingError.file` where the file is no archive of arrays.
  init(npz file: DataFile) throws(TrainingError) {
    path = file.path
    do throws(ArrayFileError) { archive = try NPZFile(bytes: file.bytes) } catch {
      throw .file(path: file.path, what: error.description)
    }
  }

  /// The pairs of names that mean inputs and targets, the first that is there being taken.
  private static let pairs = [
    ("x_train", "y_train"), ("x", "y"), ("X", "y"), ("data", "target"), ("images", "labels"),
  ]

  /// - Throws: `TrainingError.file` where no such pair is there, `.data` where rows do not match.
  func data() throws(TrainingError) -> LoadedData {
    for (inputs, targets) in Self.pairs {
      guard let x = try array(inputs), let y = try array(targets) else { continue }
      let train = try make(x, y)
      guard inputs == "x_train", let x = try array("x_test"), let y = try array("y_test") else {
        return LoadedData(train: train, test: nil)
      }
      return LoadedData(train: train, test: try make(x, y))
    }
    let wanted = Self.pairs.map { "\($0.0) and \($0.1)" }.joined(separator: ", or ")
    throw .file(
      path: path,
      what: "it holds " + archive.names.joined(separator: ", ") + "; wanted are " + wanted)
  }

  private func make(_ x: NumPyArray, _ y: NumPyArray) throws(TrainingError) -> Dataset {
    try Dataset.make(inputs: .init(x), targets: .init(y))
  }

  private func array(_ name: String) throws(TrainingError) -> NumPyArray? {
    guard archive.names.contains(name) else { return nil }
    do throws(ArrayFileError) { return try archive.array(named: name) } catch {
      throw .file(path: path, what: error.description)
    }
  }
}
