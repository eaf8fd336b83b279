import FixtureFiles
import Foundation
import SwiftletNumPy
import Testing

/// What `train` says of arguments and data that will not do, before it trains.
@Suite struct TrainRefusalTests {
  let folder: Folder
  init() throws { folder = try Folder() }

  func train(_ arguments: String...) throws -> Command {
    try Command("swiftlet", ["train"] + arguments, in: folder)
  }

  @Test("A missing file is named, with status 66")
  func missing() throws {
    expectRefusal(
      try train("--data", "gone.csv", "--layers", "2", "-o", "m.h5"), status: 66,
      saying: "gone.csv", "No such file")
    expectRefusal(
      try train(
        "--inputs", fixturePath("digits/images.npy"), "--labels", "y.npy", "--layers", "2", "-o", "m.h5"),
      status: 66, saying: "y.npy")
    expectRefusal(
      try train("--data", fixturePath("iris"), "--architecture", "a.json", "-o", "m.h5"), status: 66,
      saying: "a.json")
    #expect(try folder.contents == [])
  }

  @Test("Names of classes that are too few are refused before training begins")
  func classNames() throws {
    try folder.write("one\ntwo\n", to: "names.txt")
    expectRefusal(
      try train("--data", fixturePath("iris"), "--classes", "names.txt", "--layers", "3", "-o", "m.h5"),
      status: 65, saying: "2 names of classes for 3 outputs")
    try folder.write("a,kind\n1,x\n2,x\n", to: "d.csv")
    expectRefusal(
      try train("--data", "d.csv", "--layers", "3", "-o", "m.h5"), status: 65, saying: "d.csv",
      "1 names of classes for 3 outputs")
    #expect(try folder.contents == ["d.csv", "names.txt"])
  }

  @Test("A training that diverges in its last step writes nothing")
  func divergedAtTheEnd() throws {
    let run = try train(
      "--data", fixturePath("iris"), "--layers", "8,3", "--epochs", "1", "--batch-size", "150",
      "--learning-rate", "1e36", "--quiet", "-o", "m.h5")
    expectRefusal(run, status: 65, saying: "diverged")
    #expect(try folder.contents == [])
  }

  @Test("A pipe is no file to read, and a link to nothing none to write")
  func specialFiles() throws {
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    expectRefusal(
      try train("--data", "pipe", "--layers", "2", "-o", "m.h5"), status: 66, saying: "pipe",
      "neither a file nor a folder")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link.h5", withDestinationPath: folder.path + "/gone/m.h5")
    expectRefusal(
      try train("--data", fixturePath("iris"), "--layers", "3", "-o", "link.h5"), status: 73,
      saying: "link.h5", "link to what is not there")
  }

  @Test("A folder without arrays says which it looked for")
  func emptyFolder() throws {
    expectRefusal(
      try train("--data", ".", "--layers", "2", "-o", "m.h5"), status: 66, saying: "images.npy",
      "features.npy")
  }

  @Test("A missing value in a CSV is named by line and column")
  func missingValue() throws {
    try folder.write("a,b,kind\n1,2,x\n3,,y\n", to: "d.csv")
    expectRefusal(
      try train("--data", "d.csv", "--layers", "2", "-o", "m.h5"), status: 65, saying: "d.csv", "line 3",
      "'b'")
  }

  @Test("NaN in the inputs is named by row and column")
  func notANumber() throws {
    let values: [Float] = [1, 2, 3, .nan, 5, 6]
    try NumPyArray(values, shape: [3, 2]).write(to: folder.path + "/x.npy")
    try NumPyArray([0, 1, 0] as [Int32]).write(to: folder.path + "/y.npy")
    expectRefusal(
      try train("--inputs", "x.npy", "--labels", "y.npy", "--layers", "2", "-o", "m.h5"), status: 65,
      saying: "x.npy", "row 1", "column 1", "nan")
  }

  @Test("Labels that are no class, and labels that are not as many as rows, are refused")
  func labels() throws {
    expectRefusal(
      try train("--data", fixturePath("digits"), "--layers", "9", "-o", "m.h5"), status: 65,
      saying: "label 9", "0 to 8")
    try NumPyArray([1, 2, 3, 4] as [Float], shape: [2, 2]).write(to: folder.path + "/x.npy")
    try NumPyArray([0, 1, 0] as [Int32]).write(to: folder.path + "/y.npy")
    expectRefusal(
      try train("--inputs", "x.npy", "--labels", "y.npy", "--layers", "2", "-o", "m.h5"), status: 65,
      saying: "x.npy", "3 labels for 2 rows")
  }

  @Test("A file that is no data is refused as such")
  func noData() throws {
    expectRefusal(
      try train("--data", fixturePath("keras/dense.h5"), "--layers", "2", "-o", "m.h5"), status: 65,
      saying: "dense.h5")
    try folder.write("", to: "empty.csv")
    expectRefusal(
      try train("--data", "empty.csv", "--layers", "2", "-o", "m.h5"), status: 65, saying: "empty.csv",
      "empty")
    try folder.write("{", to: "a.json")
    expectRefusal(
      try train("--data", fixturePath("iris"), "--architecture", "a.json", "-o", "m.h5"), status: 65,
      saying: "a.json")
  }

  @Test("A layer that runs and cannot be trained is named, and nothing is written")
  func untrainable() throws {
    expectRefusal(
      try train(
        "--data", fixturePath("digits"), "--architecture", fixturePath("graph/benchmark_lenet.json"), "-o",
        "m.h5"), status: 65, saying: "layer 'conv2d': class Conv2D is not supported in training", "Dense")
    #expect(try folder.contents == [])
  }

  @Test("Layers that are not understood are named, with what would be")
  func layers() throws {
    func refused(_ layers: String) throws -> Command {
      try train("--data", fixturePath("iris"), "--layers", layers, "-o", "m.h5")
    }
    expectRefusal(try refused("32:rleu,3"), status: 64, saying: "'rleu'", "relu")
    expectRefusal(try refused("0,3"), status: 64, saying: "'0'")
    expectRefusal(try refused("3,"), status: 64, saying: "--layers")
    expectRefusal(try refused("99999999999999999999"), status: 64, saying: "--layers")
    expectRefusal(try refused("dropout:2,3"), status: 64, saying: "dropout")
    expectRefusal(try refused("dropout:0.5"), status: 64, saying: "--layers")
  }

  @Test(
    "Arguments that make no sense are refused with status 64",
    arguments: [
      ["--epochs", "0"], ["--epochs", "two"], ["--batch-size", "0"], ["--learning-rate", "-1"],
      ["--learning-rate", "nan"], ["--scale", "1/0"], ["--scale", "x"], ["--test-fraction", "1"],
      ["--validation-split", "1"], ["--optimizer", "adamant"], ["--loss", "lost"], ["--save-test", "t"],
      ["--architecture", "a.json"], ["--inputs", "x.npy"], ["--sead", "1"],
    ])
  func arguments(arguments: [String]) throws {
    let run = try Command(
      "swiftlet", ["train", "--data", fixturePath("iris"), "--layers", "3", "-o", "m.h5"] + arguments,
      in: folder)
    expectRefusal(run, status: 64, saying: arguments[0])
    #expect(try folder.contents == [])
  }

  @Test(
    "A negative number is a value, and refused as one",
    arguments: [
      ["--epochs", "-3"], ["--batch-size", "-1"], ["--learning-rate", "-1"], ["--test-fraction", "-0.5"],
      ["--validation-split", "-0.5"], ["--seed", "-1"], ["--scale", "-"],
    ])
  func negative(arguments: [String]) throws {
    let run = try Command(
      "swiftlet", ["train", "--data", fixturePath("iris"), "--layers", "3", "-o", "m.h5"] + arguments,
      in: folder)
    expectRefusal(run, status: 64, saying: arguments[0])
    #expect(!run.errors.contains("Missing"), "\(run.errors)")
  }

  @Test("A network that no memory holds is refused, and a batch larger than the data is all of them")
  func enormous() throws {
    expectRefusal(
      try train("--data", fixturePath("iris"), "--layers", "1000000,1000000,1000000", "-o", "m.h5"),
      status: 71,
      saying: "no memory", "parameters")
    let run = try train(
      "--data", fixturePath("iris"), "--layers", "3", "--batch-size", "\(Int.max)", "--epochs", "1", "-o",
      "m.h5")
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("An output that cannot be written is found before training begins, and harms nothing")
  func unwritable() throws {
    func refused(_ output: String) throws -> Command {
      try train("--data", fixturePath("iris"), "--layers", "3", "-o", output)
    }
    expectRefusal(try refused("no/such/m.h5"), status: 73, saying: "no/such/m.h5", "No such file")
    expectRefusal(try refused("."), status: 73, saying: "it is a folder")
    expectRefusal(try refused("/dev/null"), status: 73, saying: "/dev/null")
    expectRefusal(try refused("m.keras"), status: 64, saying: "m.keras", ".h5")
    #expect(try folder.contents == [])
  }

  @Test("A model file that was there stays as it was when training fails")
  func diverged() throws {
    try folder.write("precious", to: "m.h5")
    try folder.write("1,2,1e30\n2,3,-1e30\n3,4,2e30\n", to: "d.csv")
    let run = try train(
      "--data", "d.csv", "--layers", "4,1", "--optimizer", "sgd", "--learning-rate", "1", "--quiet", "-o",
      "m.h5")
    expectRefusal(run, status: 65, saying: "d.csv", "diverged", "learning rate")
    #expect(try folder.bytes(of: "m.h5") == Data("precious".utf8))
    #expect(try folder.contents == ["d.csv", "m.h5"])
  }

  @Test("Help shows an example, and unknown subcommands are refused")
  func help() throws {
    for name in ["train", "evaluate", "predict", "inspect", "verify", "import"] {
      let run = try Command("swiftlet", name, "--help", in: folder)
      #expect(run.status == 0)
      #expect(run.output.contains("Example:\n  swiftlet " + name))
    }
    expectRefusal(try Command("swiftlet", "trian", in: folder), status: 64, saying: "trian")
  }
}
