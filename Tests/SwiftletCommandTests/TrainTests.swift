import FixtureFiles
import Foundation
import SwiftletGraph
import SwiftletNumPy
import Testing

@Suite struct TrainTests {
  let folder: Folder
  init() throws { folder = try Folder() }

  @Test("train learns the digits, and says as JSON how well, on rows that it was not shown")
  func digits() throws {
    let run = try Command(
      "swiftlet", "train", "--data", fixturePath("digits"), "--scale", "1/16", "--layers",
      "32:relu,16:relu,10",
      "--epochs", "20", "--learning-rate", "0.003", "--test-fraction", "0.2", "--seed", "1", "--save-test",
      "held",
      "-o", "digits.h5", "--json", in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let json = try run.json()
    #expect(json["rows"]?.integer == 1438)
    #expect(json["test_rows"]?.integer == 359)
    #expect(json["parameters"]?.integer == 64 * 32 + 32 + 32 * 16 + 16 + 16 * 10 + 10)
    #expect(try #require(json["test"]?["accuracy"]?.double) > 0.93)
    // About ten lines where nobody watches, and no bar.
    #expect((8...12).contains(run.errors.split(separator: "\n").count))
    #expect(!run.errors.contains("\r"))
    #expect(try folder.contents == ["digits.h5", "held"])
    let images = try NumPyArray(contentsOf: folder.path + "/held/images.npy")
    let labels = try NumPyArray(contentsOf: folder.path + "/held/labels.npy")
    #expect(images.shape == [359, 64])
    #expect(labels.shape == [359])
    #expect(images.float32Values().max() == 16, "the rows are as they were before the network scales them")
    #expect(try folder.bytes(of: "held/classes.txt") == Data(fixtureBytes("digits/classes.txt")))
  }

  @Test("The same seed gives the same numbers, and another seed others")
  func seeds() throws {
    func loss(_ seed: String) throws -> Double {
      let run = try Command(
        "swiftlet", "train", "--data", fixturePath("iris"), "--normalize", "--layers", "8:tanh,3", "--epochs",
        "3",
        "--seed", seed, "-o", "iris.h5", "--json", in: folder)
      return try #require(run.json()["train"]?["loss"]?.double)
    }
    let first = try loss("3")
    #expect(try loss("3") == first)
    #expect(try loss("4") != first)
  }

  @Test("A CSV with names of classes trains, by its last column or by one that is told")
  func csv() throws {
    let last = try Command(
      "swiftlet", "train", "--data", fixturePath("iris/iris.csv"), "--normalize", "--layers", "16:relu,3",
      "--epochs", "40", "--learning-rate", "0.01", "-o", "iris.h5", "--json", in: folder)
    #expect(last.status == 0, "\(last.errors)")
    #expect(try #require(last.json()["train"]?["accuracy"]?.double) > 0.9)
    try folder.write("kind,a,b\nx,1,2\ny,3,4\nx,1,3\ny,4,4\n", to: "first.csv")
    let told = try Command(
      "swiftlet", "train", "--data", "first.csv", "--label-column", "kind", "--layers", "2", "-o", "first.h5",
      "--quiet", in: folder)
    #expect(told.status == 0, "\(told.errors)")
    #expect(told.output == "" && told.errors == "")
  }

  @Test(
    "Arrays in a file each, an .npz, IDX and a gzip stream are read",
    arguments: [
      ["--inputs", "rows_x.npy", "--labels", "rows_y.npy"], ["--data", "rows.npz"],
      ["--inputs", "rows_x.idx", "--labels", "rows_y.idx.gz"],
    ])
  func formats(options: [String]) throws {
    let paths = options.map { $0.hasPrefix("--") ? $0 : fixturePath("training/" + $0) }
    let run = try Command(
      "swiftlet", ["train"] + paths + ["--layers", "4:relu,3", "--epochs", "1", "-o", "m.h5"], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try folder.contents == ["m.h5"])
  }

  @Test("An architecture that Keras wrote is trained as it is")
  func architecture() throws {
    let run = try Command(
      "swiftlet", "train", "--data", fixturePath("digits"), "--architecture",
      fixturePath("graph/keras3_sequential_digits.json"), "--epochs", "1", "-o", "m.h5", "--json", in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try folder.contents == ["m.h5"])
  }

  @Test(
    "Every layer, optimizer and loss that the help names trains",
    arguments: [
      ["--optimizer", "sgd"], ["--optimizer", "momentum"], ["--loss", "mse"], ["--loss", "mae"],
      ["--loss", "mean_squared_error"], ["--validation-split", "0.25"],
    ])
  func options(options: [String]) throws {
    try folder.write("1,2,0.5\n2,3,0.25\n3,4,1.5\n4,5,0\n", to: "d.csv")
    let run = try Command(
      "swiftlet", ["train", "--data", "d.csv", "--layers", "4:relu,dropout:0.1,1", "-o", "m.h5"] + options,
      in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("val_loss") == (options[0] == "--validation-split"))
  }
}
