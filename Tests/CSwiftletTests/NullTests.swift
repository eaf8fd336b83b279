import CSwiftletHeader
import FixtureFiles
import Foundation
import SwiftletSystem
import Testing

/// What swiftlet.h says of NULL, function by function.
@Suite("The C interface and NULL")
struct NullTests {
  let path = fixturePath("keras/dense_softmax.h5")

  /// Expects that the call that gave `code` failed because of the argument `name`.
  func expectArgument(_ code: Int32, _ name: String, at location: SourceLocation = #_sourceLocation) {
    let text = swiftlet_last_error().map { String(cString: $0) } ?? ""
    #expect(code == 4, sourceLocation: location)
    #expect(swiftlet_last_error_code() == 4, sourceLocation: location)
    #expect(text == "\(name): NULL", sourceLocation: location)
  }

  @Test("What opens and makes fails, and says which argument is NULL")
  func making() throws {
    #expect(swiftlet_model_open(nil) == nil)
    expectArgument(4, "path")
    #expect(swiftlet_model_open_memory(nil, 7) == nil)
    expectArgument(4, "bytes")
    #expect(swiftlet_model_open_memory(nil, 0) == nil)
    expectArgument(4, "bytes")
    #expect(swiftlet_session_make(nil, 1, nil, 0, 1) == nil)
    expectArgument(4, "model")
    let model = try #require(swiftlet_model_open(path))
    defer { swiftlet_model_close(model) }
    #expect(swiftlet_session_make(model, 1, nil, 1, 1) == nil)
    expectArgument(4, "lengths")
  }

  @Test("A question about no model has no answer, and is no error")
  func questions() {
    _ = swiftlet_model_open("nowhere.h5")
    var lengths: [Int64] = [-7]
    #expect(swiftlet_model_input_count(nil) == 0 && swiftlet_model_output_count(nil) == 0)
    #expect(swiftlet_model_input_name(nil, 0) == nil && swiftlet_model_output_name(nil, 0) == nil)
    // SIZE_MAX, as Swift sees a size_t.
    #expect(swiftlet_model_input_shape(nil, 0, &lengths, 1) == -1)
    #expect(swiftlet_model_output_shape(nil, 0, &lengths, 1) == -1)
    #expect(swiftlet_model_input_type(nil, 0) == -1 && swiftlet_model_output_type(nil, 0) == -1)
    #expect(swiftlet_model_label_count(nil) == 0 && swiftlet_model_label(nil, 0) == nil)
    #expect(lengths == [-7])
    swiftlet_model_close(nil)
    swiftlet_session_close(nil)
    #expect(swiftlet_last_error_code() == 1)
  }

  @Test("A shape may be asked for its rank alone, and no more is written than there is room for")
  func shapes() throws {
    let model = try #require(swiftlet_model_open(path))
    defer { swiftlet_model_close(model) }
    #expect(swiftlet_model_input_shape(model, 0, nil, 0) == 1)
    #expect(swiftlet_model_input_shape(model, 0, nil, 9) == 1)
    var lengths: [Int64] = [-7]
    #expect(swiftlet_model_output_shape(model, 0, &lengths, 0) == 1)
    #expect(lengths == [-7])
    for index in [1, Int.max, -1] {
      #expect(swiftlet_model_input_shape(model, index, &lengths, 1) == -1)
      #expect(swiftlet_model_input_name(model, index) == nil)
      #expect(swiftlet_model_input_type(model, index) == -1)
      #expect(swiftlet_model_label(model, index) == nil)
    }
    #expect(lengths == [-7])
  }

  @Test("A run names what is NULL, writes nothing, and needs no data for no rows")
  func runs() throws {
    let model = try #require(swiftlet_model_open(path))
    defer { swiftlet_model_close(model) }
    let session = try #require(swiftlet_session_make(model, 2, nil, 0, 1))
    defer { swiftlet_session_close(session) }
    let width = try #require(row(model, swiftlet_model_input_shape))
    let made = try #require(row(model, swiftlet_model_output_shape))
    let values = [Float](repeating: 0.5, count: 2 * width)
    var found = [Float](repeating: -1, count: 2 * made)
    expectArgument(swiftlet_session_predict(nil, 1, values, &found), "session")
    expectArgument(swiftlet_session_predict(session, 1, nil, &found), "input")
    expectArgument(swiftlet_session_predict(session, 1, values, nil), "output")
    #expect(swiftlet_session_predict(session, 0, nil, nil) == 0)

    values.withUnsafeBytes { source in
      found.withUnsafeMutableBytes { target in
        var input = swiftlet_input(data: source.baseAddress, type: 11)
        var output = swiftlet_output(data: target.baseAddress, type: 11)
        expectArgument(swiftlet_session_run(nil, 1, &input, 1, &output, 1), "session")
        expectArgument(swiftlet_session_run(session, 1, nil, 1, &output, 1), "inputs")
        expectArgument(swiftlet_session_run(session, 1, &input, 1, nil, 1), "outputs")
        output.data = nil
        expectArgument(swiftlet_session_run(session, 1, &input, 1, &output, 1), "outputs[0]")
        input.data = nil
        expectArgument(swiftlet_session_run(session, 1, &input, 1, &output, 1), "inputs[0]")
        #expect(swiftlet_session_run(session, 0, &input, 1, &output, 1) == 0)
        for type in [-1, 13, 256 + 11] as [Int32] {
          input = swiftlet_input(data: source.baseAddress, type: type)
          #expect(swiftlet_session_run(session, 1, &input, 1, &output, 1) == 4)
        }
      }
    }
    #expect(found.allSatisfy { $0 == -1 })
  }

  /// The numbers in one row of the first tensor.
  private func row(
    _ model: OpaquePointer, _ shape: (OpaquePointer?, Int, UnsafeMutablePointer<Int64>?, Int) -> Int
  ) -> Int? {
    var lengths = [Int64](repeating: 0, count: 8)
    let rank = shape(model, 0, &lengths, 8)
    return rank < 0 ? nil : lengths.prefix(rank).reduce(1) { $0 * Int($1) }
  }

  @Test("Counts that make no sense are refused before anything is read by them")
  func counts() throws {
    let model = try #require(swiftlet_model_open(path))
    defer { swiftlet_model_close(model) }
    var lengths: [Int64] = [3]
    for count in [1, -1, Int.max] {
      #expect(swiftlet_session_make(model, 1, &lengths, count, 1) == nil)
      #expect(swiftlet_last_error_code() == 4)
    }
    for threads in [0, -1, 100_000] {
      #expect(swiftlet_session_make(model, 1, nil, 0, threads) == nil)
      #expect(swiftlet_last_error_code() == 4)
    }
    for batch in [0, -1] { #expect(swiftlet_session_make(model, batch, nil, 0, 1) == nil) }
    // As many rows as a size_t holds would need more memory than there is.
    #expect(swiftlet_model_open_memory(&lengths, -1) == nil)
    #expect(swiftlet_last_error_code() == 4)
  }

  @Test("A long message is cut between characters", arguments: ["x", "é", "€", "𝄞"])
  func cuts(character: String) {
    for lead in 0..<4 {
      let text = String(repeating: "a", count: lead) + String(repeating: character, count: 1100)
      swiftlet_error_keep(3, text, text.utf8.count)
      let kept = swiftlet_error_kept().map { String(validatingCString: $0) } ?? nil
      #expect(kept.map { text.hasPrefix($0) } == true)
      #expect((1020...1023).contains(kept?.utf8.count ?? 0))
    }
  }

  @Test(
    "The header compiles as C and as C++ with every warning",
    arguments: [("c", "c99"), ("c", "c11"), ("c", "c17"), ("c++", "c++11"), ("c++", "c++17")])
  func header(language: String, standard: String) throws {
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = [
      "clang", "-std=\(standard)", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-x",
      language,
      fixturePath("../Tests/CSwiftletTests/uses_header.c.txt"), "-I",
      fixturePath("../Sources/CSwiftlet/include"),
    ]
    let errors = Pipe()
    compiler.standardError = errors
    try compiler.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    compiler.waitUntilExit()
    #expect(compiler.terminationStatus == 0, "\(text)")
  }
}
