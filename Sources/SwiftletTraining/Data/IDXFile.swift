/// An array as the MNIST files hold it: two zeros, the type, the rank, the sizes as big-endian 32-bit numbers,
/// then the elements, big-endian too.
struct IDXFile {
  /// The third byte.
  enum ElementType: UInt8 {
    case uint8 = 0x08
    case int8 = 0x09
    case int16 = 0x0B
    case int32 = 0x0C
    case float32 = 0x0D
    case float64 = 0x0E

    var byteCount: Int {
      switch self {
      case .uint8, .int8: 1
      case .int16: 2
      case .int32, .float32: 4
      case .float64: 8
      }
    }
  }

  let shape: [Int]
  let type: ElementType
  private let bytes: ArraySlice<UInt8>

  /// - Throws: `TrainingError.file` where sizes and bytes do not fit together.
  init(_ file: DataFile) throws(TrainingError) {
    let bytes = file.bytes
    guard bytes.count >= 4, let type = ElementType(rawValue: bytes[2]) else {
      throw .file(path: file.path, what: "this is no IDX file")
    }
    let rank = Int(bytes[3])
    guard rank >= 1, bytes.count >= 4 + 4 * rank else {
      throw .file(path: file.path, what: "the IDX header of rank \(rank) is cut short")
    }
    let shape = (0..<rank).map { axis in bytes[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) } }
    var total = type.byteCount
    for size in shape {
      let (next, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow else { throw .file(path: file.path, what: "the IDX sizes \(shape) are too large") }
      total = next
    }
    let found = bytes.count - 4 - 4 * rank
    guard found == total else {
      throw .file(path: file.path, what: "the IDX sizes \(shape) need \(total) bytes and \(found) follow")
    }
    self.shape = shape
    self.type = type
    self.bytes = bytes[(4 + 4 * rank)...]
  }

  /// The elements as float32.
  func floats() -> [Float] {
    switch type {
    case .uint8: bytes.map { Float($0) }
    case .int8: bytes.map { Float(Int8(bitPattern: $0)) }
    case .int16: words { Float(Int16(truncatingIfNeeded: $0)) }
    case .int32: words { Float(Int32(truncatingIfNeeded: $0)) }
    case .float32: words { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
    case .float64: words { Float(Double(bitPattern: $0)) }
    }
  }

  private func words(_ convert: (UInt64) -> Float) -> [Float] {
    let size = type.byteCount
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map { start in
      convert(bytes[start..<start + size].reduce(0) { $0 << 8 | UInt64($1) })
    }
  }
}
