import FixtureFiles
import Foundation
import SwiftletTraining
import Testing

/// An array of a JSON fixture.
struct Vector: Decodable {
  let shape: [Int]
  let values: [Double]

  var floats: [Float] { values.map { Float($0) } }
  func tensor() throws -> Tensor { try Tensor(shape: shape, elements: floats) }
}

/// The cases of Fixtures/training/<name>.json.
func vectors<Case: Decodable>(_ name: String, as type: Case.Type) throws -> [Case] {
  try JSONDecoder().decode([Case].self, from: Data(fixtureBytes("training/\(name).json")))
}

/// Whether numbers agree within `tolerance` absolutely or relative to the wanted one.
func expectClose(
  _ found: [Float], _ wanted: [Float], within tolerance: Float, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == wanted.count, "\(what)", sourceLocation: sourceLocation)
  var worst: Float = 0
  var place = 0
  for (index, (a, b)) in zip(found, wanted).enumerated() {
    // A NaN compares false with everything and so must not slip by.
    let error = a.isFinite ? abs(a - b) / max(1, abs(b)) : Float.infinity
    if error > worst { (worst, place) = (error, index) }
  }
  #expect(
    worst <= tolerance, "\(what): element \(place) is \(found[place]), not \(wanted[place])",
    sourceLocation: sourceLocation)
}

/// A trainer on the network of a chain, with gradient descent.
func makeTrainer(_ sequential: Sequential, _ loss: any Loss) throws -> Trainer {
  try Trainer(sequential, loss: loss, optimizer: .sgd(), metrics: [])
}
