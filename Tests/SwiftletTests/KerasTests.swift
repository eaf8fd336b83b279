import FixtureFiles
import Swiftlet
import SwiftletGraph
import SwiftletNumPy
import Testing

@Suite("Files that Keras wrote")
struct KerasTests {
  @Test("the manifests list cases of each sort")
  func manifests() {
    #expect(KerasCase.loading.count >= 223)
    #expect(KerasCase.refused.count >= 22)
    #expect(KerasCase.refusedConfigurations.count >= 26)
  }

  @Test("a model gives what Keras gives, within Keras's own tolerance", arguments: KerasCase.loading)
  func outputs(of given: KerasCase) throws {
    let model = try Model(contentsOf: given.path)
    let inputs = try #require(given.inputs).map { try given.array($0) }
    let expected = try #require(given.outputs).map { try given.array($0) }
    let rows = try #require(inputs.first?.shape.first)
    var session = try model.makeSession(
      maximumBatch: rows, maximumLengths: openLengths(of: model, for: inputs))
    #expect(session.inputs.map { [rows] + $0.shape.dimensions.map { $0 ?? -1 } } == inputs.map(\.shape))

    let found = try session.predict(inputs.map { $0.float32Values() })
    try #require(found.count == expected.count)
    for (index, (found, expected)) in zip(found, expected).enumerated() {
      #expect(
        [rows] + session.outputs[index].shape.dimensions.map { $0 ?? -1 } == expected.shape, "output \(index)"
      )
      let wanted = expected.float64Values()
      try #require(found.count == wanted.count)
      let tolerance = given.tolerance
      let far = zip(found, wanted).filter { found, wanted in
        let found = Double(found)
        // Not even infinities pass the subtraction; NaN is equal to NaN here, as in NumPy's assert_allclose.
        return
          !(found == wanted || (found.isNaN && wanted.isNaN)
          || abs(found - wanted) <= tolerance.atol + tolerance.rtol * abs(wanted))
      }
      #expect(far.isEmpty, "output \(index)")
    }
  }

  @Test(
    "one row at a time and in passes of a larger session, a model gives the same bits",
    arguments: KerasCase.loading)
  func rowsAlone(of given: KerasCase) throws {
    let model = try Model(contentsOf: given.path)
    let inputs = try #require(given.inputs).map { try given.array($0) }
    let rows = try #require(inputs.first?.shape.first)
    let lengths = openLengths(of: model, for: inputs)
    let values = inputs.map { $0.float32Values() }
    var wide = try model.makeSession(maximumBatch: rows * 50, maximumLengths: lengths)
    let together = try wide.predict(values.map { one in (0..<50).flatMap { _ in one } })
    var narrow = try model.makeSession(maximumBatch: 1, maximumLengths: lengths)
    for row in 0..<rows {
      let alone = try narrow.predict(
        values.map { Array($0[$0.count / rows * row..<$0.count / rows * (row + 1)]) })
      for (index, alone) in alone.enumerated() {
        for copy in [0, 17, 49] {
          let start = (copy * rows + row) * alone.count
          #expect(
            together[index][start..<start + alone.count].map(\.bitPattern) == alone.map(\.bitPattern),
            "output \(index), row \(row), copy \(copy)")
        }
      }
    }
  }

  @Test("what cannot be run is refused, and the error names what was found", arguments: KerasCase.refused)
  func refusals(of given: KerasCase) {
    let error = #expect(throws: ModelError.self) { _ = try Model(contentsOf: given.path) }
    guard let error else { return }
    for word in given.words ?? [] { #expect(error.description.contains(word)) }
    #expect(error.kind == (given.kind == "unsupported" ? .unsupported : .malformed), "\(error.description)")
  }

  @Test("a configuration that describes no network is refused", arguments: KerasCase.refusedConfigurations)
  func refusedConfigurations(of given: KerasCase) throws {
    let text = try fixtureBytes("\(given.folder)/\(given.file)")
    let error = #expect(throws: GraphError.self) {
      _ = try Network.decode(modelConfiguration: text, kerasVersion: "3.15.1")
    }
    guard let error else { return }
    let found = ModelError.graph(error)
    for word in given.words ?? [] { #expect(found.description.contains(word)) }
    #expect(found.kind == (given.kind == "unsupported" ? .unsupported : .malformed), "\(found.description)")
  }

  @Test("a file that is not there is missing, and the error names its path")
  func missingFile() {
    let error = #expect(throws: ModelError.self) {
      _ = try Model(contentsOf: fixturePath("keras/no_such_model.h5"))
    }
    #expect(error?.kind == .missing)
    #expect(error?.description.contains("no_such_model.h5") == true)
  }

  @Test("bytes go in as they are and give the bits that the same numbers give as float32")
  func bytesAsInput() throws {
    let given = try #require(KerasCase.loading.first { $0.name == "rescaling_uint8" })
    let model = try Model(contentsOf: given.path)
    let input = try given.array(try #require(given.inputs?.first))
    var session = try model.makeSession(maximumBatch: input.shape[0])
    let floats = try session.predict([input.float32Values()])[0]
    var converted = [Float](repeating: -1, count: floats.count)
    var doubles = [Double](repeating: -1, count: floats.count)
    var whole = [Int32](repeating: -1, count: floats.count)
    do {
      var output = converted.mutableSpan
      try session.predict(input.bytes.span, into: &output)
      var wider = doubles.mutableSpan
      try session.predict(input.bytes.span, into: &wider)
      var truncated = whole.mutableSpan
      try session.predict(input.bytes.span, into: &truncated)
    }
    #expect(converted.map(\.bitPattern) == floats.map(\.bitPattern))
    #expect(doubles == floats.map { Double($0) })
    #expect(whole == floats.map { Int32($0) })
  }
}
