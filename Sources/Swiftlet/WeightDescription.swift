import SwiftletGraph
import SwiftletHDF5Reader

/// A weight as it lies in a model file.
public struct WeightDescription: Sendable {
  /// The layer that holds it.
  public let layer: String
  /// Its name within the layer, for example `kernel`.
  public let name: String
  /// Its shape.
  public let shape: [Int]
  /// How its elements are stored, for example `float32`.
  public var storedType: String { place.datatype.description }
  /// Where its first byte lies in the file; nil where no byte was written for it.
  public var offset: UInt64? { place.offset }
  /// The bytes that it takes in the file.
  public var byteCount: Int { place.byteCount }
  private let place: WeightPlace

  init(layer: String, weight: WeightSpecification, place: WeightPlace) {
    self.layer = layer
    name = weight.name
    shape = weight.shape
    self.place = place
  }
}

/// What a model keeps of a weight's dataset, which itself would keep the file open.
struct WeightPlace: Sendable {
  let offset: UInt64?
  let byteCount: Int
  let datatype: HDF5Datatype

  private init(_ dataset: HDF5Dataset) {
    offset = dataset.storage.firstByte
    byteCount = dataset.byteCount
    datatype = dataset.datatype
  }

  /// The places of all weights, layer after layer.
  static func all(_ datasets: [[HDF5Dataset]]) -> [WeightPlace] {
    var all: [WeightPlace] = []
    all.reserveCapacity(datasets.reduce(0) { $0 + $1.count })
    for layer in datasets {
      for dataset in layer { all.append(WeightPlace(dataset)) }
    }
    return all
  }
}
