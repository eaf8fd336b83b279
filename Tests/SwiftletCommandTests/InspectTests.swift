import FixtureFiles
import Foundation
import SwiftletGraph
import Testing

/// `inspect` and `verify`.
@Suite struct InspectTests {
  let folder: Folder
  init() throws { folder = try Folder() }

  func train() throws {
    let run = try Command(
      "swiftlet", "train", "--data", fixturePath("iris"), "--normalize", "--layers", "8:tanh,3", "--epochs",
      "3",
      "--seed", "18446744073709551615", "--quiet", "-o", "iris.h5", in: folder)
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("inspect shows layers, weights where they lie, and the metadata")
  func inspect() throws {
    try train()
    let text = try Command("swiftlet", "inspect", "iris.h5", in: folder)
    #expect(text.status == 0, "\(text.errors)")
    for part in [
      "Normalization", "Dense, tanh", "(None, 8)", "setosa", "swiftlet 0.1.0", "trained for 3 epochs",
    ] {
      #expect(text.output.contains(part), "\(text.output)")
    }
    let json = try Command("swiftlet", "inspect", "iris.h5", "--json", in: folder).json()
    #expect(json["parameters"]?.integer == 9 + 4 * 8 + 8 + 8 * 3 + 3)
    #expect(
      json["layers"]?.array?.map { $0["class"]?.string } == ["InputLayer", "Normalization", "Dense", "Dense"])
    #expect(json["metadata"]?["provenance"]?["seed"]?.string == "18446744073709551615")
    #expect(json["metadata"]?["history"]?["loss"]?.array?.count == 3)
    let weights = try #require(json["weights"]?.array)
    let file = try folder.bytes(of: "iris.h5")
    #expect(weights.count == 7)
    for weight in weights {
      let offset = try #require(weight["offset"]?.integer)
      #expect(offset % 64 == 0 && offset + (weight["bytes"]?.integer ?? 0) <= file.count)
    }
  }

  @Test("inspect shows a file that Keras wrote, and verify says that there is nothing to verify it by")
  func keras() throws {
    let path = fixturePath("keras/dense_stack.h5")
    let run = try Command("swiftlet", "inspect", path, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("no Swiftlet metadata"))
    expectRefusal(
      try Command("swiftlet", "verify", path, in: folder), status: 65, saying: "dense_stack.h5",
      "nothing to verify")
    expectRefusal(try Command("swiftlet", "inspect", "gone.h5", in: folder), status: 66, saying: "gone.h5")
  }

  @Test("verify finds a file sound as it was written, and names the weight of which one bit is changed")
  func verify() throws {
    try train()
    let sound = try Command("swiftlet", "verify", "iris.h5", in: folder)
    #expect(sound.status == 0, "\(sound.errors)")
    #expect(sound.output.contains("7 weights"))
    let weights = try #require(
      Command("swiftlet", "inspect", "iris.h5", "--json", in: folder).json()["weights"]?.array)
    let kernel = try #require(weights.first { $0["name"]?.string == "kernel" })
    var bytes = try folder.bytes(of: "iris.h5")
    bytes[try #require(kernel["offset"]?.integer)] ^= 1
    try bytes.write(to: URL(fileURLWithPath: folder.path + "/iris.h5"))
    expectRefusal(
      try Command("swiftlet", "verify", "iris.h5", in: folder), status: 65, saying: "iris.h5: ",
      "dense/kernel",
      "damaged")
    let json = try Command("swiftlet", "verify", "iris.h5", "--json", in: folder)
    #expect(json.status == 65)
    #expect(try json.json()["sound"]?.bool == false)
    #expect(try json.json()["damaged"]?.array?.count == 1)
  }
}
