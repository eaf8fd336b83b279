import SwiftletGraph
import SwiftletHDF5Reader
import SwiftletSystem

/// Where a model lies while it is loaded: its weights to stay, and beside them, until they are packed, a small file and
/// the text that describes the network. It is the thread's region, in large pages where the system gives them, and what
/// is left of it when the model is there serves its first sessions.
enum LoadingMemory {
  /// Files up to this size are read at once into the region, if they are large enough for one. In larger ones, what
  /// describes the network is little beside the weights.
  private static let largestWhole = 5 << 19
  /// Files up to this size are read at once without a region: the first touch of small pages costs more than to read
  /// what is needed of a larger one piece by piece.
  private static let largestBlock = 1 << 16
  /// Weights that together are larger are large enough one by one.
  private static let largestRegion = 1 << 30

  /// Reads a small file into memory, beside the place where its weights are going to be packed.
  /// - Returns: the source to read the model from.
  /// - Throws: `ModelError.file` if reading fails.
  static func read(_ source: ByteSource) throws(ModelError) -> ByteSource {
    let size = Int(clamping: source.size)
    // Mostly the weights take somewhat less than the file.
    guard size <= largestWhole, reserve(2 * size) || size <= largestBlock else { return source }
    do throws(HDF5Error) {
      return try source.inMemory()
    } catch {
      throw .file(error)
    }
  }

  /// Opens the region for the weights of a network, or leaves it open if it has room for them.
  static func reserve(for network: Network) {
    var bytes = 0
    for layer in network.layers {
      for weight in layer.weights {
        // Packed for Winograd's algorithm, nine numbers become thirty-six; it pays for many channels and filters alone.
        let shape = weight.shape
        let isTransformed =
          shape.count == 4 && shape[0] == 3 && shape[1] == 3 && shape[2] >= 8 && shape[3] >= 8
        let size = MemoryLayout<Float>.stride * (isTransformed ? 4 : 1)
        bytes = min(bytes + min(weight.elementCount, largestRegion) * size, largestRegion)
      }
    }
    _ = reserve(bytes)
  }

  /// Opens the region for about so many bytes.
  /// - Returns: whether there is one.
  private static func reserve(_ bytes: Int) -> Bool {
    // Panels are filled up, and each weight begins on a cache line.
    swiftlet_region_open(bytes + bytes / 32, WeightSource.windowBytes)
  }

  /// Closes the region if it is open.
  static func close() { unsafe swiftlet_region_leave(swiftlet_region_close()) }
}
