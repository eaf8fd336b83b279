/// Why an HDF5 file, or something in it, could not be read.
///
/// A file that breaks the format and a file that is valid but uses what this reader does not support are
/// different cases. Every offset counts bytes from the beginning of the source that was opened, a user block
/// included.
public enum HDF5Error: Error, Sendable, Equatable {
  /// No HDF5 signature at byte 0, 512, 1024 or a further power of two.
  case notHDF5
  /// The file breaks the format: damaged, cut short, or made to deceive.
  case malformed(String, offset: UInt64)
  /// Valid HDF5 that this reader does not read.
  case unsupported(String, offset: UInt64)
  /// Reading would take more memory or work than `HDF5Limits` and the file's own size allow.
  case limit(String, offset: UInt64)
  /// The system could not read: its own words, and where the read was to begin (nil while opening).
  case io(String, offset: UInt64?)
  /// No object of that path.
  case notFound(path: String)
  /// What is there is of another kind than what was asked for, for example text where numbers are.
  case mismatch(String, offset: UInt64)

  /// Where in the source the trouble lies, in bytes, if it lies anywhere.
  public var offset: UInt64? {
    switch self {
    case .notHDF5, .notFound: nil
    case .malformed(_, let offset), .unsupported(_, let offset), .limit(_, let offset): offset
    case .mismatch(_, let offset): offset
    case .io(_, let offset): offset
    }
  }

  /// One line that says what is wrong, and where.
  public var description: String {
    switch self {
    case .notHDF5: "not an HDF5 file (no signature at byte 0, 512, 1024, …)"
    case .malformed(let what, let offset): "damaged HDF5: \(what), at byte \(offset)"
    case .unsupported(let what, let offset): "unsupported in HDF5: \(what), at byte \(offset)"
    case .limit(let what, let offset): "over the limit in HDF5: \(what), at byte \(offset)"
    case .io(let what, let offset?): "cannot read: \(what), at byte \(offset)"
    case .io(let what, nil): "cannot open: \(what)"
    case .notFound(let path): "HDF5 holds no object \"\(path)\""
    case .mismatch(let what, let offset): "\(what), at byte \(offset)"
    }
  }
}

extension HDF5Error: CustomStringConvertible {}

/// How much a file may ask of its reader beyond what the file's own size bounds.
public struct HDF5Limits: Sendable {
  /// How many bytes data that were never written (and read as their fill value) may take in the reads that
  /// return arrays. Reads into the caller's own memory are not bounded by this.
  public var unwrittenByteCount: Int
  /// How deep groups may nest, and how many levels a B-tree may have.
  public var depth: Int

  /// - Parameters:
  ///   - unwrittenByteCount: 1 MiB unless told.
  ///   - depth: 64 unless told.
  public init(unwrittenByteCount: Int = 1 << 20, depth: Int = 64) {
    self.unwrittenByteCount = unwrittenByteCount
    self.depth = depth
  }
}
