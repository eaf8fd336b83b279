import FixtureFiles
import Foundation
import SwiftletGraph
import SwiftletHDF5Reader
import SwiftletTraining
import Testing

@Suite struct ExportTests {
  private func trained() throws -> Trainer {
    var trainer = try Trainer(
      Sequential(input: [4]) {
        Normalization()
        Dense(5, activation: .relu)
        Dropout(0.1)
        Dense(3)
      }, loss: .sparseCategoricalCrossentropy(fromLogits: true),
      optimizer: .adam(learningRate: 0.01), seed: 11)
    let data = try Dataset.load(fixturePath("iris/iris.csv")).train
    try trainer.adapt(to: data)
    try trainer.fit(data, epochs: 3, validationSplit: 0.2)
    return trainer
  }

  @Test("the same training gives the same file, byte for byte")
  func sameBytes() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let paths = [1, 2].map { directory.appendingPathComponent("\($0).h5").path }
    for path in paths { try trained().export(to: path) }
    let bytes = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    #expect(!bytes[0].isEmpty && bytes[0] == bytes[1])
  }

  @Test("class labels that are not as many as the outputs are refused, and nothing is written")
  func labels() throws {
    let trainer = try trained()
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    #expect(
      message { () throws(TrainingError) in try trainer.export(to: path, classLabels: ["a", "b"]) }
        == "class labels: there are 2 names of classes for 3 outputs")
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(trainer.classLabels == ["setosa", "versicolor", "virginica"])
  }

  @Test("a place that cannot be written is an error that names it")
  func unwritable() throws {
    let trainer = try trained()
    let text = message { () throws(TrainingError) in try trainer.export(to: "/nowhere/model.h5") }
    #expect(text.hasPrefix("/nowhere"))
  }

  @Test("a digest of data changes with any number, label or shape")
  func digest() throws {
    let tensor = try Tensor(shape: [2, 2], elements: [1, 2, 3, 4])
    let digests = try [
      Dataset(inputs: tensor, labels: [0, 1]), Dataset(inputs: tensor, labels: [1, 1]),
      Dataset(inputs: Tensor(shape: [2, 2], elements: [1, 2, 3, 5]), labels: [0, 1]),
      Dataset(inputs: Tensor(shape: [2, 2, 1], elements: [1, 2, 3, 4]), labels: [0, 1]),
      Dataset(inputs: tensor, targets: Tensor(shape: [2, 1], elements: [0, 1])),
    ].map { $0.digest().hexadecimal }
    #expect(Set(digests).count == 5)
    #expect(try Dataset(inputs: tensor, labels: [0, 1]).digest().hexadecimal == digests[0])
  }
}
