import Foundation

/// Why an HDF5 file was not written. Whatever the case, the file that was there before is as it was, and no
/// temporary file stays behind.
public enum HDF5WriterError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The operating system refused: `action` says what was tried, `code` is the errno value.
  case system(action: String, path: String, code: Int32)
  /// libhdf5 refused: `object` is the place in the file, `reason` libhdf5's innermost error text.
  case library(action: String, object: String, reason: String)
  /// The caller asked for what an HDF5 file (or this module) cannot hold.
  case invalid(object: String, reason: String)

  /// One line: the place, what was tried, and why it did not work.
  public var description: String {
    switch self {
    case .system(let action, let path, let code):
      "\(path): cannot \(action): \(String(cString: strerror(code)))"
    case .library(let action, let object, let reason):
      "\(object): libhdf5 cannot \(action): \(reason)"
    case .invalid(let object, let reason):
      "\(object): \(reason)"
    }
  }
}
