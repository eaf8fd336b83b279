import Foundation
import Swiftlet
import SwiftletHDF5Writer
import SwiftletModelWriter
import Testing

/// What writing the small model throws after `change`, as text without the folder's name.
private func refusal(_ change: (inout ModelFileContents) -> Void) throws -> String {
  var contents = SmallModel.contents
  change(&contents)
  let path = NSTemporaryDirectory() + "/refused-\(UUID().uuidString).h5"
  do throws(HDF5WriterError) {
    try writeModelFile(contents, to: path)
    return "written"
  } catch {
    #expect(!FileManager.default.fileExists(atPath: path))
    return error.description.replacingOccurrences(of: path, with: "F")
  }
}

@Test("Text that is not a JSON object is no configuration")
func notJSON() throws {
  #expect(try refusal { $0.configurationJSON = "{" } == "F:/@model_config: not a JSON object")
  #expect(try refusal { $0.trainingConfigurationJSON = "[1]" } == "F:/@training_config: not a JSON object")
}

@Test("A weight whose shape disagrees with its values is not written")
func wrongShape() throws {
  let text = try refusal { $0.layers[1].weights[0].shape = [3, 3] }
  #expect(text == "F:/model_weights/hidden/hidden/kernel: shape [3, 3] holds 9 values, not 12")
}

@Test("Two layers of one name, and a layer with the name of Keras's own group, are not written")
func takenNames() throws {
  let twice = try refusal { $0.layers[2].name = "hidden" }
  #expect(twice == "F: swiftlet/digests@weight_names: 'hidden/hidden/kernel' is there twice")
  let reserved = try refusal { $0.layers[2].name = "top_level_model_weights" }
  #expect(reserved.contains("name already exists"))
}

@Test("Metadata that a reader would refuse are not written")
func badMetadata() throws {
  #expect(
    try refusal { $0.metadata.provenance.created = "yesterday" }
      == "F: swiftlet/provenance@created: 'yesterday' is not of the form 2026-01-31T23:59:59Z")
  #expect(
    try refusal { $0.metadata.provenance.created = "2026-13-31T23:59:59Z" }
      == "F: swiftlet/provenance@created: '2026-13-31T23:59:59Z' is not of the form 2026-01-31T23:59:59Z")
  #expect(
    try refusal { $0.metadata.history[1].values.removeLast() }
      == "F: swiftlet/history/accuracy: 2 epochs where 'loss' has 3")
  #expect(
    try refusal { $0.metadata.history[1].name = "loss" }
      == "F: swiftlet/history/loss: the metric is there twice")
  #expect(
    try refusal { $0.metadata.history[1].name = "a/b" }.contains("swiftlet/history@metric_names: 'a/b'"))
  #expect(
    try refusal { $0.metadata.goldenSample?.inputs = [] }
      == "F: swiftlet/golden_sample: no inputs or no outputs")
  #expect(
    try refusal { $0.metadata.goldenSample?.outputs[0].shape = [1, 4] }
      == "F: swiftlet/golden_sample/output_0: shape (1, 4) where the first axis is 2 rows")
  #expect(
    try refusal { $0.metadata.goldenSample?.inputs[0].shape = [2, 5] }
      == "F: swiftlet/golden_sample/input_0: shape (2, 5) with 8 values")
  #expect(
    try refusal { $0.metadata.goldenSample?.outputs[0].values = .int32([1, 2, 3, 4]) }
      == "F: swiftlet/golden_sample/output_0: outputs are float32")
  #expect(
    try refusal { $0.metadata.goldenSample?.relativeTolerance = .nan }
      == "F: swiftlet/golden_sample: a tolerance of nan")
}

@Test("A golden sample accepts what is within its tolerances, and only the same infinity or NaN")
func goldenTolerance() {
  let sample = GoldenSample(inputs: [], outputs: [], absoluteTolerance: 0.5, relativeTolerance: 0.25)
  #expect(sample.accepts(5.5, expected: 4))
  #expect(!sample.accepts(5.5625, expected: 4))
  #expect(sample.accepts(-0.5, expected: 0))
  #expect(sample.accepts(.infinity, expected: .infinity))
  #expect(!sample.accepts(.infinity, expected: 4))
  #expect(!sample.accepts(4, expected: -.infinity))
  #expect(sample.accepts(.nan, expected: -.nan))
  #expect(!sample.accepts(.nan, expected: 4))
}

@Test("A time is spelled to the second in UTC")
func timestamp() {
  #expect(
    ModelMetadata.Provenance.timestamp(Date(timeIntervalSince1970: 951_827_696.75))
      == "2000-02-29T12:34:56Z")
}
