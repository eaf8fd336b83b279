import SwiftletGraph
import SwiftletHDF5Reader

/// What `Model.verify` found.
public struct VerificationReport: Sendable {
  /// Whether the file holds Swiftlet's metadata; without it there is nothing to verify against.
  public internal(set) var hasMetadata = false
  /// What holding every weight against its digest found.
  public internal(set) var digests = DigestReport()
  /// What running the golden sample gave; nil where the file holds none.
  public internal(set) var goldenSample: GoldenSampleReport?

  /// A line for each thing that is wrong, naming the weight or output.
  public var problems: [String] {
    digests.damage.map { "'\($0.path)' is damaged: \($0.reason)" }
      + digests.undigested.map { "'\($0)' has no digest" }
      + (goldenSample?.problems ?? []).map { "golden sample: " + $0 }
  }

  /// Whether nothing is wrong.
  public var isSound: Bool { digests.isSound && goldenSample?.isRight != false }
}

/// What running a golden sample gave.
public struct GoldenSampleReport: Sendable {
  /// What is wrong, a line each.
  public internal(set) var problems: [String] = []
  /// How far an output was off at most; infinite where one is a number and the other is none.
  public internal(set) var largestError: Float = 0
  /// How far an output may be off whatever its size; with wide tolerances a sample says little.
  public let absoluteTolerance: Double
  /// How far an output may be off, as a part of what is expected.
  public let relativeTolerance: Double

  /// Whether everything came out as it must.
  public var isRight: Bool { problems.isEmpty }
}

extension Model {
  /// Opens a model file, holds every weight against its digest and runs the golden sample.
  /// - Throws: `ModelError` if the file cannot be opened as a model at all. What is damaged inside one that can
  ///   is part of the report.
  public static func verify(contentsOf path: String) throws(ModelError) -> VerificationReport {
    let source: ByteSource
    do throws(HDF5Error) {
      source = try ByteSource(path: path)
    } catch {
      throw .file(error)
    }
    let file = try ModelFile.container(source)
    var report = VerificationReport()
    let metadata: ModelMetadata?
    do throws(MetadataError) {
      metadata = try ModelMetadata.read(from: file)
      if let metadata {
        report.hasMetadata = true
        report.digests = try metadata.checkDigests(in: file)
      }
    } catch {
      throw .metadata(error)
    }
    let model = try Model(source: source)
    report.goldenSample = try metadata?.goldenSample?.check(model)
    return report
  }
}

extension GoldenSample {
  /// The sample of inputs with what a model gives for them.
  /// - Throws: `ModelError.argument` where the inputs do not fit the model.
  public init(_ inputs: [Tensor], from model: Model) throws(ModelError) {
    let outputs = try model.predict(inputs.map { $0.rows }, batch: inputs.first?.shape.first ?? 1)
    self.init(inputs: inputs, outputs: outputs.map { Tensor(shape: $0.shape, $0.values) })
  }

  /// Runs the sample and compares.
  func check(_ model: Model) throws(ModelError) -> GoldenSampleReport {
    var report = GoldenSampleReport(
      absoluteTolerance: absoluteTolerance, relativeTolerance: relativeTolerance)
    do throws(InputMisfit) {
      _ = try model.fit(inputs.map { $0.shape })
    } catch {
      report.problems.append((error.index.map { "input \($0): " } ?? "") + error.reason)
      return report
    }
    let results = try model.predict(inputs.map { $0.rows }, batch: inputs[0].shape[0])
    guard results.count == outputs.count else {
      report.problems.append("\(outputs.count) outputs; the model gives \(results.count)")
      return report
    }
    for (index, (result, expected)) in zip(results, outputs).enumerated() {
      let name = model.outputs[index].name
      guard case .float32(let wanted) = expected.values, expected.shape == result.shape else {
        report.problems.append("output '\(name)' has another shape than the model gives")
        continue
      }
      var (isRight, largest) = (true, Float(0))
      for (value, right) in zip(result.values, wanted) where value != right {
        if !accepts(value, expected: right) { isRight = false }
        if value.isNaN && right.isNaN { continue }
        let difference = abs(value - right)
        largest = max(largest, difference.isNaN ? .infinity : difference)
      }
      if !isRight { report.problems.append("output '\(name)' is off by \(largest)") }
      report.largestError = max(report.largestError, largest)
    }
    return report
  }
}

extension GoldenSample.Tensor {
  /// As the runtime takes it: in float32.
  fileprivate var rows: RowArray {
    switch values {
    case .float32(let numbers): RowArray(shape: shape, values: numbers)
    case .int32(let numbers): RowArray(shape: shape, values: numbers.map { Float($0) })
    }
  }
}
