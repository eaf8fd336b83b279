import SwiftletNumPy

/// What a data file holds: rows to train on and, where the file parts them itself, rows to test on.
public struct LoadedData: Sendable {
  /// Rows to train on.
  public let train: Dataset
  /// Rows to test on, where the file says which.
  public let test: Dataset?
}

extension Dataset {
  /// Reads a file that holds inputs and targets together: `.npz` (`x_train`, `y_train`, `x_test`, `y_test`; or
  /// `x`, `y`; or `data`, `target`; or `images`, `labels`) or CSV, gzip or not. The content decides, not the
  /// name.
  /// - Parameter labelColumn: the column of a CSV to learn; the last unless told.
  /// - Throws: `TrainingError.file` naming the line or array that is wrong, `.data` where rows do not match.
  public static func load(_ path: String, labelColumn: String? = nil) throws(TrainingError) -> LoadedData {
    let file = try DataFile(path)
    switch file.format {
    case .npz: return try NamedArrays(npz: file).data()
    case .text: return LoadedData(train: try CSVFile(file).dataset(labelColumn: labelColumn), test: nil)
    case .npy, .idx:
      throw .file(path: path, what: "this file holds one array; inputs and labels take two files")
    }
  }

  /// Reads inputs and targets from a file each: `.npy` or IDX, gzip or not.
  ///
  /// Targets of whole numbers with one for each row are labels, others numbers to come out.
  /// - Throws: `TrainingError.file`, and `.data` where rows do not match.
  public static func load(
    inputs: String, targets: String, classLabels: [String]? = nil
  ) throws(TrainingError) -> Dataset {
    let inputArray = try array(inputs)
    let targetArray = try array(targets)
    return try make(inputs: inputArray, targets: targetArray, classLabels: classLabels)
  }

  /// Numbers with whether their type is one of whole numbers.
  struct LoadedArray {
    let tensor: Tensor
    let isWhole: Bool
  }

  static func make(
    inputs: LoadedArray, targets: LoadedArray, classLabels: [String]? = nil
  ) throws(TrainingError) -> Dataset {
    let rows = targets.tensor.shape.first ?? 0
    guard targets.isWhole, targets.tensor.elements.count == rows else {
      return try Dataset(inputs: inputs.tensor, targets: targets.tensor, classLabels: classLabels)
    }
    var labels: [Int] = []
    labels.reserveCapacity(rows)
    for (row, element) in targets.tensor.elements.enumerated() {
      // Labels have come through float32, which holds whole numbers exactly up to 2^24 alone.
      guard abs(element) <= 16_777_216 else {
        throw .data("label \(element) is out of range", place: "row \(row)")
      }
      labels.append(Int(element))
    }
    return try Dataset(inputs: inputs.tensor, labels: labels, classLabels: classLabels)
  }

  private static func array(_ path: String) throws(TrainingError) -> LoadedArray {
    let file = try DataFile(path)
    switch file.format {
    case .npy:
      do throws(ArrayFileError) {
        return try LoadedArray(NumPyArray(npy: file.bytes))
      } catch {
        throw .file(path: path, what: error.description)
      }
    case .idx:
      let idx = try IDXFile(file)
      return LoadedArray(
        tensor: Tensor(trusted: idx.shape, elements: idx.floats()),
        isWhole: idx.type != .float32 && idx.type != .float64)
    case .npz, .text:
      throw .file(path: path, what: "this is not one array; .npy and IDX files are")
    }
  }
}

extension Dataset.LoadedArray {
  init(_ array: NumPyArray) {
    self.init(
      tensor: Tensor(trusted: array.shape, elements: array.float32Values()),
      isWhole: !array.dataType.isFloatingPoint)
  }
}
