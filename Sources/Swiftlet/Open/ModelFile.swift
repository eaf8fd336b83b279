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
    file = try ModelFile.container(source)
    do throws(HDF5Error) {
      kerasVersion = try file.root.attribute("keras_version")?.string
    } catch {
      throw .file(error)
    }
    network = try ModelFile.network(of: file, kerasVersion: kerasVersion)
    let weights: HDF5Group
    do throws(HDF5Error) {
      weights = try file.root.group("model_weights")
    } catch {
      throw .file(error)
    }
    datasets = try WeightDirectory(group: weights, network: network, fileSize: source.size).datasets
  }

  /// The network that the file describes. The text that says so is gone when this returns, so that weights can lie
  /// where it was.
  private static func network(of file: HDF5File, kerasVersion: String?) throws(ModelError) -> Network {
    let text = try configuration(of: file)
    do throws(GraphError) {
      return try Network.decode(modelConfiguration: text, kerasVersion: kerasVersion)
    } catch .memory(let bytes) {
      throw .memory(bytes: bytes)
    } catch {
      throw .graph(error)
    }
  }

  /// The text of the attribute `model_config`.
  private static func configuration(of file: HDF5File) throws(ModelError) -> JSONBytes {
    var text: JSONBytes?
    // An empty one asks for no room.
    var room = 0
    do throws(HDF5Error) {
      guard let attribute = try file.root.attribute("model_config") else {
        let isWeights = try file.root.attribute("layer_names") != nil
        throw .notFound(
          path: isWeights
            ? "model_config (the file holds weights alone; save the whole model with model.save)"
            : "model_config")
      }
      let count = unsafe try attribute.readText { count throws(HDF5Error) in
        room = count
        text = JSONBytes(count: count)
        guard let text else { throw .io("there is no memory", offset: attribute.offset) }
        return unsafe text.buffer
      }
      if room == 0 { text = JSONBytes(count: 0) }
      text?.shorten(to: count)
    } catch .mismatch(let what, let offset) {
      throw .file(.mismatch("model_config: \(what)", offset: offset))
    } catch {
      guard room > 0, text == nil else { throw .file(error) }
    }
    guard let text else { throw .memory(bytes: room) }
    return text
  }

  /// The container of a model file; what is none is called by name where its first bytes tell.
  static func container(_ source: ByteSource) throws(ModelError) -> HDF5File {
    do throws(HDF5Error) {
      return try HDF5File(source)
    } catch .notHDF5 {
      throw otherFormat(source) ?? .file(.notHDF5)
    } catch {
      throw .file(error)
    }
  }

  /// What else a file is that people take for a model file, by its first bytes; nil if that is not known.
  private static func otherFormat(_ source: ByteSource) -> ModelError? {
    guard source.size >= 4 else { return nil }
    let start: [UInt8]
    do throws(HDF5Error) { start = try source.bytes(at: 0, count: 4) } catch { return nil }
    switch start {
    case [0x50, 0x4B, 3, 4]:
      return .otherFormat(
        "a ZIP archive, as .keras files are",
        wanted: "load it in Keras and save it as HDF5: keras.models.load_model(FILE).save(\"model.h5\")")
    case [0x93, 0x4E, 0x55, 0x4D]:
      return .otherFormat(
        "a NumPy array", wanted: "a model is wanted here: model.save(\"model.h5\") in Keras")
    default: return nil
    }
  }
}
