import SwiftletGraph
import SwiftletHDF5Reader
import SwiftletSystem

/// Where a model lies while it is loaded: its weights to stay, and beside them, until they are packed, its file and the
/// text that describes the network. It is the thread's region, in large pages, and what is left of it when the model is
/// there serves its first sessions.
enum LoadingMemory {
  /// Files up to this size are read at once into large pages. In larger ones, what describes the network is little
  /// beside the weights.
  private static let largestWhole = 3 << 20
  /// Files up to this size are read at once where there are no large pages: the first touch of small ones costs more
  /// than to read what is needed of the file piece by piece.
  private static let largestBlock = 1 << 16
  /// Weights that together are larger are large enough one by one.
  private static let largestRegion = 1 << 30

  /// Opens the region for a file whose network is not known yet, and reads the file into it if it is small.
  /// - Returns: the source to read the model from.
  /// - Throws: `ModelError.file` if reading fails.
  static func open(for source: ByteSource) throws(ModelError) -> ByteSource {
    let size = Int(clamping: source.size)
    // Mostly the weights take somewhat less than the file.
    let hasRegion = open(forWeightsOf: size <= largestWhole ? 2 * size : size)
    guard size <= (hasRegion ? largestWhole : largestBlock) else { return source }
    do throws(HDF5Error) {
      return try source.inMemory()
    } catch {
      throw .file(error)
    }
  }

  /// Opens the region for the weights of a network, or leaves it open if it has room for them.
  static func open(for network: Network) {
    var bytes = 0
    for layer in network.layers {
      for weight in layer.weights {
        // Packed for Winograd's algorithm, nine numbers become thirty-six.
        let isSquare = weight.shape.count == 4 && weight.shape[0] == 3 && weight.shape[1] == 3
        let size = MemoryLayout<Float>.stride * (isSquare ? 4 : 1)
        bytes = min(bytes + min(weight.elementCount, largestRegion) * size, largestRegion)
      }
    }
    open(forWeightsOf: bytes)
  }

  /// - Returns: whether there is a region.
  @discardableResult
  private static func open(forWeightsOf bytes: Int) -> Bool {
    let bytes = min(bytes, largestRegion)
    // Panels are filled up, and each weight begins on a cache line.
    return swiftlet_region_open(bytes + bytes / 32, WeightSource.windowBytes)
  }

  /// Closes the region if it is open.
  static func close() { unsafe swiftlet_region_leave(swiftlet_region_close()) }
}
