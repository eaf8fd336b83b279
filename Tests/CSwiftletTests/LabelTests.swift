import CSwiftletHeader
import Foundation
import Swiftlet
import SwiftletModelWriter
import Testing

/// Class labels, and lengths that a model leaves open, as C asks for them.
@Suite("The C interface on a file of Swiftlet's")
struct LabelTests {
  /// One Dense of 2 to 2 over any number of steps.
  static let contents = ModelFileContents(
    configurationJSON: """
      {"class_name": "Sequential", "config": {"name": "steps", "layers": [
      {"class_name": "InputLayer", "config": {"batch_shape": [null, null, 2], "dtype": "float32", "name": "in"}},
      {"class_name": "Dense", "config": {"name": "out", "units": 2, "activation": "linear", "use_bias": true}}]}}
      """,
    layers: [
      .init(
        name: "out",
        weights: [
          .init(name: "kernel", shape: [2, 2], values: [1, 2, 3, 4]),
          .init(name: "bias", shape: [2], values: [0, 0.5]),
        ])
    ], metadata: ModelMetadata(classLabels: ["été", "冬"]))

  @Test("Labels are UTF-8, and none comes after the last")
  func labels() throws {
    try withModel { model in
      #expect(swiftlet_model_label_count(model) == 2)
      #expect(swiftlet_model_label(model, 0).map { String(cString: $0) } == "été")
      #expect(swiftlet_model_label(model, 1).map { String(cString: $0) } == "冬")
      #expect(swiftlet_model_label(model, 2) == nil)
    }
  }

  @Test("A session is made for the lengths that it is given, and for no other number of them")
  func openLengths() throws {
    try withModel { model in
      var shape: [Int64] = [0, 0]
      #expect(swiftlet_model_input_shape(model, 0, &shape, 2) == 2)
      #expect(shape == [-1, 2])
      var lengths: [Int64] = [2, 2]
      for count in [0, 2] { #expect(swiftlet_session_make(model, 1, &lengths, count, 1) == nil) }
      lengths = [-3]
      #expect(swiftlet_session_make(model, 1, &lengths, 1, 1) == nil)
      #expect(swiftlet_last_error_code() == 4)
      lengths = [2]
      let session = try #require(swiftlet_session_make(model, 1, &lengths, 1, 1))
      defer { swiftlet_session_close(session) }
      var found: [Float] = [0, 0, 0, 0]
      #expect(swiftlet_session_predict(session, 1, [1, 0, 0, 1], &found) == 0)
      #expect(found == [1, 2.5, 3, 4.5])
    }
  }

  private func withModel(_ body: (OpaquePointer) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "c-interface-\(UUID().uuidString).h5"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try writeModelFile(Self.contents, to: path)
    let model = try #require(swiftlet_model_open(path))
    defer { swiftlet_model_close(model) }
    try body(model)
  }
}
