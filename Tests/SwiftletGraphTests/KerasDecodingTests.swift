import FixtureFiles
import SwiftletGraph
import Testing

@Suite("What Keras wrote")
struct KerasDecodingTests {
  @Test("layers, shapes, weights and counts are those that Keras reports", arguments: KerasCase.all)
  func agrees(with given: KerasCase) throws {
    let expected = try given.expected()
    let network = try given.network()
    #expect(network.parameterCount == expected["parameters"]?.integer)

    let inputs = network.inputs.map { network.specification(of: $0) }
    #expect(.array(inputs.map { .array([json($0.shape), .string($0.dataType.name)]) }) == expected["inputs"])
    let outputs = network.outputs.map { network.specification(of: $0) }
    #expect(.array(outputs.map { json($0.shape) }) == expected["outputs"])

    for layer in try #require(expected["layers"]?.array) {
      let name = try #require(layer["name"]?.string)
      let index = try #require(network.layers.firstIndex { $0.name == name })
      let found = network.layers[index]
      #expect(found.layer.className == layer["class_name"]?.string)
      #expect(found.isTrainable == layer["trainable"]?.bool)
      let weights = found.weights.map { JSONValue.array([.string($0.name), .integers($0.shape)]) }
      #expect(.array(weights) == layer["weights"], "weights of \(name)")
      let calls = network.nodes.filter { $0.layer == index }
      let shapes = calls.map { JSONValue.array($0.outputs.map { json($0.shape) }) }
      // Keras builds the chain of a Sequential more than once, and so counts more calls.
      let listed = try #require(layer["output_shapes"]?.array)
      if network.isSequential {
        #expect(shapes.first == listed.first, "output of \(name)")
      } else {
        #expect(shapes == listed, "outputs of \(name)")
      }
    }
  }

  @Test("the text that is written again is read as the same network", arguments: KerasCase.all)
  func roundTrip(of given: KerasCase) throws {
    let network = try given.network()
    let text = network.encodeModelConfiguration()
    let again = try Network.decode(modelConfiguration: text, kerasVersion: "3.15.1")
    #expect(again.encodeModelConfiguration() == text)
    #expect(again.name == network.name)
    #expect(again.isSequential == network.isSequential)
    #expect(again.layers.map { $0.name } == network.layers.map { $0.name })
    #expect(again.layers.map { $0.isTrainable } == network.layers.map { $0.isTrainable })
    #expect(again.layers.map { $0.dataTypePolicy } == network.layers.map { $0.dataTypePolicy })
    #expect(again.layers.map { $0.layer.soleActivation } == network.layers.map { $0.layer.soleActivation })
    #expect(again.nodes.map { $0.layer } == network.nodes.map { $0.layer })
    #expect(again.nodes.map { $0.inputs } == network.nodes.map { $0.inputs })
    #expect(again.nodes.map { $0.outputs } == network.nodes.map { $0.outputs })
    #expect(again.inputs == network.inputs)
    #expect(again.outputs == network.outputs)
  }

  @Test("activations mean what the version of Keras that wrote them means")
  func activations() throws {
    let shared: [Activation] = [
      .linear, .relu, .elu, .selu, .sigmoid, .tanh, .softmax, .softplus, .softsign, .gelu, .silu,
      .exponential,
    ]
    let keras2 = try KerasCase(name: "keras2_activations").network()
    #expect(keras2.layers.compactMap { $0.layer.soleActivation } == shared + [.legacyHardSigmoid])
    let keras3 = try KerasCase(name: "keras3_activations").network()
    let further: [Activation] = [.hardSigmoid, .relu6, .leakyReLU(negativeSlope: 0.2), .silu]
    #expect(keras3.layers.compactMap { $0.layer.soleActivation } == shared + further)
  }

  @Test("Swiftlet's own activations are those that Keras writes under registered names")
  func registeredActivations() throws {
    let network = try KerasCase(name: "keras3_registered").network()
    #expect((network.layers[1].layer as? Dense)?.activation == .heaviside)
    let further: [Activation] = [.sign, .gelu(approximate: true), .legacyHardSigmoid]
    #expect(network.layers.compactMap { $0.layer.soleActivation } == further)
  }

  @Test("activation layers keep their options in both spellings", arguments: ["keras2", "keras3"])
  func activationLayers(version: String) throws {
    let network = try KerasCase(name: version + "_activation_layers").network()
    let expected: [Activation] = [
      .leakyReLU(negativeSlope: 0.3), .leakyReLU(negativeSlope: 0.1), .elu(alpha: 1), .elu(alpha: 0.5), .relu,
      .relu(negativeSlope: 0.2, maxValue: 6, threshold: 0.5), .softmax(axis: -1), .softmax(axis: 1),
    ]
    #expect(network.layers.compactMap { $0.layer.soleActivation } == expected)
    let dense = network.layers.compactMap { ($0.layer as? Dense)?.activation }
    #expect(dense == [.leakyReLU(negativeSlope: 0.1), .relu(negativeSlope: 0, maxValue: 1, threshold: 0)])
  }

  @Test("a layer that is called on its own output has its calls in order", arguments: ["keras2", "keras3"])
  func sharedLayer(version: String) throws {
    let network = try KerasCase(name: version + "_shared").network()
    #expect(network.layers.map { $0.name } == ["a", "b", "shared"])
    for (index, node) in network.nodes.enumerated() {
      #expect(node.inputs.allSatisfy { $0.node < index })
    }
    // twins: shared(a), shared(shared(b)), shared(b)
    let readsInput = network.outputs.map { output in
      let read = network.nodes[output.node].inputs[0]
      return network.layerName(of: read)
    }
    #expect(readsInput == ["a", "shared", "b"])
    #expect(network.requiredNodes.allSatisfy { $0 })
  }

  @Test("dictionaries of inputs and outputs are taken in the order of their names")
  func dictionaries() throws {
    let network = try KerasCase(name: "keras3_dictionaries").network()
    #expect(network.inputs.map { network.layerName(of: $0) } == ["a", "b"])
    #expect(network.outputs.map { network.layerName(of: $0) } == ["q", "p"])
  }

  @Test("options of the layers of a digits network are read", arguments: ["keras2", "keras3"])
  func digits(version: String) throws {
    let network = try KerasCase(name: version + "_sequential_digits").network()
    let rescaling = try #require(network.layers[1].layer as? Rescaling)
    #expect(rescaling.scale == [0.0625])
    #expect(rescaling.offset == [0])
    let dropout = try #require(network.layers[3].layer as? Dropout)
    #expect(dropout.rate == 0.25)
    #expect(dropout.seed == 3)
    let dense = network.layers.compactMap { $0.layer as? Dense }
    #expect(dense.map { $0.kernelInitializer } == [.glorotUniform, .heNormal, .glorotUniform])
    #expect(dense.map { $0.useBias } == [true, true, false])
  }

  @Test("statistics that are options are spread over the kept axes", arguments: ["keras2", "keras3"])
  func normalization(version: String) throws {
    let network = try KerasCase(name: version + "_normalization").network()
    let layers = network.layers.compactMap { $0.layer as? Normalization }
    let shape = try #require(Shape([3, 4]))
    #expect(try layers.map { try $0.keptAxes(of: shape) } == [[1], [0, 1], [], [1], [1], [0]])
    #expect(try layers[0].statistics(for: shape) == nil)
    let given = try #require(try layers[3].statistics(for: shape))
    #expect(given.mean == [1, 2, 3, 4])
    #expect(given.variance == [1, 0.25, 4, 9])
    let scalar = try #require(try layers[4].statistics(for: shape))
    #expect(scalar.mean == [0.5, 0.5, 0.5, 0.5])
    #expect(layers.map { $0.invert } == [false, false, false, false, false, true])
  }
}
