import SwiftletGraph
import SwiftletHDF5Reader
import SwiftletSystem

/// Finds each layer's weights in the group where Keras keeps them, and checks that every one is there and has
/// the shape that the network wants, before anything is read.
struct WeightDirectory {
  /// For each layer of the network and each of its weights, the dataset.
  let datasets: [[HDF5Dataset]]

  /// - Parameter fileSize: the file's bytes, in which the data of all weights must have room side by side.
  init(group: HDF5Group, network: Network, fileSize: UInt64) throws(ModelError) {
    var datasets: [[HDF5Dataset]] = []
    var bytesLeft = fileSize
    var texts = HDF5Texts(group)
    datasets.reserveCapacity(network.layers.count)
    for layer in network.layers {
      datasets.append(
        layer.weights.isEmpty ? [] : try WeightDirectory.datasets(of: layer, in: group, &texts, &bytesLeft))
    }
    self.datasets = datasets
  }

  private static func datasets(
    of layer: Network.NamedLayer, in group: HDF5Group, _ texts: inout HDF5Texts, _ bytesLeft: inout UInt64
  ) throws(ModelError) -> [HDF5Dataset] {
    let wanted = layer.weights
    let first = wanted.first?.name ?? ""
    let layerGroup: HDF5Group
    let names: [String]
    do throws(HDF5Error) {
      let found = try group.group(layer.name, with: "weight_names")
      layerGroup = found.group
      if let whole = found.attribute {
        names = try whole.strings(&texts)
      } else {
        names = try splitNameList("weight_names", of: layerGroup, &texts)
      }
    } catch .notFound {
      throw .weight("the file holds no weights for this layer", layer: layer.name, weight: first)
    } catch {
      throw .file(error)
    }
    if names.count < wanted.count {
      throw .weight(
        "missing; the layer wants \(wanted.count) weights and the file lists \(names.count)",
        layer: layer.name,
        weight: wanted[names.count].name)
    }
    if names.count > wanted.count {
      throw .weight(
        "the file lists \(names.count) weights for a layer that has \(wanted.count)", layer: layer.name,
        weight: names[wanted.count])
    }
    var found: [HDF5Dataset] = []
    found.reserveCapacity(wanted.count)
    var folder = Folder(of: layerGroup)
    for index in wanted.indices {
      let dataset: HDF5Dataset
      do throws(HDF5Error) {
        dataset = try folder.dataset(names[index])
      } catch .notFound {
        throw .weight(
          "missing; the file has no dataset '\(names[index])'", layer: layer.name, weight: wanted[index].name)
      } catch {
        throw .weight(error.description, layer: layer.name, weight: wanted[index].name)
      }
      guard dataset.hasShape(wanted[index].shape) else {
        throw .weight(
          "its shape in the file is \(text(dataset.shape)) and the layer wants \(text(wanted[index].shape))",
          layer: layer.name, weight: wanted[index].name)
      }
      guard dataset.datatype.isNumeric else {
        throw .weight(
          "it holds \(dataset.datatype.description); supported: integers and floating-point numbers",
          layer: layer.name, weight: wanted[index].name)
      }
      let bytes = UInt64(dataset.byteCount)
      guard bytes <= bytesLeft else {
        throw .weight(
          "its data take \(bytes) bytes, more than the file has beside those of the weights before it",
          layer: layer.name, weight: wanted[index].name)
      }
      bytesLeft -= bytes
      found.append(dataset)
    }
    return found
  }

  /// Where a layer's weights lie: mostly side by side, so the group that holds them is opened once.
  private struct Folder {
    let layerGroup: HDF5Group
    /// What stood before the last slash of the last path, and the group there.
    private var folder = ""
    private var group: HDF5Group

    init(of layerGroup: HDF5Group) {
      self.layerGroup = layerGroup
      group = layerGroup
    }

    /// The dataset at `path`, counted from the layer's group.
    mutating func dataset(_ path: String) throws(HDF5Error) -> HDF5Dataset {
      var path = path
      // Bytes in memory: to go through a text's own view of them takes many times longer.
      let (name, elsewhere) = path.withUTF8 { bytes -> (String, String?) in
        let slash = unsafe bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1
        let other = unsafe UnsafeBufferPointer(rebasing: bytes[..<max(slash, 0)])
        let isSame = folder.withUTF8 {
          unsafe $0.count == other.count
            && swiftlet_same_bytes($0.baseAddress, other.baseAddress, other.count)
        }
        return (
          unsafe String(decoding: bytes[(slash + 1)...], as: UTF8.self),
          isSame ? nil : unsafe String(decoding: other, as: UTF8.self)
        )
      }
      if let elsewhere {
        group = try layerGroup.group(elsewhere)
        folder = elsewhere
      }
      return try group.dataset(name)
    }
  }

  /// A list of names that Keras has split into `name0`, `name1`, …, as it does when it is long.
  private static func splitNameList(
    _ name: String, of group: HDF5Group, _ texts: inout HDF5Texts
  ) throws(HDF5Error) -> [String] {
    var names: [String] = []
    var part = 0
    while let piece = try group.attribute("\(name)\(part)") {
      names += try piece.strings(&texts)
      part += 1
    }
    guard part > 0 else { throw .notFound(path: name) }
    return names
  }

  private static func text(_ shape: [Int]) -> String {
    "(" + shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
  }
}
