import SwiftletNumPy

/// A value of a pickle: inert data, and nothing that could be called.
///
/// Values hold each other by index into the pickle's own table, never directly. So a value that is referred to
/// a million times is there once, a list may hold itself, and no nesting can exhaust the stack.
enum PickleNode: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  /// A whole number that needs more than 64 bits; only its size is kept.
  case longInteger(byteCount: Int)
  case float(Double)
  case text(String)
  case bytes([UInt8])
  case tuple([Int])
  /// The index of a list in the pickle's `lists`, which grow in place.
  case list(Int)
  /// The index of a dictionary in the pickle's `dictionaries`.
  case dictionary(Int)
  case constructor(PickleConstructor)
  case dataType(NumPyDataType, NumPyByteOrder)
  /// What `_reconstruct` gives: an array whose type, shape and values BUILD will tell.
  case unbuiltArray
  case array(NumPyArray)

  /// What the value is, for messages.
  var kind: String {
    switch self {
    case .none: "None"
    case .bool: "a truth value"
    case .integer, .longInteger: "a whole number"
    case .float: "a number"
    case .text: "text"
    case .bytes: "bytes"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .constructor(let constructor): constructor.name
    case .dataType: "a NumPy type"
    case .unbuiltArray: "an array without values"
    case .array: "an array"
    }
  }
}

/// The names that a pickle may use, each for one purpose; none is ever looked up or called.
enum PickleConstructor: Sendable {
  /// NumPy's `_reconstruct`: an array whose content BUILD brings.
  case reconstruct
  /// The class that `_reconstruct` is given.
  case ndarray
  case dataType
  case scalar
  /// NumPy's `_frombuffer`, of protocol 5.
  case fromBuffer
  /// `_codecs.encode`: how Python 3 writes bytes in protocol 2.
  case encode
  /// `bytes` of nothing: how Python 3 writes empty bytes in protocol 2.
  case emptyBytes
  case orderedDictionary

  static let allowedText = "a pickle may hold only numbers, text, lists, dictionaries and NumPy arrays"

  /// What a module's name stands for here; nil for everything else that Python has.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
      self = .reconstruct
    case ("numpy", "ndarray"): self = .ndarray
    case ("numpy", "dtype"): self = .dataType
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"): self = .scalar
    case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"): self = .fromBuffer
    case ("_codecs", "encode"): self = .encode
    case ("__builtin__", "bytes"), ("builtins", "bytes"): self = .emptyBytes
    case ("collections", "OrderedDict"): self = .orderedDictionary
    default: return nil
    }
  }

  var name: String {
    switch self {
    case .reconstruct: "numpy _reconstruct"
    case .ndarray: "numpy.ndarray"
    case .dataType: "numpy.dtype"
    case .scalar: "numpy scalar"
    case .fromBuffer: "numpy _frombuffer"
    case .encode: "_codecs.encode"
    case .emptyBytes: "bytes"
    case .orderedDictionary: "collections.OrderedDict"
    }
  }
}
