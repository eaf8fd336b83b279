import SwiftletNumPy

/// Arrays by name, as an `.npz` holds them, and which of them are inputs and targets.
struct NamedArrays {
  let path: String
  let arrays: [(name: String, array: NumPyArray)]

  /// The pairs of names that mean inputs and targets, the first that is there being taken.
  private static let pairs = [
    ("x_train", "y_train"), ("x", "y"), ("X", "y"), ("data", "target"), ("images", "labels"),
  ]

  /// - Throws: `TrainingError.file` where no such pair is there, `.data` where rows do not match.
  func data() throws(TrainingError) -> LoadedData {
    for (inputs, targets) in Self.pairs {
      guard let x = self[inputs], let y = self[targets] else { continue }
      let train = try make(x, y)
      guard inputs == "x_train", let x = self["x_test"], let y = self["y_test"] else {
        return LoadedData(train: train, test: nil)
      }
      return LoadedData(train: train, test: try make(x, y))
    }
    let wanted = Self.pairs.map { "\($0.0) and \($0.1)" }.joined(separator: ", or ")
    throw .file(
      path: path,
      what: "it holds " + arrays.map(\.name).joined(separator: ", ") + "; wanted are " + wanted)
  }

  private func make(_ x: NumPyArray, _ y: NumPyArray) throws(TrainingError) -> Dataset {
    try Dataset.make(inputs: .init(x), targets: .init(y))
  }

  private subscript(name: String) -> NumPyArray? { arrays.first { $0.name == name }?.array }
}
