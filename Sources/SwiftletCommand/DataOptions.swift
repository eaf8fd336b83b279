import ArgumentParser
import Foundation
import SwiftletTraining

/// Where rows come from, the same for every command that takes inputs with labels.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Rows with labels: an .npz, a CSV, or a folder of images.npy and labels.npy (and classes.txt).",
      valueName: "file or folder"))
  var data: String?

  @Option(help: ArgumentHelp("Inputs alone, as .npy or IDX; --labels goes with it.", valueName: "file"))
  var inputs: String?

  @Option(
    help: ArgumentHelp("Labels, or numbers to learn, as .npy or IDX.", valueName: "file"))
  var labels: String?

  @Option(
    help: ArgumentHelp("The column of a CSV to learn; the last unless told.", valueName: "name"))
  var labelColumn: String?

  @Option(help: ArgumentHelp("The names of the classes, a line each.", valueName: "file"))
  var classes: String?

  func validate() throws {
    guard (data == nil) == (inputs != nil || labels != nil), (inputs == nil) == (labels == nil) else {
      throw ValidationError("Give either --data, or --inputs and --labels")
    }
  }

  /// What messages call the data.
  var source: String { data ?? inputs ?? "data" }

  /// Reads the rows and checks that every one of them is made of numbers.
  func load() throws(CommandFailure) -> (train: Dataset, test: Dataset?) {
    let files = try files()
    let loaded: (train: Dataset, test: Dataset?)
    do throws(TrainingError) {
      switch files {
      case .together(let path):
        let data = try Dataset.load(path, labelColumn: labelColumn)
        loaded = (data.train, data.test)
      case .pair(let inputs, let targets):
        loaded = (try Dataset.load(inputs: inputs, targets: targets), nil)
      }
    } catch .data(let what, _) {
      throw .data(source + ": " + what)
    } catch {
      throw CommandFailure(error, source: source)
    }
    for part in [loaded.train, loaded.test] {
      if let part { try check(part) }
    }
    return loaded
  }

  /// The names of the classes: those of the file that was told, else those that lie beside the data.
  func classLabels(of dataset: Dataset) throws(CommandFailure) -> [String]? {
    if let classes { return try ClassLabels.read(classes) }
    guard let data, FileChecks.isFolder(data), access(data + "/classes.txt", F_OK) == 0 else {
      return dataset.classLabels
    }
    return try ClassLabels.read(data + "/classes.txt")
  }

  private enum Files {
    case together(String)
    case pair(String, String)
  }

  /// The files that there are, so that one that is not there is known by its name.
  private func files() throws(CommandFailure) -> Files {
    guard let data else {
      let pair = (inputs ?? "", labels ?? "")
      try FileChecks.requireReadable(pair.0)
      try FileChecks.requireReadable(pair.1)
      return .pair(pair.0, pair.1)
    }
    try FileChecks.requireReadable(data)
    guard FileChecks.isFolder(data) else { return .together(data) }
    func first(of names: [String]) throws(CommandFailure) -> String {
      let files = names.map { $0 + ".npy" }
      guard let file = files.first(where: { access(data + "/" + $0, F_OK) == 0 }) else {
        throw .noInput("\(data): the folder holds none of " + files.joined(separator: ", "))
      }
      try FileChecks.requireReadable(data + "/" + file)
      return data + "/" + file
    }
    return .pair(
      try first(of: ["images", "features", "inputs", "x"]), try first(of: ["labels", "targets", "y"]))
  }

  /// Rows are named as they lie in the file, before any split moves them.
  private func check(_ dataset: Dataset) throws(CommandFailure) {
    var tensors = dataset.inputs
    for case .values(let targets) in dataset.targets { tensors.append(targets) }
    for (index, tensor) in tensors.enumerated() {
      guard let position = tensor.elements.firstIndex(where: { !$0.isFinite }) else { continue }
      let width = max(tensor.elementsPerRow, 1)
      let what = index < dataset.inputs.count ? "" : "target "
      throw .data(
        "\(source): row \(position / width), \(what)column \(position % width): "
          + "\(tensor.elements[position]) is not a number to learn from")
    }
  }
}

/// Names of classes, a line each.
enum ClassLabels {
  static func read(_ path: String) throws(CommandFailure) -> [String] {
    try FileChecks.requireReadable(path)
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw .data("\(path): this is not UTF-8 text")
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.hasSuffix("\r") ? String($0.dropLast()) : String($0)
    }
    while lines.last == "" { lines.removeLast() }
    guard !lines.isEmpty else { throw .data("\(path): there are no names of classes") }
    return lines
  }
}
