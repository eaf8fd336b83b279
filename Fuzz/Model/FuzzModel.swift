import Swiftlet
import SwiftletGraph

/// Opens what libFuzzer gives as a model, and runs one batch where it is small: a whole model file, or a
/// model_config whose weights are made up here, which leads further into the plan, the packing and the kernels
/// than a file does, most of whose changes end at a weight that does not fit. Anything but an error or as many
/// numbers as the outputs have is a bug; and so is a file that gives something else than its bytes do.
@_cdecl("swiftlet_fuzz_model")
func fuzzModel(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
  guard bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) else {
    _ = Outcome { () throws(ModelError) in try model(ofConfiguration: bytes) }
    return 0
  }
  // HDF5 says itself where it ends. With zeros behind it, a file is read in each of the ways for its size.
  let size = [0, 100_000, 600_000, 2_700_000][count % 4]
  let padded = bytes + [UInt8](repeating: 0, count: max(0, size - count))
  file.hold(padded)
  let expected = Outcome { () throws(ModelError) in try Model(bytes: padded) }
  precondition(expected == Outcome { () throws(ModelError) in try Model(contentsOf: file.path) })
  return 0
}

private let file = InputFile()

/// What came of a model.
private enum Outcome: Equatable {
  case error(String)
  /// The bits of all outputs; nothing where the model was not run.
  case outputs([[UInt32]])

  init(_ open: () throws(ModelError) -> Model?) {
    do throws(ModelError) {
      let model = try open()
      self = .outputs(try model.map { model throws(ModelError) in try run(model) } ?? [])
    } catch {
      precondition(!error.description.isEmpty)
      self = .error(error.description)
    }
  }
}

private func model(ofConfiguration bytes: [UInt8]) throws(ModelError) -> Model? {
  guard let network = try? Network.decode(modelConfiguration: bytes, kerasVersion: nil),
    network.parameterCount <= 1 << 16
  else { return nil }
  return try Model(
    network: network,
    weights: network.layers.map { layer in
      layer.weights.enumerated().map { index, weight in
        (0..<weight.elementCount).map { Float(($0 &* 7 &+ index) % 13) / 8 - 0.5 }
      }
    })
}

private func run(_ model: Model) throws(ModelError) -> [[UInt32]] {
  let open = model.inputs.reduce(0) { $0 + $1.shape.dimensions.count { $0 == nil } }
  let lengths = [Int](repeating: 5, count: open)
  let network: Network
  do throws(GraphError) {
    network = try model.network.resolvingLengths(lengths)
  } catch {
    // What the network refuses, the session must refuse too.
    precondition((try? model.makeSession(maximumBatch: 1, maximumLengths: lengths).inputs) == nil)
    return []
  }
  guard isSmall(network) else { return [] }
  var session = try model.makeSession(maximumBatch: 2, maximumLengths: lengths)
  let inputs = session.inputs.map { input in
    (0..<2 * (input.shape.elementCount ?? 0)).map { Float($0 % 11) / 4 - 1 }
  }
  let outputs = try session.predict(inputs, rows: 2)
  precondition(outputs.count == session.outputs.count)
  for (output, description) in zip(outputs, session.outputs) {
    precondition(output.count == 2 * (description.shape.elementCount ?? 0))
  }
  return outputs.map { $0.map { $0.bitPattern } }
}

/// Whether the products of one row are few enough to be computed while a fuzzer waits: of each node, the
/// numbers that come out with the weights that each may meet, and the numbers that go in once more for those
/// that look at all places.
private func isSmall(_ network: Network) -> Bool {
  var work = 0
  for node in network.nodes {
    let weights = network.layers[node.layer].weights.reduce(1) { $0 + $1.elementCount }
    let inputs = node.inputs.map { network.nodes[$0.node].outputs[$0.output].shape.elementCount ?? 0 }
    for size in inputs + node.outputs.map({ $0.shape.elementCount ?? 0 }) {
      let (products, overflow) = size.multipliedReportingOverflow(by: weights)
      guard !overflow, products < 1 << 24 else { return false }
      work += products
    }
  }
  return work < 1 << 25
}

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@main
struct FuzzModel {
  static func main() {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    _ = runDriver(&count, &arguments, fuzzModel)
  }
}
