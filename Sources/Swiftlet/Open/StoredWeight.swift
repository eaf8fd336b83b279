import SwiftletHDF5Reader

extension HDF5Storage {
  /// Where the first byte lies in the source; nil where none was written.
  var firstByte: UInt64? {
    switch self {
    case .contiguous(let offset, _), .compact(let offset, _): offset
    case .unwritten, .unsupported: nil
    }
  }
}

extension HDF5Datatype {
  /// Whether its elements can be read as numbers. Two opaque bytes are how Keras writes a bfloat16.
  var isNumeric: Bool {
    switch kind {
    case .integer, .float: true
    case .opaque: size == 2
    case .string, .variableString, .other: false
    }
  }
}
