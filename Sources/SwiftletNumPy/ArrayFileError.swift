/// Why arrays or weights from elsewhere could not be read, made or written, or make no network.
public struct ArrayFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What sort of failure it is.
  public enum Kind: Sendable, Hashable {
    /// The bytes break the format's rules.
    case malformed
    /// The bytes are valid, but hold something that is not supported or not allowed.
    case unsupported
    /// Values do not fit together: a shape that does not match its values, tensors that make no network.
    case argument
    /// The system would not open, read or make the file.
    case file
    /// The file was begun and could not be written to its end: the disk is full, for one.
    case writing
  }

  /// What sort of failure it is.
  public let kind: Kind
  /// What was being read or written: a path, or a part such as `npy header`, `zip` or `pickle`.
  public let place: String
  /// The byte at which it was found, counted from the start of the file or the bytes, where one is known.
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

  /// One line for a person: the place, what was found, and what would do.
  public var description: String {
    var line = place
    if let offset { line += " at byte \(offset)" }
    line += ": " + found
    if !supported.isEmpty { line += " (" + supported + ")" }
    return line
  }

  /// The same error with what holds it, a path for example, named before the place.
  public func within(_ container: String) -> ArrayFileError {
    let whole = place == "file" ? container : container + ": " + place
    return ArrayFileError(kind, place: whole, offset: offset, found: found, supported: supported)
  }
}

/// Text from a file as an error message may show it: printable ASCII, at most 60 characters.
public func shown(_ text: some Sequence<UInt8>) -> String {
  var characters: [UInt8] = []
  for byte in text {
    if characters.count == 60 { return String(decoding: characters, as: UTF8.self) + "…" }
    characters.append(byte >= 0x20 && byte < 0x7f ? byte : 0x3f)
  }
  return String(decoding: characters, as: UTF8.self)
}
