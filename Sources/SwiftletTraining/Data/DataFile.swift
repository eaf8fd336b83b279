import SwiftletNumPy

/// A file of data, by what is in it rather than by its name.
struct DataFile {
  /// What the first bytes say.
  enum Format { case npz, npy, idx, text }

  let path: String
  /// The bytes, inflated where the file is a gzip stream.
  let bytes: [UInt8]

  /// - Throws: `TrainingError.file` where it cannot be read, or is a damaged gzip stream.
  init(_ path: String) throws(TrainingError) {
    self.path = path
    let bytes = try Self.read(path)
    self.bytes = bytes.starts(with: [0x1F, 0x8B]) ? try Self.inflate(bytes, path) : bytes
  }

  var format: Format {
    if NPZFile.isArchive(bytes) { return .npz }
    if bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) { return .npy }
    // Two zeros, a known type and a rank: no text begins so.
    if bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, IDXFile.ElementType(rawValue: bytes[2]) != nil {
      return .idx
    }
    return .text
  }

  private static func read(_ path: String) throws(TrainingError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(ArrayFileError) {
      bytes = try WholeFile.bytes(of: path)
    } catch {
      throw .file(path: path, what: error.found)
    }
    guard !bytes.isEmpty else { throw .file(path: path, what: "the file is empty") }
    return bytes
  }

  private static func inflate(_ bytes: [UInt8], _ path: String) throws(TrainingError) -> [UInt8] {
    // A gzip stream ends with its length.
    let size = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count >= 18, let contents = inflatedGzip(bytes, count: size) else {
      throw .file(path: path, what: "the gzip stream is damaged or cut short")
    }
    return contents
  }
}
