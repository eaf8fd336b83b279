import SwiftletReports
import ArgumentParser
import Swiftlet
import SwiftletGraph
import SwiftletHDF5Writer
import SwiftletModelWriter
import SwiftletNumPy
import SwiftletPretrained

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make a model file of weights that were trained elsewhere.",
    discussion: """
      Example:
        swiftlet import weights.pkl --activations sigmoid,softmax -o model.h5

      The file is a pickle (protocols 2 to 5), an .npz or an .npy of NumPy arrays: kernels and biases such as \
      W1, b1, W2, b2, which become Dense layers. Nothing in a pickle is ever called. The model file also gets \
      a digest of each weight and a sample with its output, by which 'swiftlet verify' judges it later.
      """)

  enum Orientation: String, ExpressibleByArgument, CaseIterable {
    case inputsFirst = "inputs-first"
    case outputsFirst = "outputs-first"

    var orientation: KernelOrientation { self == .inputsFirst ? .inputsFirst : .outputsFirst }
  }

  @Argument(help: ArgumentHelp("The file with the weights.", valueName: "weights"))
  var weights: String

  @Option(help: ArgumentHelp("The activation of each layer, with commas between.", valueName: "names"))
  var activations: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The model file to write.", valueName: "file.h5"))
  var output: String

  @Option(help: ArgumentHelp("The names of the classes, a line each.", valueName: "file"))
  var labels: String?

  @Option(
    help: "Which way kernels lie, where both ways make a network: Keras has inputs first, PyTorch outputs.")
  var orientation: Orientation?

  @Flag(help: "Print the result as JSON.") var json = false

  @Flag(name: .shortAndLong, help: "Print nothing but errors.") var quiet = false

  func run() throws {
    try FileChecks.requireReadable(weights)
    let classLabels = try labels.map { try ClassLabels.read($0) } ?? []
    let names = activations.split(separator: ",", omittingEmptySubsequences: false).map {
      String($0.filter { $0 != " " })
    }
    let (file, chain) = try read(names)
    let network: Network
    do throws(GraphError) { network = try chain.network() } catch {
      throw CommandFailure.data("\(weights): \(error.description)")
    }
    guard classLabels.isEmpty || classLabels.count == network.outputWidth else {
      throw CommandFailure.data(
        "\(labels ?? ""): there are \(classLabels.count) names for \(network.outputWidth) outputs")
    }
    let metadata = ModelMetadata(
      classLabels: classLabels,
      provenance: .init(
        tool: "swiftlet " + swiftletVersion, created: ModelMetadata.Provenance.timestamp()),
      goldenSample: try goldenSample(chain, network))
    do throws(HDF5WriterError) {
      try writeModelFile(
        ModelFileContents(
          configurationJSON: network.encodeModelConfiguration(), layers: Self.stored(chain, network),
          metadata: metadata), to: output)
    } catch {
      throw CommandFailure(error)
    }
    try report(file, chain, network)
  }

  private func read(_ activations: [String]) throws(CommandFailure) -> (PretrainedFile, DenseChain) {
    var file: PretrainedFile?
    do throws(ArrayFileError) {
      let read = try PretrainedFile(contentsOf: weights)
      file = read
      return (
        read,
        try recognizeDenseChain(
          read.tensors, activations: activations, orientation: orientation?.orientation)
      )
    } catch {
      throw file == nil ? CommandFailure(reading: error) : .data("\(weights): \(error.description)")
    }
  }

  /// The layers of the chain with the names that the network gives them.
  private static func stored(_ chain: DenseChain, _ network: Network) -> [ModelFileContents.Layer] {
    let named = network.layers.filter { $0.layer is Dense }
    return zip(named, chain.layers).map { name, layer in
      var weights = [ModelFileContents.Weight(name: "kernel", shape: layer.kernelShape, values: layer.kernel)]
      if let bias = layer.bias {
        weights.append(ModelFileContents.Weight(name: "bias", shape: [layer.outputs], values: bias))
      }
      return ModelFileContents.Layer(name: name.name, weights: weights)
    }
  }

  /// Four rows of numbers from 0 to 1, the same for every file of this width, with what the runtime gives.
  private func goldenSample(_ chain: DenseChain, _ network: Network) throws(CommandFailure) -> GoldenSample {
    let rows = 4
    let width = chain.layers.first?.inputs ?? 0
    // Multiples of a number coprime to 101 visit every step from 0 to 1 in turn.
    let inputs = (0..<rows * width).map { Float($0 * 37 % 101) / 100 }
    // For each layer of the network its weights: the input layer has none.
    var dense = chain.layers[...]
    let weights = network.layers.map { entry in
      entry.layer is Dense ? dense.popFirst().map { [$0.kernel] + ($0.bias.map { [$0] } ?? []) } ?? [] : []
    }
    do throws(ModelError) {
      return try GoldenSample(
        [.init(shape: [rows, width], inputs)], from: Model(network: network, weights: weights))
    } catch {
      throw CommandFailure(error, source: self.weights)
    }
  }

  private func report(_ file: PretrainedFile, _ chain: DenseChain, _ network: Network) throws(CommandFailure)
  {
    if json {
      try Console.write(
        .members([
          ("output", .string(output)), ("parameters", .integer(network.parameterCount)),
          (
            "layers",
            .array(
              chain.layers.map { layer in
                .members([
                  ("kernel", .string(layer.kernelName)),
                  ("bias", layer.biasName.map { .string($0) } ?? .null),
                  ("inputs", .integer(layer.inputs)), ("outputs", .integer(layer.outputs)),
                  ("activation", .string(layer.activation.name)),
                  ("transposed", .bool(layer.wasTransposed)),
                ])
              })
          ), ("skipped", .array(file.skipped.map { .string($0) })),
        ]))
    } else if !quiet {
      var text = ""
      for layer in chain.layers {
        let names = [layer.kernelName, layer.biasName].compactMap { $0 }.joined(separator: ", ")
        text += "\(names): \(layer.inputs) inputs, \(layer.outputs) outputs, \(layer.activation.name)"
        text += layer.wasTransposed ? ", transposed\n" : "\n"
      }
      for skipped in file.skipped { text += "left out: \(skipped)\n" }
      text += "Wrote \(output) (\(counted(network.parameterCount, "parameter")))\n"
      try Console.write(text)
    }
  }
}
