import FixtureFiles
import Foundation
import Swiftlet
import SwiftletNumPy
import Testing

/// A case of a manifest in Fixtures/keras, keras2 or layers: a file that Keras wrote, or one that was damaged
/// by hand, and what is to come of it. The scripts that made them lie beside them.
struct KerasCase: Decodable, CustomTestStringConvertible, Sendable {
  let name: String
  let file: String
  let expect: String
  let kind: String?
  let words: [String]?
  let inputs: [ArrayFile]?
  let outputs: [ArrayFile]?
  let atol: Double?
  let rtol: Double?
  /// What the manifest says for cases that name no tolerance of their own.
  private(set) var usual = Tolerance(atol: 0, rtol: 0)
  private(set) var folder = ""

  struct ArrayFile: Decodable, Sendable {
    let file: String
  }

  struct Tolerance: Decodable, Sendable {
    let atol: Double
    let rtol: Double
  }

  private struct Manifest: Decodable {
    let tolerance: Tolerance
    let cases: [KerasCase]
  }

  private enum CodingKeys: CodingKey {
    case name, file, expect, kind, words, inputs, outputs, atol, rtol
  }

  static let all: [KerasCase] = ["keras", "keras2", "layers"].flatMap { folder -> [KerasCase] in
    guard let bytes = try? fixtureBytes("\(folder)/manifest.json"),
      let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(bytes))
    else { return [] }
    return manifest.cases.map {
      var found = $0
      found.folder = folder
      found.usual = manifest.tolerance
      return found
    }
  }
  static let loading = all.filter { $0.expect == "load" }
  static let refused = all.filter { $0.expect == "refuse" && $0.file.hasSuffix(".h5") }
  static let refusedConfigurations = all.filter { $0.expect == "refuse" && $0.file.hasSuffix(".json") }

  var testDescription: String { "\(folder)/\(name)" }
  var path: String { fixturePath("\(folder)/\(file)") }
  var tolerance: Tolerance { Tolerance(atol: atol ?? usual.atol, rtol: rtol ?? usual.rtol) }

  func array(_ array: ArrayFile) throws -> NumPyArray {
    try NumPyArray(contentsOf: fixturePath("\(folder)/\(array.file)"))
  }
}

/// The lengths that the model leaves open, as the arrays have them.
func openLengths(of model: Model, for arrays: [NumPyArray]) -> [Int] {
  zip(model.inputs, arrays).flatMap { input, array in
    zip(input.shape.dimensions, array.shape.dropFirst()).compactMap { $0 == nil ? $1 : nil }
  }
}
