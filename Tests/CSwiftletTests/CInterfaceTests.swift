import CSwiftletHeader
import FixtureFiles
import Swiftlet
import SwiftletNumPy
import Testing

/// The functions of swiftlet.h, called as C calls them.
@Suite("The C interface")
struct CInterfaceTests {
  let path = fixturePath("keras/dense_softmax.h5")

  func input() throws -> (rows: Int, values: [Float]) {
    let array = try NumPyArray(contentsOf: fixturePath("keras/dense_softmax.input_0.npy"))
    return (array.shape[0], array.float32Values())
  }

  func lastError() -> String { swiftlet_last_error().map { String(cString: $0) } ?? "" }

  @Test(
    "A model from a path and from memory predicts the bits that a Swift session predicts", arguments: [1, 2])
  func predicts(threads: Int) throws {
    let (rows, values) = try input()
    var session = try Model(contentsOf: path).makeSession(maximumBatch: rows)
    let expected = try session.predict([values])[0]
    let bytes = try fixtureBytes("keras/dense_softmax.h5")
    for model in [swiftlet_model_open(path), swiftlet_model_open_memory(bytes, bytes.count)] {
      let model = try #require(model)
      let session = try #require(swiftlet_session_make(model, rows, nil, 0, threads))
      // A session keeps what it needs of its model.
      swiftlet_model_close(model)
      var found = [Float](repeating: -1, count: expected.count)
      #expect(swiftlet_session_predict(session, rows, values, &found) == 0)
      #expect(found == expected)

      var again = [Double](repeating: -1, count: expected.count)
      let code = values.withUnsafeBytes { source in
        again.withUnsafeMutableBytes { target in
          var given = swiftlet_input(data: source.baseAddress, type: 11)
          var wanted = swiftlet_output(data: target.baseAddress, type: 12)
          return swiftlet_session_run(session, rows, &given, 1, &wanted, 1)
        }
      }
      #expect(code == 0)
      #expect(again == expected.map { Double($0) })
      swiftlet_session_close(session)
    }
  }

  @Test("A model opened in a precision predicts what Swift predicts in it, and an unknown one is an error")
  func precisions() throws {
    let (rows, values) = try input()
    let bytes = try fixtureBytes("keras/dense_softmax.h5")
    for precision in Precision.allCases {
      var session = try Model(contentsOf: path, precision: precision).makeSession(maximumBatch: rows)
      let expected = try session.predict([values])[0]
      let code = Int32(precision.rawValue)
      let models: [OpaquePointer?] = [
        swiftlet_model_open_in(path, code), swiftlet_model_open_memory_in(bytes, bytes.count, code),
      ]
      for model in models {
        let model = try #require(model)
        let session = try #require(swiftlet_session_make(model, rows, nil, 0, 1))
        swiftlet_model_close(model)
        var found = [Float](repeating: -1, count: expected.count)
        #expect(swiftlet_session_predict(session, rows, values, &found) == 0)
        #expect(found == expected)
        swiftlet_session_close(session)
      }
    }
    for unknown: Int32 in [-1, 3] {
      #expect(swiftlet_model_open_in(path, unknown) == nil)
      #expect(swiftlet_last_error_code() == 4)
      #expect(lastError().contains("precision"))
    }
  }

  @Test("Inputs and outputs have names, shapes and types")
  func describes() throws {
    let swift = try Model(contentsOf: path)
    let model = try #require(swiftlet_model_open(path))
    defer { swiftlet_model_close(model) }
    #expect(swiftlet_abi_version() == 1)
    #expect(swiftlet_model_input_count(model) == 1)
    #expect(swiftlet_model_output_count(model) == 1)
    #expect(swiftlet_model_input_name(model, 0).map { String(cString: $0) } == swift.inputs[0].name)
    #expect(swiftlet_model_output_name(model, 0).map { String(cString: $0) } == swift.outputs[0].name)
    #expect(swiftlet_model_input_name(model, 1) == nil)
    var lengths = [Int64](repeating: -7, count: 2)
    #expect(swiftlet_model_output_shape(model, 0, &lengths, 2) == 1)
    #expect(lengths == [Int64(try #require(swift.outputs[0].shape.elementCount)), -7])
    #expect(swiftlet_model_input_type(model, 0) == 11)
    #expect(swiftlet_model_output_type(model, 1) == -1)
    #expect(swiftlet_model_label_count(model) == 0)
    #expect(swiftlet_model_label(model, 0) == nil)
  }

  @Test("An error has a code and a text, and NULL is an argument error")
  func errors() throws {
    #expect(swiftlet_model_open("nowhere.h5") == nil)
    #expect(swiftlet_last_error_code() == 1 && lastError().contains("nowhere.h5"))
    #expect(swiftlet_model_open(fixturePath("keras/damaged_text.h5")) == nil)
    #expect(swiftlet_last_error_code() == 2 && lastError().contains("not an HDF5 file"))
    #expect(swiftlet_model_open(fixturePath("keras/refuse_lambda.h5")) == nil)
    #expect(swiftlet_last_error_code() == 3 && lastError().contains("Lambda"))

    let (rows, values) = try input()
    let model = try #require(swiftlet_model_open(path))
    defer { swiftlet_model_close(model) }
    #expect(swiftlet_session_make(model, 0, nil, 0, 1) == nil)
    #expect(swiftlet_last_error_code() == 4)
    let session = try #require(swiftlet_session_make(model, rows, nil, 0, 1))
    defer { swiftlet_session_close(session) }
    var found = [Float](repeating: -1, count: 1000)
    #expect(swiftlet_session_predict(session, rows + 1, values, &found) == 4)
    #expect(lastError().contains("rows"))
    #expect(found.allSatisfy { $0 == -1 })
  }
}
