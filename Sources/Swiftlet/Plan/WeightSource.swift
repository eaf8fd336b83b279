import SwiftletGraph
import SwiftletHDF5Reader
import SwiftletKernels

/// Where the numbers of a network's weights come from: a model file, or arrays that the program has.
/// Shapes have been checked against the network before a plan reads from here.
final class WeightSource: Sendable {
  enum Storage: Sendable {
    /// For each layer and each of its weights, the dataset, found by `WeightDirectory`.
    case file([[HDF5Dataset]])
    /// For each layer and each of its weights, all elements.
    case arrays([[[Float]]])
  }

  private let storage: Storage
  private let network: Network
  private let kernels: Kernels
  /// At most this many numbers are in memory beside their packed form, unless a single row is longer.
  private static let windowCount = 1 << 15
  static let windowBytes = windowCount * MemoryLayout<Float>.stride
  /// Room for the part of a weight that is being packed. One thread loads a model.
  private let window =
    WeightMemory(roomFor: windowCount)
    ?? (try? WeightMemory(uninitializedCount: windowCount, isTemporary: true))

  init(_ storage: Storage, network: Network, kernels: Kernels) {
    self.storage = storage
    self.network = network
    self.kernels = kernels
  }

  /// Checks weights that are in memory already.
  /// - Throws: `ModelError.weight` for one whose count is not the network's.
  static func check(_ arrays: [[[Float]]], network: Network) throws(ModelError) {
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
    unsafe try forParts(layer: layer, weight: weight, inner: inner, columns: columns, scale: nil) {
      unsafe kernels.table.pack_rows($0, $2, columns, $1, inner, scale, packed.pointer)
    }
  }

  /// Reads a kernel (inner, columns) some rows at a time and hands them on: a pointer to them, the first one's
  /// index, and how many there are. Where they need neither reading nor scaling, all at once.
  /// - Parameter scale: a factor for each column, or nil.
  /// - Precondition: the kernel's checked shape has as many elements.
  func forParts(
    layer: Int, weight: Int, inner: Int, columns: Int, scale: [Double]?,
    _ take: (UnsafePointer<Float>, Int, Int) -> Void
  ) throws(ModelError) {
    guard columns > 0 else { return }
    if scale == nil, case .file(let datasets) = storage,
      let values = unsafe datasets[layer][weight].float32InPlace, values.count == inner * columns,
      let first = values.baseAddress
    {
      return unsafe take(first, 0, inner)
    }
    let rows = max(1, min(inner, WeightSource.windowCount / columns))
    let window = try room(for: rows * columns)
    defer { withExtendedLifetime(window) {} }
    var row = 0
    while row < inner {
      let count = min(rows, inner - row)
      let part = unsafe UnsafeMutableBufferPointer(rebasing: window.buffer[..<(count * columns)])
      unsafe try read(layer: layer, weight: weight, from: row * columns, into: part)
      if let scale { self.scale(window, by: scale, rows: count) }
      unsafe take(UnsafePointer(window.pointer), row, count)
      row += count
    }
  }

  /// Room for `count` numbers, to be done with before anything else of this source is asked for: that may lie there.
  func room(for count: Int) throws(ModelError) -> WeightMemory {
    if let window, window.count >= count { return window }
    return try WeightMemory(uninitializedCount: count, isTemporary: true)
  }

  /// Multiplies the first `rows` rows of `factors.count` columns by a factor for each column; each product is rounded
  /// once.
  func scale(_ values: WeightMemory, by factors: [Double], rows: Int) {
    precondition(rows * factors.count <= values.count)
    unsafe kernels.table.scale_columns(values.pointer, rows, factors.count, factors)
  }

  /// A bias (count) as it is behind the normalization that is folded into its kernel; nil for zeros.
  /// - Parameter weight: nil where the layer has no bias.
  func bias(
    layer: Int, weight: Int?, count: Int, folded: FoldedNormalization?
  ) throws(ModelError) -> WeightMemory? {
    guard weight != nil || folded != nil else { return nil }
    let bias = try weight == nil ? WeightMemory(count: count) : WeightMemory(uninitializedCount: count)
    if let weight { unsafe try read(layer: layer, weight: weight, from: 0, into: bias.buffer) }
    folded?.apply(to: bias)
    return bias
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
