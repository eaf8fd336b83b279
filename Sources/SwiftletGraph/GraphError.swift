/// Why a network cannot be made from what a file or a caller says.
public enum GraphError: Error, Sendable, Hashable {
  /// The text or value breaks the rules of its own format; `place` says where, `what` says how.
  case malformed(_ what: String, place: String)
  /// Well-formed, but with no meaning here; `supported` says what would do.
  case unsupported(_ what: String, place: String, supported: String)
  /// Shapes that do not fit together.
  case shape(_ what: String, place: String)
  /// The system has no more memory for `bytes` bytes.
  case memory(bytes: Int)

  /// The same error said of a more exact place, such as a layer's name, if it did not name one.
  public func placed(in place: String) -> GraphError {
    switch self {
    case .malformed(let what, ""): .malformed(what, place: place)
    case .unsupported(let what, "", let supported): .unsupported(what, place: place, supported: supported)
    case .shape(let what, ""): .shape(what, place: place)
    default: self
    }
  }

  /// The same error said of a place within a larger one, such as a byte of an attribute.
  func placed(within larger: String) -> GraphError {
    func joined(_ place: String) -> String { place.isEmpty ? larger : larger + ", " + place }
    return switch self {
    case .malformed(let what, let place): .malformed(what, place: joined(place))
    case .unsupported(let what, let place, let supported):
      .unsupported(what, place: joined(place), supported: supported)
    case .shape(let what, let place): .shape(what, place: joined(place))
    case .memory: self
    }
  }

  /// One line: where, what was found, what is supported.
  public var description: String {
    switch self {
    case .malformed(let what, let place): (place.isEmpty ? "" : place + ": ") + what
    case .unsupported(let what, let place, let supported):
      (place.isEmpty ? "" : place + ": ") + what + " is not supported"
        + (supported.isEmpty ? "" : "; supported: " + supported)
    case .shape(let what, let place): (place.isEmpty ? "" : place + ": ") + what
    case .memory(let bytes): "no memory for \(bytes) bytes"
    }
  }
}
