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

  @Test("inspect shows a file that Keras wrote")
  func keras() throws {
    let path = fixturePath("keras/dense_stack.h5")
    let run = try Command("swiftlet", "inspect", path, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("no Swiftlet metadata"))
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

  @Test("Both commands verify alike: the same status, the same text")
  func alike() throws {
    try train()
    var bytes = try folder.bytes(of: "iris.h5")
    let weights = try #require(
      Command("swiftlet", "inspect", "iris.h5", "--json", in: folder).json()["weights"]?.array)
    bytes[try #require(weights[3]["offset"]?.integer)] ^= 64
    try bytes.write(to: URL(fileURLWithPath: folder.path + "/damaged.h5"))
    let files: [(String, Int32, String)] = [
      ("iris.h5", 0, "golden sample gives what it must (off by 0.0 at most"),
      (fixturePath("keras/dense_stack.h5"), 0, "nothing to verify it by"),
      ("damaged.h5", 65, "is damaged: its digest differs"), ("gone.h5", 66, "gone.h5"),
      (fixturePath("keras/damaged_half.h5"), 65, "damaged_half.h5"),
      (fixturePath("keras/damaged_text.h5"), 65, "not an HDF5 file"),
      (fixturePath("keras/refuse_lambda.h5"), 65, "Lambda"), (".", 66, "directory"),
    ]
    for (file, status, text) in files {
      for options in [[], ["--json"]] {
        let one = try Command("swiftlet", ["verify", file] + options, in: folder)
        let other = try Command("swiftlet-run", ["verify", file] + options, in: folder)
        #expect(one.status == status && other.status == status, "\(file): \(one.errors)\(other.errors)")
        #expect(one.output == other.output)
        if status == 0 || status == 65 && file == "damaged.h5" {
          #expect(one.errors.replacing("swiftlet: ", with: "swiftlet-run: ") == other.errors)
        }
        if options.isEmpty {
          for command in [one, other] {
            #expect((command.output + command.errors).contains(text), "\(command.output)\(command.errors)")
          }
        }
      }
    }
  }

  @Test("Both commands inspect alike")
  func inspectAlike() throws {
    try train()
    for file in ["iris.h5", fixturePath("keras/functional_two_by_two.h5")] {
      for options in [[], ["--json"]] {
        let one = try Command("swiftlet", ["inspect", file] + options, in: folder)
        let other = try Command("swiftlet-run", ["inspect", file] + options, in: folder)
        #expect(one.status == 0 && other.status == 0, "\(one.errors)\(other.errors)")
        #expect(!one.output.isEmpty && one.output == other.output)
      }
    }
  }

  @Test("A .keras file and an array are called by name, with what would do instead")
  func otherFormats() throws {
    try Data([0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 600)).write(
      to: URL(fileURLWithPath: folder.path + "/model.keras"))
    for command in ["swiftlet", "swiftlet-run"] {
      for verb in ["inspect", "verify"] {
        expectRefusal(
          try Command(command, verb, "model.keras", in: folder), status: 65, saying: "model.keras: ",
          "ZIP archive", ".keras", "save(\"model.h5\")")
      }
      expectRefusal(
        try Command(command, "inspect", fixturePath("iris/features.npy"), in: folder), status: 65,
        saying: "features.npy: ", "NumPy array")
    }
  }
}
