import FixtureFiles
import Foundation
import SwiftletGraph
import SwiftletNumPy
import Testing

@Suite struct PredictTests {
  let folder: Folder
  init() throws { folder = try Folder() }

  func predict(_ model: String, _ arguments: String...) throws -> Command {
    try Command("swiftlet", ["predict", model] + arguments, in: folder)
  }

  func keras(_ name: String) -> String { fixturePath("keras/" + name) }

  /// Expects an array that `predict` wrote to be close to one that Keras, or NumPy, computed.
  func expectClose(_ name: String, to expected: String) throws {
    let array = try NumPyArray(contentsOf: folder.path + "/" + name)
    let wanted = try NumPyArray(contentsOf: fixturePath(expected))
    #expect(array.shape == wanted.shape)
    for (value, right) in zip(array.float32Values(), wanted.float32Values()) {
      #expect(abs(value - right) <= 1e-5 + 1e-5 * abs(right))
    }
  }

  @Test(
    "Outputs are written as output_0.npy, whatever the batch and the threads",
    arguments: [
      ["--batch", "1"], ["--batch", "3"], ["--threads", "2"], [],
    ])
  func output(options: [String]) throws {
    let run = try Command(
      "swiftlet",
      [
        "predict", keras("dense_softmax.h5"), "--input", keras("dense_softmax.input_0.npy"), "--output",
        "out",
      ]
        + options, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    try expectClose("out/output_0.npy", to: "keras/dense_softmax.output_0.npy")
  }

  @Test(
    "Several inputs go by order or by name, and several outputs come by number",
    arguments: [
      ["", ""], ["left=", "right="],
    ])
  func severalInputs(names: [String]) throws {
    let left = names[0] + keras("functional_two_by_two.input_0.npy")
    let right = names[1] + keras("functional_two_by_two.input_1.npy")
    // Names count, and not the order, where they are given.
    let inputs = names[0].isEmpty ? [left, right] : [right, left]
    let run = try predict(
      keras("functional_two_by_two.h5"), "--input", inputs[0], "--input", inputs[1], "--output", "out")
    #expect(run.status == 0, "\(run.errors)")
    try expectClose("out/output_0.npy", to: "keras/functional_two_by_two.output_0.npy")
    try expectClose("out/output_1.npy", to: "keras/functional_two_by_two.output_1.npy")
  }

  @Test("A length that the model leaves open is the input's")
  func openLength() throws {
    let run = try predict(
      keras("dense_open_length.h5"), "--input", keras("dense_open_length.input_0.npy"), "--output", "out")
    #expect(run.status == 0, "\(run.errors)")
    try expectClose("out/output_0.npy", to: "keras/dense_open_length.output_0.npy")
  }

  @Test("Inputs from an .npz go by the model's names, or by the usual ones")
  func npz() throws {
    for (model, archive) in [
      ("dense_softmax", "x"), ("dense_softmax", "compressed"), ("dense_softmax", "one"),
    ] {
      let run = try predict(
        keras(model + ".h5"), "--input", fixturePath("predict/\(archive).npz"), "--output", archive)
      #expect(run.status == 0, "\(run.errors)")
      try expectClose(archive + "/output_0.npy", to: "keras/\(model).output_0.npy")
    }
    let run = try predict(
      keras("functional_two_by_two.h5"), "--input", fixturePath("predict/two.npz"), "--output", "two")
    #expect(run.status == 0, "\(run.errors)")
    try expectClose("two/output_0.npy", to: "keras/functional_two_by_two.output_0.npy")
    try expectClose("two/output_1.npy", to: "keras/functional_two_by_two.output_1.npy")
  }

  @Test("An .npz without the inputs is refused with the names that it has")
  func otherNPZ() throws {
    expectRefusal(
      try predict(keras("dense_softmax.h5"), "--input", fixturePath("predict/two.npz")), status: 65,
      saying: "two.npz", "left", "right", "wanted")
  }

  @Test("An imported pickle predicts what the program that trained it did")
  func imported() throws {
    for name in ["digits_p4.pkl", "digits_torch_order.pkl", "digits.npz"] {
      let run = try Command(
        "swiftlet", "import", fixturePath("pretrained/" + name), "--activations", "sigmoid,sigmoid,softmax",
        "--labels", fixturePath("digits/classes.txt"), "-o", "model.h5", in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let predicted = try predict(
        "model.h5", "--input", fixturePath("pretrained/predict_inputs.npy"), "--output", "out")
      #expect(predicted.status == 0, "\(predicted.errors)")
      try expectClose("out/output_0.npy", to: "pretrained/predict_expected.npy")
    }
  }

  @Test("CSV goes in, and CSV comes out")
  func csv() throws {
    let inputs = try NumPyArray(contentsOf: keras("dense_softmax.input_0.npy")).float32Values()
    let expected = try NumPyArray(contentsOf: keras("dense_softmax.output_0.npy")).float32Values()
    let lines = (0..<4).map { row in inputs[row * 6..<(row + 1) * 6].map { "\($0)" }.joined(separator: ",") }
    try folder.write("a,b,c,d,e,f\n" + lines.joined(separator: "\n") + "\n", to: "x.csv")
    let run = try predict(keras("dense_softmax.h5"), "--input", "x.csv")
    let rows = run.output.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows.first?.joined(separator: ",") == "0,1,2,3,4,5,6,7,8")
    let values = rows.dropFirst().flatMap { $0 }.compactMap { Float($0) }
    #expect(values.count == expected.count)
    for (value, right) in zip(values, expected) { #expect(abs(value - right) < 1e-5) }
  }

  @Test("JSON has every output with its name and shape, and --top the likeliest classes")
  func json() throws {
    let softmax = [keras("dense_softmax.h5"), "--input", keras("dense_softmax.input_0.npy"), "--json"]
    let json = try Command("swiftlet", ["predict"] + softmax, in: folder).json()
    #expect(json["rows"]?.integer == 4)
    #expect(json["outputs"]?.array?.first?["shape"] == .integers([4, 9]))
    let expected = try NumPyArray(contentsOf: keras("dense_softmax.output_0.npy")).float32Values()
    let top = try Command("swiftlet", ["predict"] + softmax + ["--top", "2"], in: folder).json()
    for (row, list) in try #require(top["top"]?.array).enumerated() {
      let values = expected[row * 9..<(row + 1) * 9].enumerated().sorted { $0.element > $1.element }
      let found = try #require(list.array)
      #expect(found.count == 2)
      for (entry, value) in zip(found, values) {
        #expect(entry["class"]?.string == "\(value.offset)")
        #expect(abs(try #require(entry["probability"]?.double) - Double(value.element)) < 1e-5)
      }
    }
  }

  @Test("Logits become probabilities that sum to 1, and classes go by their names")
  func labels() throws {
    let trained = try Command(
      "swiftlet", "train", "--data", fixturePath("iris"), "--normalize", "--layers", "16:relu,3", "--epochs",
      "30",
      "--learning-rate", "0.01", "--quiet", "-o", "iris.h5", in: folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let top = try predict("iris.h5", "--input", fixturePath("iris/features.npy"), "--top", "9")
    let lines = top.output.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines.count == 151)
    #expect(lines.first?.count == 6, "there are three classes, however many are asked for")
    #expect(lines[1][0] == "setosa")
    for line in lines.dropFirst() {
      let sum = Float(line[1]) ?? 0, second = Float(line[3]) ?? 0, third = Float(line[5]) ?? 0
      #expect(abs(sum + second + third - 1) < 1e-4)
      #expect(sum >= second && second >= third)
    }
    let plain = try predict("iris.h5", "--input", fixturePath("iris/features.npy"))
    #expect(plain.output.hasPrefix("class,setosa,versicolor,virginica\nsetosa,"))
    let score = try Command(
      "swiftlet", "evaluate", "iris.h5", "--data", fixturePath("iris"), "--json", in: folder)
    #expect(try #require(score.json()["accuracy"]?.double) > 0.9)
    #expect(try score.json()["classes"]?.array?.last?.string == "virginica")
  }

  @Test("A reader that has seen enough is no error")
  func brokenPipe() throws {
    let process = Process()
    process.executableURL = Command.products.appendingPathComponent("swiftlet")
    process.arguments = ["predict", keras("dense_softmax.h5"), "--input", keras("dense_softmax.input_0.npy")]
    let (pipe, errors) = (Pipe(), Pipe())
    process.standardOutput = pipe
    process.standardError = errors
    try pipe.fileHandleForReading.close()
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 0)
    #expect(try errors.fileHandleForReading.readToEnd() ?? Data() == Data())
  }
}
