import SwiftletNumPy

/// An array of a file, with the keys and positions that lead to it.
public struct NamedTensor: Sendable, Hashable {
  /// Keys of dictionaries and positions in lists, from the outside in.
  public let path: [String]
  /// The values.
  public let array: NumPyArray

  /// Names an array.
  public init(path: [String], array: NumPyArray) {
    self.path = path
    self.array = array
  }

  /// The path as one text, `layers/0/W` for example.
  public var name: String { path.joined(separator: "/") }
}

/// The arrays of a `.pkl`, `.npz` or `.npy` file, by name and in the file's order.
///
///     let file = try PretrainedFile(contentsOf: "weights.pkl")
///     for tensor in file.tensors { print(tensor.name, tensor.array.shape) }
///
/// What sort of file it is, its content tells, whatever its name is. Nothing in it is ever called:
/// Spec/pickle.md says what of a pickle is read.
public struct PretrainedFile: Sendable {
  /// What sort of file it is.
  public enum Format: Sendable, Hashable {
    case pickle(protocol: Int)
    case npy
    case npz
  }

  /// What sort of file it is.
  public let format: Format
  /// The arrays. One that stands alone is called `array`.
  public let tensors: [NamedTensor]
  /// What else the file holds and was left out, such as `epochs (a whole number)`.
  public let skipped: [String]

  /// Reads the file at `path`.
  ///
  /// - Throws: `ArrayFileError`, which names the path: kind `file` where the system refuses, `malformed` for
  ///   damaged files, `unsupported` for what is valid and not read.
  public init(contentsOf path: String) throws(ArrayFileError) {
    let bytes = try WholeFile.bytes(of: path)
    do throws(ArrayFileError) { try self.init(bytes: bytes) } catch { throw error.within(path) }
  }

  /// Reads a file that is in memory.
  ///
  /// - Throws: `ArrayFileError`, as `init(contentsOf:)` does.
  public init(bytes: [UInt8]) throws(ArrayFileError) {
    if NPZFile.isArchive(bytes) {
      try self.init(npz: NPZFile(bytes: bytes))
    } else if bytes.first == 0x93 {
      let array = try NumPyArray(npy: bytes)
      self.init(format: .npy, tensors: [NamedTensor(path: ["array"], array: array)], skipped: [])
    } else if bytes.first == PickleOpcode.proto.rawValue {
      let pickle = try Pickle(bytes)
      var collector = PickleTensors(pickle)
      try collector.collect()
      self.init(
        format: .pickle(protocol: pickle.version), tensors: collector.tensors, skipped: collector.skipped)
    } else if bytes.starts(with: [0x1f, 0x8b]) {
      throw PretrainedFile.refusal("a gzip file", "its content; unpack it first")
    } else if bytes.last == PickleOpcode.stop.rawValue {
      throw PretrainedFile.refusal(
        "no known header (a pickle of protocol 0 or 1 has none)", "pickles of protocols 2 to 5, .npz and .npy"
      )
    } else {
      throw PretrainedFile.refusal("no known header", "pickles of protocols 2 to 5, .npz and .npy")
    }
  }

  private init(npz: NPZFile) throws(ArrayFileError) {
    guard !npz.names.isEmpty || npz.otherNames.isEmpty else {
      throw PretrainedFile.refusal(
        "a ZIP archive without .npy members", "archives of arrays, as NumPy saves them")
    }
    var tensors: [NamedTensor] = []
    for name in npz.names { tensors.append(NamedTensor(path: [name], array: try npz.array(named: name))) }
    self.init(format: .npz, tensors: tensors, skipped: npz.otherNames.map { "\($0) (no .npy file)" })
  }

  private init(format: Format, tensors: [NamedTensor], skipped: [String]) {
    self.format = format
    self.tensors = tensors
    self.skipped = skipped
  }

  private static func refusal(_ found: String, _ supported: String) -> ArrayFileError {
    ArrayFileError(.unsupported, place: "file", offset: 0, found: found, supported: supported)
  }
}
