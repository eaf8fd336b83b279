import SwiftletGraph
import SwiftletHDF5Reader

/// A network with its weights, ready to run: immutable, and safe to share between threads.
///
/// ```swift
/// let model = try Model(contentsOf: "digits.h5")
/// var session = try model.makeSession(maximumBatch: 100)
/// ```
/// Opening a model checks the whole file before anything is computed, packs each weight into the form that the kernels
/// want, a small part at a time, and closes the file. What happens to the file afterwards has no effect.
public struct Model: Sendable {
  /// The network that the file describes.
  public let network: Network
  /// What a session wants, in order.
  public let inputs: [TensorDescription]
  /// What a session gives, in order.
  public let outputs: [TensorDescription]
  /// What Swiftlet wrote beside the network; nil for a file that Keras wrote.
  public let metadata: ModelMetadata?
  /// The Keras version that the file names.
  public let kerasVersion: String?
  /// The instruction set that its kernels use.
  public let instructionSet: InstructionSet
  /// What its dense layers are computed in.
  public let precision: Precision

  let program: Program
  /// Where each weight lies in the file, layer after layer; empty where there is no file.
  private let weightPlaces: [WeightPlace]
  /// Room beside the weights, for the first sessions.
  private let spare: SpareMemory

  /// Opens a model file.
  /// - Parameters:
  ///   - path: a Keras HDF5 file (`model.save("model.h5")`) or one that Swiftlet wrote.
  ///   - instructionSet: the fastest that the processor has, unless a test forces another.
  ///   - precision: what dense layers are computed in; less than float32 costs accuracy.
  /// - Throws: `ModelError` that says what is wrong with the file, and where.
  public init(
    contentsOf path: String, instructionSet: InstructionSet = .best, precision: Precision = .float32
  ) throws(ModelError) {
    let source: ByteSource
    do throws(HDF5Error) {
      source = try ByteSource(path: path)
    } catch {
      throw .file(error)
    }
    try self.init(source: source, instructionSet: instructionSet, precision: precision)
  }

  /// Opens a model from the bytes of a model file.
  public init(
    bytes: [UInt8], instructionSet: InstructionSet = .best, precision: Precision = .float32
  ) throws(ModelError) {
    try self.init(
      source: ByteSource(bytes: bytes), instructionSet: instructionSet, precision: precision)
  }

  /// Opens a model from a file, a part of a file, or memory.
  public init(
    source: ByteSource, instructionSet: InstructionSet = .best, precision: Precision = .float32
  ) throws(ModelError) {
    defer { LoadingMemory.close() }
    let file = try ModelFile(source: try LoadingMemory.read(source))
    let metadata: ModelMetadata?
    do throws(MetadataError) {
      metadata = try ModelMetadata.read(from: file.file)
    } catch {
      throw .metadata(error)
    }
    try self.init(
      network: file.network, weights: .file(file.datasets), instructionSet: instructionSet,
      precision: precision, metadata: metadata, places: WeightPlace.all(file.datasets),
      kerasVersion: file.kerasVersion)
  }

  /// A model of a network and weights that the program has.
  /// - Parameter weights: for each layer of the network, for each of its weights, all elements in order.
  public init(
    network: Network, weights: [[[Float]]], instructionSet: InstructionSet = .best,
    precision: Precision = .float32
  ) throws(ModelError) {
    try WeightSource.check(weights, network: network)
    try self.init(
      network: network, weights: .arrays(weights), instructionSet: instructionSet, precision: precision,
      metadata: nil, places: [], kerasVersion: nil)
  }

  private init(
    network: Network, weights: WeightSource.Storage, instructionSet: InstructionSet, precision: Precision,
    metadata: ModelMetadata?, places: [WeightPlace], kerasVersion: String?
  ) throws(ModelError) {
    guard let kernels = Kernels(instructionSet) else {
      throw .argument("this processor has no \(instructionSet.name)", name: "instructionSet")
    }
    self.network = network
    self.metadata = metadata
    weightPlaces = places
    self.kerasVersion = kerasVersion
    self.instructionSet = instructionSet
    self.precision = precision
    inputs = Session.describe(network.inputs, in: network)
    outputs = Session.describe(network.outputs, in: network)
    LoadingMemory.reserve(for: network)
    defer { LoadingMemory.close() }
    let source = WeightSource(weights, network: network, kernels: kernels)
    program = try PlanBuilder(
      network: network, weights: source, kernels: kernels, precision: precision
    ).build()
    spare = SpareMemory()
  }

  /// Makes a place to run the model from.
  /// - Parameters:
  ///   - maximumBatch: the most rows that a run will have.
  ///   - maximumLengths: a length for each dimension that the model leaves open, in the order of the inputs.
  ///   - pool: threads for runs that are large enough to be worth it; by default the caller's alone.
  /// - Throws: `ModelError.argument` for a length or batch that is not possible; `.memory`.
  public func makeSession(
    maximumBatch: Int, maximumLengths: [Int] = [], pool: ThreadPool? = nil
  ) throws(ModelError) -> Session {
    try Session(
      program: program, maximumBatch: maximumBatch, lengths: maximumLengths, pool: pool, spare: spare)
  }

  /// Every weight: whose it is, and where it lies in the file. Empty for a model of arrays. Made anew each time.
  public var weights: [WeightDescription] {
    var places = weightPlaces.makeIterator()
    var all: [WeightDescription] = []
    for layer in network.layers {
      for weight in layer.weights {
        guard let place = places.next() else { return all }
        all.append(WeightDescription(layer: layer.name, weight: weight, place: place))
      }
    }
    return all
  }

  /// The bytes that packed weights take in memory.
  public var packedWeightBytes: Int { program.weightBytes }
}
