import Swiftlet
import SwiftletGraph
import Testing

/// Networks of many small calls. A file describes one in some megabytes, so what is done for each call must not grow
/// with their number: with the square of it, these tests would take minutes.
@Suite("A network of many calls")
struct LargeNetworkTests {
  static let count = 16_000

  /// A network of one input of four numbers, and of calls that read what `inputs` says: the input is node 0.
  private func model(
    _ count: Int = count, layer: (Int) -> any Layer, inputs: (Int) -> [Int], outputs: [Int]
  ) throws -> Model {
    let shape = try #require(Shape([4]))
    var layers = [Network.NamedLayer(name: "x", layer: InputLayer(TensorSpecification(shape: shape)))]
    var nodes = [Network.Node(layer: 0, inputs: [])]
    for index in 1...count {
      layers.append(Network.NamedLayer(name: "layer_\(index)", layer: layer(index)))
      nodes.append(
        Network.Node(layer: index, inputs: inputs(index).map { Network.TensorReference(node: $0) }))
    }
    let network = try Network(
      name: "large", layers: layers, nodes: nodes, inputs: [Network.TensorReference(node: 0)],
      outputs: outputs.map { Network.TensorReference(node: $0) })
    return try Model(network: network, weights: layers.map { _ in [] })
  }

  /// Each adds one to what it reads.
  private func increment(_ index: Int) -> any Layer { Rescaling(scale: [1], offset: [1]) }

  /// Runs one row of zeros.
  private func run(_ model: Model, maximumBatch: Int = 1) throws -> [[Float]] {
    var session = try model.makeSession(maximumBatch: maximumBatch)
    return try session.predict([[0, 0, 0, 0]], rows: 1)
  }

  @Test("in a chain")
  func chain() throws {
    let model = try model(layer: increment, inputs: { [$0 - 1] }, outputs: [Self.count])
    #expect(try run(model) == [[Float](repeating: Float(Self.count), count: 4)])
  }

  @Test("in a chain of which every tensor is an output")
  func outputs() throws {
    let all = Array(1...Self.count)
    let model = try model(layer: increment, inputs: { [$0 - 1] }, outputs: all)
    #expect(try run(model, maximumBatch: 8).map { $0[3] } == all.map { Float($0) })
  }

  @Test("which are alive all at once, and all added at the end")
  func fan() throws {
    let model = try model(
      layer: { $0 == Self.count ? Add() : increment($0) },
      inputs: { $0 == Self.count ? Array(1..<Self.count) : [0] }, outputs: [Self.count])
    #expect(try run(model) == [[Float](repeating: Float(Self.count - 1), count: 4)])
  }

  @Test("each of which adds the first tensor once more")
  func additions() throws {
    let model = try model(
      layer: { $0 == 1 ? increment($0) : Add() }, inputs: { $0 == 1 ? [0] : [1, $0 - 1] },
      outputs: [Self.count])
    #expect(try run(model) == [[Float](repeating: Float(Self.count), count: 4)])
  }

  @Test("which are views of one storage, written in place between them")
  func views() throws {
    let model = try model(
      layer: { $0 % 2 == 1 ? increment($0) : Reshape($0 % 4 == 2 ? [2, 2] : [4]) },
      inputs: { [$0 - 1] }, outputs: [Self.count])
    #expect(try run(model) == [[Float](repeating: Float(Self.count / 2), count: 4)])
  }

  @Test("of one layer, of whose normalizations the first sixteen are folded into copies of its weights")
  func normalizations() throws {
    let count = 40
    let shape = try #require(Shape([3]))
    var layers = [
      Network.NamedLayer(name: "x", layer: InputLayer(TensorSpecification(shape: shape))),
      Network.NamedLayer(name: "dense", layer: Dense(1, useBias: false)),
    ]
    var nodes = [Network.Node(layer: 0, inputs: [])]
    // gamma, beta, mean, variance and an epsilon of nothing: the factor is a power of two, so folding rounds nothing.
    var weights: [[[Float]]] = [[], [[1, 2, 3]]]
    for index in 0..<count {
      layers.append(
        Network.NamedLayer(name: "normalization_\(index)", layer: BatchNormalization(epsilon: 0)))
      weights.append([[2], [Float(index)], [0], [1]])
      nodes.append(Network.Node(layer: 1, inputs: [Network.TensorReference(node: 0)]))
      nodes.append(
        Network.Node(layer: 2 + index, inputs: [Network.TensorReference(node: nodes.count - 1)]))
    }
    let network = try Network(
      name: "normalizations", layers: layers, nodes: nodes, inputs: [Network.TensorReference(node: 0)],
      outputs: (1...count).map { Network.TensorReference(node: 2 * $0) })
    var session = try Model(network: network, weights: weights).makeSession(maximumBatch: 1)
    #expect(session.steps.filter { $0.operation == "rescale" }.count == count - 16)
    #expect(try session.predict([[1, 1, 1]], rows: 1) == (0..<count).map { [12 + Float($0)] })
  }

  @Test("or of one tensor that is given again and again")
  func repeated() throws {
    let model = try model(
      1, layer: increment, inputs: { [$0 - 1] }, outputs: [Int](repeating: 1, count: 100_000))
    #expect(try run(model).allSatisfy { $0 == [1, 1, 1, 1] })
  }
}
