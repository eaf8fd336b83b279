import SwiftletHDF5Reader

/// Why a file's metadata cannot be taken.
public enum MetadataError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The metadata break a rule of Spec/metadata.md; `place` is a path in the file.
  case malformed(place: String, reason: String)
  /// The file is of a major version that this runtime does not know.
  case unsupportedVersion(ModelMetadata.FormatVersion)
  /// The HDF5 beneath is damaged, unsupported or cannot be read.
  case container(HDF5Error)

  /// One line that says what is wrong, and where.
  public var description: String {
    switch self {
    case .malformed(let place, let reason): "\(place): \(reason)"
    case .unsupportedVersion(let version):
      "swiftlet@format_version: the file's format is \(version.description); this program reads "
        + "\(ModelMetadata.FormatVersion.current.major).x"
    case .container(let error): error.description
    }
  }
}

extension ModelMetadata {
  /// Checks all rules that do not depend on the model: a writer before it writes, a reader after reading.
  /// - Throws: `MetadataError.malformed` or `unsupportedVersion`.
  public func validate() throws(MetadataError) {
    guard formatVersion.major == FormatVersion.current.major else {
      throw .unsupportedVersion(formatVersion)
    }
    if let created = provenance.created, !Self.isTimestamp(created) {
      throw .malformed(
        place: "swiftlet/provenance@created", reason: "'\(created)' is not of the form 2026-01-31T23:59:59Z")
    }
    try validateHistory()
    var paths: Set<String> = []
    for weight in weightDigests {
      guard paths.insert(weight.path).inserted else {
        throw .malformed(place: "swiftlet/digests@weight_names", reason: "'\(weight.path)' is there twice")
      }
    }
    try goldenSample?.validate()
  }

  private func validateHistory() throws(MetadataError) {
    var names: Set<String> = []
    for metric in history {
      let place = "swiftlet/history/" + metric.name
      guard isName(metric.name) else {
        throw .malformed(
          place: "swiftlet/history@metric_names",
          reason: "'\(metric.name)' is empty, '.', '..', or has a slash or a zero byte in it")
      }
      guard names.insert(metric.name).inserted else {
        throw .malformed(place: place, reason: "the metric is there twice")
      }
      guard metric.values.count == history[0].values.count else {
        throw .malformed(
          place: place,
          reason: "\(metric.values.count) epochs where '\(history[0].name)' has \(history[0].values.count)")
      }
    }
  }

  private func isName(_ name: String) -> Bool {
    if name.isEmpty || name == "." || name == ".." { return false }
    return !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
  }

  /// Digits where the pattern has digits, the pattern's own characters elsewhere, and numbers that a month,
  /// day, hour, minute and second may have.
  static func isTimestamp(_ text: String) -> Bool {
    let pattern = Array("0000-00-00T00:00:00Z".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count == pattern.count else { return false }
    for (byte, expected) in zip(bytes, pattern) {
      let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      guard expected == UInt8(ascii: "0") ? isDigit : byte == expected else { return false }
    }
    func number(at index: Int) -> Int { Int(bytes[index] - 48) * 10 + Int(bytes[index + 1] - 48) }
    return (1...12).contains(number(at: 5)) && (1...31).contains(number(at: 8)) && number(at: 11) < 24
      && number(at: 14) < 60 && number(at: 17) <= 60
  }
}

extension GoldenSample {
  /// How many inputs, or outputs, a golden sample may have.
  static let maximumTensors = 1024

  /// - Throws: `MetadataError.malformed`.
  func validate() throws(MetadataError) {
    let place = "swiftlet/golden_sample"
    guard !inputs.isEmpty, !outputs.isEmpty else {
      throw .malformed(place: place, reason: "no inputs or no outputs")
    }
    guard inputs.count <= Self.maximumTensors, outputs.count <= Self.maximumTensors else {
      throw .malformed(place: place, reason: "more than \(Self.maximumTensors) inputs or outputs")
    }
    for tolerance in [absoluteTolerance, relativeTolerance] {
      guard tolerance.isFinite, tolerance >= 0 else {
        throw .malformed(place: place, reason: "a tolerance of \(tolerance)")
      }
    }
    let rows = inputs[0].shape.first ?? 0
    guard rows > 0 else { throw .malformed(place: place + "/input_0", reason: "no rows") }
    for (index, tensor) in inputs.enumerated() { try tensor.validate(rows, place + "/input_\(index)") }
    for (index, tensor) in outputs.enumerated() {
      try tensor.validate(rows, place + "/output_\(index)")
      guard case .float32 = tensor.values else {
        throw .malformed(place: place + "/output_\(index)", reason: "outputs are float32")
      }
    }
  }
}

extension GoldenSample.Tensor {
  fileprivate func validate(_ rows: Int, _ place: String) throws(MetadataError) {
    guard let own = shape.first, own == rows else {
      throw .malformed(place: place, reason: "shape \(text(shape)) where the first axis is \(rows) rows")
    }
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else {
        throw .malformed(place: place, reason: "shape \(text(shape)) is negative or too large")
      }
      count = product
    }
    guard count == values.count else {
      throw .malformed(place: place, reason: "shape \(text(shape)) with \(values.count) values")
    }
  }
}

/// `(2, 3)`, as NumPy writes a shape.
private func text(_ shape: [Int]) -> String {
  var text = "("
  for (index, extent) in shape.enumerated() { text += index == 0 ? "\(extent)" : ", \(extent)" }
  return text + ")"
}
