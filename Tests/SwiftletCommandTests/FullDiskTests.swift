import FixtureFiles
import Foundation
import SwiftletNumPy
import Testing

/// Outputs for which there is no room: one line, status 74, and what was there stays as it was.
@Suite("A full disk")
struct FullDiskTests {
  let folder: Folder
  let model = fixturePath("keras/dense_softmax.h5")
  let rows = fixturePath("keras/dense_softmax.input_0.npy")
  init() throws { folder = try Folder() }

  /// A file may take 512 bytes, and to write past that is an error rather than a signal. Such a write stops part
  /// way, as one on a full disk does.
  static let smallFiles = "trap '' XFSZ; ulimit -f 1; exec \"$@\""

  #if os(Linux)
    @Test("Standard output on a full device", arguments: ["swiftlet", "swiftlet-run"])
    func standardOutput(command: String) throws {
      let script = "exec \"$@\" > /dev/full"
      let verbs = [["inspect", model], ["inspect", model, "--json"], ["verify", model], ["--help"]]
      for arguments in verbs + (command == "swiftlet" ? [["predict", model, "--input", rows]] : []) {
        expectRefusal(
          try Command(command, arguments, in: folder, through: script), status: 74, saying: "standard output",
          "No space left")
      }
    }

    @Test("An array that goes to a full device", arguments: ["swiftlet-run"])
    func device(command: String) throws {
      try FileManager.default.createDirectory(atPath: folder.path + "/out", withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/out/output_0.npy", withDestinationPath: "/dev/full")
      expectRefusal(
        try Command(command, ["predict", model, "--input", rows, "--output", "out"], in: folder), status: 74,
        saying: "out/output_0.npy", "No space left")
    }
  #endif

  @Test("predict leaves the old array whole, and nothing beside it", arguments: ["swiftlet", "swiftlet-run"])
  func predict(command: String) throws {
    let inputs = [Float](repeating: 0.5, count: 6 * 200)
    try NumPyArray(inputs, shape: [200, 6]).write(to: folder.path + "/x.npy")
    let arguments = ["predict", model, "--input", "x.npy", "--output", "out"]
    #expect(try Command(command, arguments, in: folder).status == 0)
    let old = try folder.bytes(of: "out/output_0.npy")
    #expect(old.count > 512)
    expectRefusal(
      try Command(command, arguments, in: folder, through: Self.smallFiles), status: 74,
      saying: "out/output_0.npy", "File too large")
    #expect(try folder.bytes(of: "out/output_0.npy") == old)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out") == ["output_0.npy"])
  }

  @Test("train and import leave the old model whole, and nothing beside it")
  func models() throws {
    let train = [
      "train", "--data", fixturePath("iris"), "--layers", "8,3", "--epochs", "1", "--quiet", "-o", "model.h5",
    ]
    let imports = [
      "import", fixturePath("pretrained/digits.npz"), "--activations", "sigmoid,sigmoid,softmax", "--quiet",
      "-o",
      "model.h5",
    ]
    for arguments in [train, imports] {
      #expect(try Command("swiftlet", arguments, in: folder).status == 0)
      let old = try folder.bytes(of: "model.h5")
      expectRefusal(
        try Command("swiftlet", arguments, in: folder, through: Self.smallFiles), status: 74,
        saying: "model.h5", "File too large")
      #expect(try folder.bytes(of: "model.h5") == old)
      #expect(try folder.contents == ["model.h5"])
    }
  }
}
