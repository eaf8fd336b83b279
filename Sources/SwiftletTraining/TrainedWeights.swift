import SwiftletGraph

/// The numbers of a network's layers, by layer and weight name.
public struct TrainedWeights: Sendable {
  /// One weight of one layer.
  public struct Entry: Sendable {
    /// The layer's name in the network.
    public let layer: String
    /// Keras's name of the weight: `kernel`, `bias`, ….
    public let name: String
    /// Whether training changes it.
    public let isTrainable: Bool
    /// Its numbers.
    public internal(set) var tensor: Tensor
  }

  /// Every weight, layers in the network's order and the weights of each in Keras's.
  public internal(set) var entries: [Entry]

  /// The numbers of a weight; nil where there is none by that name.
  public subscript(layer: String, weight: String) -> Tensor? {
    entries.first { $0.layer == layer && $0.name == weight }?.tensor
  }

  /// Puts other numbers into a weight.
  /// - Throws: `TrainingError.data` for a weight that is not there, another shape, or a number that is not
  ///   finite.
  public mutating func set(_ tensor: Tensor, layer: String, weight: String) throws(TrainingError) {
    let place = "weight '\(layer)/\(weight)'"
    guard let index = entries.firstIndex(where: { $0.layer == layer && $0.name == weight }) else {
      throw .data("the network has no such weight", place: place)
    }
    let shape = entries[index].tensor.shape
    guard tensor.shape == shape else {
      throw .data("its shape is \(tensor.shape); the network wants \(shape)", place: place)
    }
    if let position = tensor.elements.firstIndex(where: { !$0.isFinite }) {
      throw .data("element \(position) is \(tensor.elements[position])", place: place)
    }
    entries[index].tensor = tensor
  }

  /// The weights with which the training of a network begins, each drawn by its initializer from a stream of
  /// its own.
  init(_ network: Network, seed: UInt64) throws(TrainingError) {
    var entries: [Entry] = []
    for (index, layer) in network.layers.enumerated() {
      for (position, weight) in layer.weights.enumerated() {
        var generator = SeededGenerator(seed: seed, stream: 1, UInt64(index), UInt64(position))
        let values = try weight.initializer.values(
          shape: weight.shape, place: "layer '\(layer.name)'", generator: &generator)
        entries.append(
          Entry(
            layer: layer.name, name: weight.name, isTrainable: layer.isTrainable && weight.isTrainable,
            tensor: Tensor(trusted: weight.shape, elements: values)))
      }
    }
    self.entries = entries
  }

  /// Checks that these are the weights of a network.
  /// - Throws: `TrainingError.data` naming the first that is not.
  func check(against network: Network) throws(TrainingError) {
    var position = 0
    for layer in network.layers {
      for weight in layer.weights {
        let place = "weight '\(layer.name)/\(weight.name)'"
        guard position < entries.count else { throw .data("it is missing", place: place) }
        let entry = entries[position]
        guard entry.layer == layer.name, entry.name == weight.name, entry.tensor.shape == weight.shape,
          entry.tensor.elements.count == weight.elementCount
        else {
          throw .data(
            "in its place is '\(entry.layer)/\(entry.name)' of shape \(entry.tensor.shape)", place: place)
        }
        position += 1
      }
    }
    guard position == entries.count else {
      throw .data(
        "the network has no such weight",
        place: "weight '\(entries[position].layer)/\(entries[position].name)'")
    }
  }
}
