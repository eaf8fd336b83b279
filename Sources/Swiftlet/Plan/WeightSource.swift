import SwiftletGraph
import SwiftletHDF5Reader
import SwiftletKernels

/// Where the numbers of a network's weights come from: a model file, or arrays that the program has.
/// Shapes have been checked against the network before a plan reads from here.
final class WeightSource: Sendable {
  private enum Storage: Sendable {
    /// For each layer and each of its weights, the dataset.
    case file([[HDF5Dataset]])
    /// For each layer and each of its weights, all elements.
    case arrays([[[Float]]])
  }

  private let storage: Storage
  private let network: Network
  /// At most this many numbers are in memory beside their packed form, unless a single row is longer.
  private static let windowCount = 1 << 15
  /// Room for the part of a weight that is being packed. One thread loads a model.
  private let window = try? WeightMemory(uninitializedCount: windowCount)

  /// The weights of a file, found by `WeightDirectory`.
  init(datasets: [[HDF5Dataset]], network: Network) {
    storage = .file(datasets)
    self.network = network
  }

  /// Weights that are in memory already.
  /// - Throws: `ModelError.weight` for one whose count is not the network's.
  init(arrays: [[[Float]]], network: Network) throws(ModelError) {
    guard arrays.count == network.layers.count else {
      throw .argument(
        "weights for \(arrays.count) layers; the network has \(network.layers.count)", name: "weights")
    }
    for (layer, given) in zip(network.layers, arrays) {
      guard given.count == layer.weights.count else {
        throw .argument(
          "\(given.count) weights for layer '\(layer.name)'; it has \(layer.weights.count)", name: "weights")
      }
      for (weight, values) in zip(layer.weights, given) where values.count != weight.elementCount {
        throw .weight(
          "\(values.count) numbers; its shape \(weight.shape) has \(weight.elementCount)", layer: layer.name,
          weight: weight.name)
      }
    }
    storage = .arrays(arrays)
    self.network = network
  }

  /// Reads elements from `first` on, as many as `target` holds, converted to float32.
  /// - Precondition: they lie within the weight's checked shape.
  func read(layer: Int, weight: Int, from first: Int, into target: UnsafeMutableBufferPointer<Float>)
    throws(ModelError)
  {
    switch storage {
    case .file(let datasets):
      do throws(HDF5Error) {
        unsafe try datasets[layer][weight].readFloat32(into: target, from: first)
      } catch {
        let owner = network.layers[layer]
        throw .weight(error.description, layer: owner.name, weight: owner.weights[weight].name)
      }
    case .arrays(let arrays):
      let values = arrays[layer][weight]
      for index in 0..<target.count { unsafe target[index] = values[first + index] }
    }
  }

  /// Reads a kernel (inner, columns) and lays its rows where their panels have them, as `swiftlet_pack` would.
  /// - Parameter scale: a factor for each column, or nil.
  /// - Precondition: `packed` has room for all panels, and the kernel's checked shape has as many elements.
  func pack(
    layer: Int, weight: Int, inner: Int, columns: Int, scale: [Double]?, into packed: WeightMemory
  ) throws(ModelError) {
    unsafe try forParts(layer: layer, weight: weight, inner: inner, columns: columns, scale: scale) {
      unsafe swiftlet_pack_rows($0, $2, columns, $1, inner, packed.pointer)
    }
  }

  /// Reads a kernel (inner, columns) some rows at a time and hands them on: a pointer to them, the first one's
  /// index, and how many there are.
  /// - Parameter scale: a factor for each column, or nil.
  /// - Precondition: the kernel's checked shape has as many elements.
  func forParts(
    layer: Int, weight: Int, inner: Int, columns: Int, scale: [Double]?,
    _ take: (UnsafePointer<Float>, Int, Int) -> Void
  ) throws(ModelError) {
    guard columns > 0 else { return }
    let rows = max(1, min(inner, WeightSource.windowCount / columns))
    let window: WeightMemory
    if let made = self.window, made.count >= rows * columns {
      window = made
    } else {
      window = try WeightMemory(uninitializedCount: rows * columns)
    }
    var row = 0
    while row < inner {
      let count = min(rows, inner - row)
      let part = unsafe UnsafeMutableBufferPointer(rebasing: window.buffer[..<(count * columns)])
      unsafe try read(layer: layer, weight: weight, from: row * columns, into: part)
      if let scale { window.scaleColumns(by: scale, count: count * columns) }
      unsafe take(UnsafePointer(window.pointer), row, count)
      row += count
    }
  }

  /// A bias (count) as it is behind the normalization that is folded into its kernel; nil for zeros.
  /// - Parameter weight: nil where the layer has no bias.
  func bias(
    layer: Int, weight: Int?, count: Int, folded: FoldedNormalization?
  ) throws(ModelError) -> WeightMemory? {
    var bias: [Float]?
    if let weight { bias = try values(layer: layer, weight: weight, count: count) }
    if let folded { bias = folded.bias(bias) }
    guard let bias else { return nil }
    return try WeightMemory(bias)
  }

  /// All elements of a weight, for those that are small or are packed by a rule of their own.
  func values(layer: Int, weight: Int, count: Int) throws(ModelError) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    unsafe try values.withUnsafeMutableBufferPointer { buffer throws(ModelError) in
      unsafe try read(layer: layer, weight: weight, from: 0, into: buffer)
    }
    return values
  }
}
