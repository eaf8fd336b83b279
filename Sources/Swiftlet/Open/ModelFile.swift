import SwiftletGraph
import SwiftletHDF5Reader

/// A Keras HDF5 file, opened and read as far as its network and the places of its weights.
struct ModelFile {
  let file: HDF5File
  let network: Network
  let datasets: [[HDF5Dataset]]
  /// The Keras version that the file names, or nil.
  let kerasVersion: String?

  init(source: ByteSource) throws(ModelError) {
    do throws(HDF5Error) {
      file = try HDF5File(source)
    } catch {
      throw .file(error)
    }
    let configuration: String
    do throws(HDF5Error) {
      guard let attribute = try file.root.attribute("model_config") else {
        let isWeights = try file.root.attribute("layer_names") != nil
        throw .notFound(
          path: isWeights
            ? "model_config (the file holds weights alone; save the whole model with model.save)"
            : "model_config")
      }
      do throws(HDF5Error) {
        configuration = try attribute.string
      } catch .mismatch(let what, let offset) {
        throw .mismatch("model_config: \(what)", offset: offset)
      }
      kerasVersion = try file.root.attribute("keras_version")?.string
    } catch {
      throw .file(error)
    }
    do throws(GraphError) {
      network = try Network.decode(modelConfiguration: configuration, kerasVersion: kerasVersion)
    } catch {
      throw .graph(error)
    }
    let weights: HDF5Group
    do throws(HDF5Error) {
      weights = try file.root.group("model_weights")
    } catch {
      throw .file(error)
    }
    datasets = try WeightDirectory(group: weights, network: network).datasets
  }
}
