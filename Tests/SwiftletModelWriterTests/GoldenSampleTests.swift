import Foundation
import Swiftlet
import SwiftletModelWriter
import Testing

@Suite("The golden sample")
struct GoldenSampleTests {
  @Test("A sample that is made of a model holds the bits that a session gives, and verifies")
  func made() throws {
    let model = try SmallModel.withFile { try Model(contentsOf: $0) }
    let sample = try GoldenSample([.init(shape: [2, 4], SmallModel.input)], from: model)
    #expect(sample.outputs == [.init(shape: [2, 2], SmallModel.output)])
    var contents = SmallModel.contents
    contents.metadata.goldenSample = sample
    let report = try SmallModel.withFile(contents) { try Model.verify(contentsOf: $0) }
    #expect(report.isSound && report.hasMetadata && report.digests.soundCount == 4)
    #expect(report.goldenSample?.isRight == true && report.goldenSample?.largestError == 0)
  }

  @Test("Inputs that do not fit the model make no sample")
  func misfit() throws {
    let model = try SmallModel.withFile { try Model(contentsOf: $0) }
    for shape in [[2, 5], [8], [1, 2, 4]] {
      let count = shape.reduce(1, *)
      #expect(throws: ModelError.self) {
        try GoldenSample([.init(shape: shape, [Float](repeating: 0, count: count))], from: model)
      }
    }
    #expect(throws: ModelError.self) { try GoldenSample([], from: model) }
  }

  @Test("Verifying names an output that is off, by how much, and samples that do not fit")
  func wrong() throws {
    func problems(_ sample: GoldenSample) throws -> [String] {
      var contents = SmallModel.contents
      contents.metadata.goldenSample = sample
      let report = try SmallModel.withFile(contents) { try Model.verify(contentsOf: $0) }
      #expect(!report.isSound && report.goldenSample?.isRight == false)
      return report.problems
    }
    let input = GoldenSample.Tensor(shape: [2, 4], SmallModel.input)
    var off = SmallModel.output
    off[3] += 0.25
    #expect(
      try problems(.init(inputs: [input], outputs: [.init(shape: [2, 2], off)]))
        == ["golden sample: output 'logits' is off by 0.25"])
    off[3] = .nan
    #expect(
      try problems(.init(inputs: [input], outputs: [.init(shape: [2, 2], off)]))
        == ["golden sample: output 'logits' is off by inf"])
    #expect(
      try problems(.init(inputs: [input], outputs: [.init(shape: [2, 1], [1, 2])]))[0].contains(
        "another shape"))
    #expect(
      try problems(.init(inputs: [input, input], outputs: [.init(shape: [2, 2], off)]))[0].contains(
        "2 inputs"))
    let narrow = GoldenSample.Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6])
    #expect(
      try problems(.init(inputs: [narrow], outputs: [.init(shape: [2, 2], off)]))[0].contains("(2, 3)"))
  }
}
