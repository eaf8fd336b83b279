import SwiftletNumPy
import SwiftletTraining

/// The rows that were kept from training, as a folder that other commands take as `--data`.
enum HeldOutRows {
  /// - Throws: status 73 where the folder or a file in it cannot be written.
  static func checkWritable(_ folder: String) throws(CommandFailure) {
    try FileChecks.makeFolder(folder)
    for name in ["images.npy", "labels.npy", "classes.txt"] {
      try FileChecks.requireWritable(folder + "/" + name)
    }
  }

  /// Writes `images.npy` and `labels.npy`, and `classes.txt` where classes have names.
  static func write(
    _ rows: Dataset, classLabels: [String]?, to folder: String
  ) throws(CommandFailure) {
    do throws(ArrayFileError) {
      if let inputs = rows.inputs.first {
        try NumPyArray(inputs.elements, shape: inputs.shape).write(to: folder + "/images.npy")
      }
      switch rows.targets.first {
      case .labels(let labels)?: try NumPyArray(labels).write(to: folder + "/labels.npy")
      case .values(let values)?:
        try NumPyArray(values.elements, shape: values.shape).write(to: folder + "/labels.npy")
      case nil: break
      }
      if let classLabels {
        let text = classLabels.joined(separator: "\n") + "\n"
        try WholeFile.replace(folder + "/classes.txt", with: Array(text.utf8))
      }
    } catch {
      throw CommandFailure(writing: error)
    }
  }
}
