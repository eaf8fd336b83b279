/// Where the elements of a dataset lie in the file.
public enum HDF5Storage: Sendable, Equatable {
  /// One after another at `offset` bytes from the beginning of the source.
  case contiguous(offset: UInt64, byteCount: Int)
  /// Inside the object header, at `offset` bytes from the beginning of the source.
  case compact(offset: UInt64, byteCount: Int)
  /// Nowhere: nothing was ever written, and every element is the fill value.
  case unwritten
  /// In a way that this reader does not read; the text names it, and `offset` is where the file says so.
  case unsupported(String, offset: UInt64)
}

/// The messages that say where a dataset's elements lie: data layout (HDF5 specification, section IV.A.2.i),
/// fill value (IV.A.2.e and f), filters (l) and external files (h).
enum DataLayout {
  typealias MessageType = ObjectHeader.MessageType

  /// - Parameter byteCount: what the elements take, by shape and datatype.
  static func storage(
    _ header: borrowing ObjectHeader, byteCount: Int
  ) throws(HDF5Error) -> HDF5Storage {
    let container = header.container
    var message = try header.required(MessageType.layout, what: "a data layout")
    if let files = try header.first(MessageType.externalFiles, what: "a list of external files") {
      return .unsupported("data in external files", offset: files.offset)
    }
    let place = message.offset
    let version = try message.version(1...5)
    var rank = 0
    if version < 3 { rank = Int(try message.u8()) }
    let layoutClass = try message.u8()
    if version < 3 { try message.skip(5) }
    switch layoutClass {
    case 0:
      if version < 3 { try message.skip(4 * rank) }
      let size = version < 3 ? Int(try message.u32()) : Int(try message.u16())
      guard size <= message.remaining, byteCount <= size else {
        throw .malformed("\(size) bytes of compact data for a dataset of \(byteCount)", offset: place)
      }
      return .compact(offset: message.offset, byteCount: byteCount)
    case 1:
      let address = try message.address()
      if version >= 3 {
        let size = try message.length()
        guard address == nil || UInt64(byteCount) <= size else {
          throw .malformed("\(size) bytes of data for a dataset of \(byteCount)", offset: place)
        }
      }
      if let filters = try header.first(MessageType.filters, what: "a filter pipeline") {
        return .unsupported("filters on contiguous data", offset: filters.offset)
      }
      guard let address else { return .unwritten }
      try container.check(address, count: UInt64(byteCount), of: "data")
      return .contiguous(offset: container.offset(of: address), byteCount: byteCount)
    case 2:
      let filtered = header.has(MessageType.filters)
      return .unsupported(filtered ? "chunked and filtered data" : "chunked data", offset: place)
    case 3: return .unsupported("virtual data (parts of other datasets)", offset: place)
    default: throw .malformed("a data layout of class \(layoutClass)", offset: place)
    }
  }

  /// The bytes of one element where none was written; nil means zeros.
  static func fillValue(_ header: borrowing ObjectHeader, size: Int) throws(HDF5Error) -> [UInt8]? {
    if var message = try header.first(MessageType.fillValue, what: "a fill value") {
      let version = try message.version(1...3)
      if version < 3 {
        try message.skip(2)
        let isDefined = try message.u8() != 0
        if version == 2 && !isDefined { return nil }
      } else {
        guard try message.u8() & 0x20 != 0 else { return nil }
      }
      return try value(&message, size: size)
    }
    if var message = try header.first(MessageType.oldFillValue, what: "a fill value") {
      return try value(&message, size: size)
    }
    return nil
  }

  private static func value(_ message: inout Cursor, size: Int) throws(HDF5Error) -> [UInt8]? {
    let count = Int(try message.u32())
    // -1 says that the fill value is undefined, 0 that it is the default.
    if count == 0 || count == Int(UInt32.max) { return nil }
    guard count == size else {
      throw message.malformed("a fill value of \(count) bytes for elements of \(size)")
    }
    return try message.array(count)
  }
}
