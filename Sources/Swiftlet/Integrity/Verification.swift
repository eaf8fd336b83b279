import SwiftletGraph
import SwiftletHDF5Reader

/// What `Model.verify` found.
public struct VerificationReport: Sendable {
  /// Whether the file holds Swiftlet's metadata; without it there is nothing to verify against.
  public internal(set) var hasMetadata = false
  /// How many weights are as their digests say.
  public internal(set) var soundWeights = 0
  /// Whether the golden sample gave what it must; nil where the file holds none.
  public internal(set) var goldenSamplePassed: Bool?
  /// A line for each thing that is wrong, naming the weight or output.
  public internal(set) var problems: [String] = []

  /// Whether nothing is wrong.
  public var isSound: Bool { problems.isEmpty }
}

extension Model {
  /// Opens a model file, holds every weight against its digest and runs the golden sample.
  /// - Throws: `ModelError` if the file cannot be opened as a model at all. What is damaged inside one that can
  ///   is part of the report.
  public static func verify(contentsOf path: String) throws(ModelError) -> VerificationReport {
    let file: HDF5File
    do throws(HDF5Error) {
      file = try HDF5File(path: path)
    } catch {
      throw .file(error)
    }
    var report = VerificationReport()
    let metadata: ModelMetadata?
    do throws(MetadataError) {
      metadata = try ModelMetadata.read(from: file)
      if let metadata {
        report.hasMetadata = true
        let digests = try metadata.checkDigests(in: file)
        report.soundWeights = digests.soundCount
        for damage in digests.damage { report.problems.append("weight '\(damage.path)': \(damage.reason)") }
        for path in digests.undigested { report.problems.append("weight '\(path)': it has no digest") }
      }
    } catch {
      throw .metadata(error)
    }
    let model = try Model(contentsOf: path)
    if let sample = metadata?.goldenSample { try report.check(sample, model) }
    return report
  }
}

extension VerificationReport {
  /// Runs the sample and compares.
  fileprivate mutating func check(_ sample: GoldenSample, _ model: Model) throws(ModelError) {
    let problemsBefore = problems.count
    guard sample.inputs.count == model.inputs.count, sample.outputs.count == model.outputs.count else {
      problems.append(
        "golden sample: \(sample.inputs.count) inputs and \(sample.outputs.count) outputs for a model of "
          + "\(model.inputs.count) and \(model.outputs.count)")
      goldenSamplePassed = false
      return
    }
    let rows = sample.inputs[0].shape.first ?? 0
    var lengths: [Int] = []
    var values: [[Float]] = []
    for (input, given) in zip(model.inputs, sample.inputs) {
      let shape = given.shape.dropFirst()
      guard given.shape.first == rows, rows > 0, shape.count == input.shape.rank,
        zip(input.shape.dimensions, shape).allSatisfy({ $0 == nil || $0 == $1 })
      else {
        problems.append("golden sample: its input does not fit '\(input.name)' \(input.shape.description)")
        goldenSamplePassed = false
        return
      }
      for (size, actual) in zip(input.shape.dimensions, shape) where size == nil { lengths.append(actual) }
      switch given.values {
      case .float32(let numbers): values.append(numbers)
      case .int32(let numbers): values.append(numbers.map { Float($0) })
      }
    }
    var session = try model.makeSession(maximumBatch: rows, maximumLengths: lengths)
    let results = try session.predict(values, rows: rows)
    for (index, (result, expected)) in zip(results, sample.outputs).enumerated() {
      guard case .float32(let wanted) = expected.values, wanted.count == result.count else {
        problems.append("golden sample: output '\(model.outputs[index].name)' has another shape")
        continue
      }
      if !zip(result, wanted).allSatisfy({ sample.accepts($0, expected: $1) }) {
        problems.append("golden sample: output '\(model.outputs[index].name)' is not what it must be")
      }
    }
    goldenSamplePassed = problems.count == problemsBefore
  }
}
