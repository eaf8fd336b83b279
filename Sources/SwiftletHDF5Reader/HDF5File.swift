/// An HDF5 file, opened for reading.
///
/// ```swift
/// let file = try HDF5File(path: "model.h5")
/// let kernel = try file.root.dataset("model_weights/dense/dense/kernel:0")
/// let values = try kernel.float32Values()
/// ```
///
/// Opening reads the superblock and the root group; everything else is read when it is asked for. A file, and
/// all that is got from it, may be shared between threads.
public struct HDF5File: Sendable {
  /// The group that holds all others.
  public let root: HDF5Group
  /// 0 to 3.
  public let superblockVersion: Int
  /// How many bytes of somebody else's lie before the HDF5 file: 0, 512, 1024 or a further power of two.
  public var userBlockSize: UInt64 { root.container.base }

  /// Opens what `source` holds.
  /// - Throws: `HDF5Error`, for what is wrong with the superblock or the root group.
  public init(_ source: ByteSource, limits: HDF5Limits = HDF5Limits()) throws(HDF5Error) {
    let superblock = try Superblock(source, limits: limits)
    superblockVersion = superblock.version
    let container = superblock.container
    let header = try ObjectHeader.read(at: superblock.rootAddress, in: container)
    let offset = header.place.offset
    guard case .group(let root) = try HDF5Object(header, at: .root) else {
      throw .malformed("the root is not a group", offset: offset)
    }
    self.root = root
  }

  /// Opens the file at `path`.
  /// - Throws: `HDF5Error`, as `init(_:limits:)`, and `io` with the system's words.
  public init(path: String, limits: HDF5Limits = HDF5Limits()) throws(HDF5Error) {
    try self.init(try ByteSource(path: path), limits: limits)
  }

  /// Opens a file whose bytes are all in memory.
  /// - Throws: `HDF5Error`, as `init(_:limits:)`.
  public init(bytes: [UInt8], limits: HDF5Limits = HDF5Limits()) throws(HDF5Error) {
    try self.init(ByteSource(bytes: bytes), limits: limits)
  }
}
