import SwiftletGraph
import SwiftletHDF5Reader

/// Why a model cannot be opened or run.
public enum ModelError: Error, Sendable {
  /// The container is damaged, missing, or uses what is not supported.
  case file(HDF5Error)
  /// The file is well-formed as something else; `wanted` says what would do.
  case otherFormat(_ what: String, wanted: String)
  /// The network that the file describes is malformed or uses what is not supported.
  case graph(GraphError)
  /// A weight is missing, or is not what its layer needs.
  case weight(_ what: String, layer: String, weight: String)
  /// Swiftlet's own metadata breaks its rules.
  case metadata(MetadataError)
  /// What the caller gave does not fit the model; `name` says which argument.
  case argument(_ what: String, name: String)
  /// The system has no more memory for `bytes` bytes.
  case memory(bytes: Int)

  /// What kind of failure it is, as far as a caller decides by it.
  public enum Kind: UInt8, Sendable {
    /// The file is not there or cannot be read.
    case missing
    /// The file is damaged.
    case malformed
    /// The file is well-formed and holds what is not supported.
    case unsupported
    /// The caller's argument is wrong.
    case argument
    /// The machine has no more memory.
    case memory
  }

  /// What kind of failure it is.
  public var kind: Kind {
    switch self {
    case .file(let error), .metadata(.container(let error)): ModelError.kind(of: error)
    case .otherFormat, .graph(.unsupported), .metadata(.unsupportedVersion): .unsupported
    case .graph, .weight, .metadata: .malformed
    case .argument: .argument
    case .memory: .memory
    }
  }

  private static func kind(of error: HDF5Error) -> Kind {
    switch error {
    case .io(_, offset: nil): .missing
    case .unsupported, .limit: .unsupported
    case .io, .notHDF5, .malformed, .notFound, .mismatch: .malformed
    }
  }

  /// One line: where, what was found, what is supported.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .otherFormat(let what, let wanted): "not an HDF5 file but \(what); \(wanted)"
    case .graph(let error): error.description
    case .weight(let what, let layer, let weight): "layer '\(layer)', weight '\(weight)': \(what)"
    case .metadata(let error): error.description
    case .argument(let what, let name): "\(name): \(what)"
    case .memory(let bytes): "no memory for \(bytes) bytes"
    }
  }
}
