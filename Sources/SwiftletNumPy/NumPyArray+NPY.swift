extension NumPyArray {
  /// Reads an .npy file that is in memory: versions 1 to 3, either byte order, C or Fortran order.
  ///
  /// - Throws: `ArrayFileError` of kind `malformed` where the bytes are no .npy file or fewer than their header
  ///   says, `unsupported` for another type of value or version, or bytes after the array.
  public init(npy bytes: [UInt8]) throws(ArrayFileError) {
    let text = try NPYHeader.textRange(
      prefix: bytes.prefix(NPYHeader.prefixCount), fileCount: bytes.count)
    let header = try NPYHeader(bytes: bytes[...], text: text, fileCount: bytes.count)
    try self.init(header, data: [UInt8](bytes[header.dataOffset...]))
  }

  /// Reads the .npy file at `path`.
  ///
  /// - Throws: `ArrayFileError` as `init(npy:)` does, and of kind `file` where the system refuses.
  public init(contentsOf path: String) throws(ArrayFileError) {
    do throws(ArrayFileError) {
      let file = try WholeFile(path: path)
      let text = try NPYHeader.textRange(
        prefix: file.bytes(in: 0..<min(NPYHeader.prefixCount, file.count))[...], fileCount: file.count)
      // The header first and the values by themselves, so that memory never holds them twice.
      let start = try file.bytes(in: 0..<text.upperBound)
      let header = try NPYHeader(bytes: start[...], text: text, fileCount: file.count)
      try self.init(header, data: file.bytes(in: header.dataOffset..<file.count))
    } catch {
      throw error.within(path)
    }
  }

  /// The array as an .npy file, byte for byte what NumPy's `save` writes.
  public func npyBytes() -> [UInt8] {
    NPYHeader.bytes(dataType: dataType, shape: shape) + bytes
  }

  /// Writes the array to `path` as an .npy file; `path` holds either what it had or all of the new file.
  ///
  /// - Throws: `ArrayFileError` of kind `file` where the system refuses.
  public func write(to path: String) throws(ArrayFileError) {
    try WholeFile.replace(path, with: npyBytes())
  }

  private init(_ header: NPYHeader, data: [UInt8]) throws(ArrayFileError) {
    try self.init(
      dataType: header.dataType, shape: header.layout.shape, bytes: data, byteOrder: header.byteOrder,
      memoryOrder: header.memoryOrder)
  }
}
