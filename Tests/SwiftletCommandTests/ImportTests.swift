import FixtureFiles
import Foundation
import SwiftletGraph
import SwiftletNumPy
import Testing

@Suite struct ImportTests {
  let folder: Folder
  init() throws { folder = try Folder() }

  func convert(_ arguments: String...) throws -> Command {
    try Command("swiftlet", ["import"] + arguments, in: folder)
  }

  @Test(
    "A pickle and an .npz become the same layers, and kernels that lie the other way are turned",
    arguments: [
      "digits_p2.pkl", "digits_p5.pkl", "digits_list.pkl", "digits.npz", "digits_torch_order.pkl",
    ])
  func layers(name: String) throws {
    let run = try convert(
      fixturePath("pretrained/" + name), "--activations", "sigmoid,sigmoid,softmax", "-o", "m.h5", "--json")
    #expect(run.status == 0, "\(run.errors)")
    let json = try run.json()
    #expect(json["parameters"]?.integer == 64 * 50 + 50 + 50 * 100 + 100 + 100 * 10 + 10)
    let layers = try #require(json["layers"]?.array)
    #expect(layers.map { $0["inputs"]?.integer } == [64, 50, 100])
    #expect(layers.map { $0["activation"]?.string } == ["sigmoid", "sigmoid", "softmax"])
    #expect(layers.allSatisfy { $0["transposed"]?.bool == (name == "digits_torch_order.pkl") })
    #expect(try folder.contents == ["m.h5"])
  }

  @Test("Weights and activations that make no network are refused by name")
  func refusals() throws {
    let weights = fixturePath("pretrained/digits_p4.pkl")
    expectRefusal(
      try convert("gone.pkl", "--activations", "relu", "-o", "m.h5"), status: 66, saying: "gone.pkl")
    expectRefusal(
      try convert(weights, "--activations", "sigmoid,sigmoid", "-o", "m.h5"), status: 65,
      saying: "digits_p4.pkl", "2 activations for 3 layers")
    expectRefusal(
      try convert(weights, "--activations", "sigmoid,sigmoid,softmaxx", "-o", "m.h5"), status: 65,
      saying: "digits_p4.pkl", "softmaxx", "softmax,")
    expectRefusal(
      try convert(fixturePath("pretrained/refused_system.pkl"), "--activations", "relu", "-o", "m.h5"),
      status: 65, saying: "refused_system.pkl", "byte")
    expectRefusal(
      try convert(fixturePath("iris/iris.csv"), "--activations", "relu", "-o", "m.h5"), status: 65,
      saying: "iris.csv")
    expectRefusal(
      try convert(weights, "--activations", "sigmoid,sigmoid,softmax", "-o", "no/m.h5"), status: 73,
      saying: "no/m.h5")
    let labels = try folder.write("a\nb\n", to: "labels.txt")
    expectRefusal(
      try convert(weights, "--activations", "sigmoid,sigmoid,softmax", "--labels", labels, "-o", "m.h5"),
      status: 65, saying: "labels.txt", "2 names for 10 outputs")
    #expect(try folder.contents == ["labels.txt"])
  }

  @Test("Kernels that do not fit each other are refused with their shapes")
  func chain() throws {
    try NumPyArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]).write(to: folder.path + "/one.npy")
    let good = try convert("one.npy", "--activations", "relu", "--orientation", "inputs-first", "-o", "m.h5")
    #expect(good.status == 0, "\(good.errors)")
    let ambiguous = try convert("one.npy", "--activations", "relu", "-o", "n.h5")
    expectRefusal(ambiguous, status: 65, saying: "one.npy", "2 → 3", "3 → 2")
    expectRefusal(
      try convert(fixturePath("pretrained/mixed_p4.pkl"), "--activations", "relu", "-o", "n.h5"), status: 65,
      saying: "mixed_p4.pkl")
  }
}
