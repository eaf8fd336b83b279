import FixtureFiles
import SwiftletNumPy
import SwiftletTraining

/// The handwritten digits, 64 pixels of 0 to 16, as numbers from 0 to 1.
func digits() throws -> Dataset {
  let images = try NumPyArray(contentsOf: fixturePath("digits/images.npy"))
  let labels = try NumPyArray(contentsOf: fixturePath("digits/labels.npy"))
  return try Dataset(
    inputs: Tensor(shape: images.shape, elements: images.float32Values().map { $0 / 16 }),
    labels: labels.int64Values().map { Int($0) })
}

/// Fisher's irises.
func iris() throws -> Dataset {
  let features = try NumPyArray(contentsOf: fixturePath("iris/features.npy"))
  let labels = try NumPyArray(contentsOf: fixturePath("iris/labels.npy"))
  return try Dataset(
    inputs: Tensor(shape: features.shape, elements: features.float32Values()),
    labels: labels.int64Values().map { Int($0) })
}

/// Numbers from -1 to 1 that look random and are the same everywhere.
func noise(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in Float(2 * generator.uniform() - 1) }
}

/// An array of Fixtures/training.
func vector(_ name: String) throws -> Tensor {
  let array = try NumPyArray(contentsOf: fixturePath("training/\(name).npy"))
  return try Tensor(shape: array.shape, elements: array.float32Values())
}
