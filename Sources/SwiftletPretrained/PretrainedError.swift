import SwiftletNumPy

/// Why weights from elsewhere could not be read, or make no network.
public struct PretrainedError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What sort of failure it is.
  public enum Kind: Sendable, Hashable {
    /// The bytes break the format's rules.
    case malformed
    /// The bytes are valid, but hold something that is not supported or not allowed.
    case unsupported
    /// The tensors or the caller's options do not fit together.
    case argument
    /// The system would not read the file.
    case file
  }

  /// What sort of failure it is.
  public let kind: Kind
  /// What was being read: a path, or a part such as `pickle`.
  public let place: String
  /// The byte at which it was found, counted from the start of the file, where one is known.
  public let offset: Int?
  /// What was found there.
  public let found: String
  /// What would have been right.
  public let supported: String

  /// Makes an error of its parts.
  public init(_ kind: Kind, place: String, offset: Int? = nil, found: String, supported: String) {
    self.kind = kind
    self.place = place
    self.offset = offset
    self.found = found
    self.supported = supported
  }

  /// The same failure as a NumPy reader reported it.
  init(_ error: NumPyError) {
    let kind: Kind =
      switch error.kind {
      case .malformed: .malformed
      case .unsupported: .unsupported
      case .argument: .argument
      case .file, .writing: .file
      }
    self.init(
      kind, place: error.place, offset: error.offset, found: error.found, supported: error.supported)
  }

  /// One line for a person: the place, what was found, and what would do.
  public var description: String {
    var line = place
    if let offset { line += " at byte \(offset)" }
    line += ": " + found
    if !supported.isEmpty { line += " (" + supported + ")" }
    return line
  }

  /// The same error with what holds it, a path for example, named before the place.
  public func within(_ container: String) -> PretrainedError {
    PretrainedError(
      kind, place: container + ": " + place, offset: offset, found: found, supported: supported)
  }
}

/// Text from a file as an error message may show it: printable ASCII, at most 60 characters.
func shown(_ text: some Sequence<UInt8>) -> String {
  var characters: [UInt8] = []
  for byte in text {
    if characters.count == 60 { return String(decoding: characters, as: UTF8.self) + "…" }
    characters.append(byte >= 0x20 && byte < 0x7f ? byte : 0x3f)
  }
  return String(decoding: characters, as: UTF8.self)
}
