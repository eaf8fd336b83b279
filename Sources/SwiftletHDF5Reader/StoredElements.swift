/// The elements of a dataset or an attribute: what they are, where they lie, and how they are read.
struct StoredElements: Sendable {
  let container: Container
  let datatype: HDF5Datatype
  let dataspace: Dataspace
  let storage: HDF5Storage
  /// The bytes of one element that was never written; nil means zeros.
  let fillValue: [UInt8]?
  /// Where the elements are described, for errors.
  let offset: UInt64
  /// The element count times the datatype's size.
  let byteCount: Int

  /// The product of element count and size, if it is a number at all.
  static func byteCount(
    _ dataspace: Dataspace, _ datatype: HDF5Datatype, offset: UInt64
  ) throws(HDF5Error) -> Int {
    let (byteCount, overflow) = dataspace.count.multipliedReportingOverflow(by: datatype.size)
    guard !overflow else {
      throw .malformed("\(dataspace.count) elements of \(datatype.size) bytes overflow", offset: offset)
    }
    return byteCount
  }

  // MARK: Bytes

  /// Fills `destination` with the stored bytes from `byteOffset` on.
  /// - Precondition: `destination` may be written to.
  func read(into destination: UnsafeMutableRawBufferPointer, at byteOffset: Int) throws(HDF5Error) {
    guard byteOffset >= 0, byteOffset <= byteCount, destination.count <= byteCount - byteOffset else {
      throw .mismatch("\(destination.count) bytes from \(byteOffset) on, of \(byteCount)", offset: offset)
    }
    switch storage {
    case .contiguous(let place, _), .compact(let place, _):
      unsafe try container.source.read(at: place + UInt64(byteOffset), into: destination)
    case .unwritten:
      for index in destination.indices {
        unsafe destination[index] = fillValue.map { $0[(byteOffset + index) % datatype.size] } ?? 0
      }
    case .unsupported(let what, let place): throw .unsupported(what, offset: place)
    }
  }

  func bytes(in range: Range<Int>) throws(HDF5Error) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw .mismatch("bytes \(range.lowerBound)..<\(range.upperBound) of \(byteCount)", offset: offset)
    }
    try checkMemory(range.count)
    var bytes = [UInt8](repeating: 0, count: range.count)
    unsafe try bytes.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
      unsafe try read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
    }
    return bytes
  }

  /// Checks, before memory is taken, that `byteCount` stored bytes are backed by the file or by the limit.
  private func checkMemory(_ byteCount: Int) throws(HDF5Error) {
    switch storage {
    case .contiguous, .compact: break
    case .unwritten:
      guard byteCount <= container.limits.unwrittenByteCount else {
        throw .limit("\(byteCount) bytes of data that were never written", offset: offset)
      }
    case .unsupported(let what, let place): throw .unsupported(what, offset: place)
    }
  }

  // MARK: Numbers

  private func numberFormat() throws(HDF5Error) -> NumberFormat {
    guard let format = NumberFormat(datatype) else {
      switch datatype.kind {
      case .other: throw .unsupported("elements of type \(datatype.description)", offset: offset)
      default: throw .mismatch("numbers wanted where elements are \(datatype.description)", offset: offset)
      }
    }
    return format
  }

  /// Calls `body` with the index and the raw bits of each element from `first` on, reading through a small
  /// window.
  private func forEachRaw(
    _ format: NumberFormat, from first: Int, count: Int, _ body: (Int, UInt64) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    let perWindow = max(1, min(count, 16384 / format.size))
    var window = [UInt8](repeating: 0, count: perWindow * format.size)
    var done = 0
    while done < count {
      let now = min(perWindow, count - done)
      let start = (first + done) * format.size
      unsafe try window.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
        let part = unsafe UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[..<(now * format.size)]))
        unsafe try read(into: part, at: start)
      }
      for index in 0..<now { try body(done + index, format.raw(window, at: index * format.size)) }
      done += now
    }
  }

  /// - Precondition: `destination` may be written to.
  func readFloat32(
    into destination: UnsafeMutableBufferPointer<Float>, from first: Int
  ) throws(HDF5Error) {
    let count = destination.count
    guard first >= 0, first <= dataspace.count, count <= dataspace.count - first else {
      throw .mismatch("\(count) elements from \(first) on, of \(dataspace.count)", offset: offset)
    }
    guard count > 0 else { return }
    let format = try numberFormat()
    if format.isNativeFloat32 {
      unsafe try read(into: UnsafeMutableRawBufferPointer(destination), at: first * 4)
    } else {
      try forEachRaw(format, from: first, count: count) { index, raw throws(HDF5Error) in
        unsafe destination[index] = format.float32(raw)
      }
    }
  }

  @unsafe var float32InPlace: UnsafeBufferPointer<Float>? {
    guard case .contiguous(let place, _) = storage,
      let format = NumberFormat(datatype), format.isNativeFloat32,
      let bytes = unsafe container.source.place(at: place, count: byteCount),
      UInt(bitPattern: bytes) % UInt(MemoryLayout<Float>.alignment) == 0
    else { return nil }
    return unsafe UnsafeBufferPointer(
      start: bytes.assumingMemoryBound(to: Float.self), count: dataspace.count)
  }

  func float32Values() throws(HDF5Error) -> [Float] {
    if dataspace.count == 0 { return [] }
    _ = try numberFormat()
    try checkMemory(byteCount)
    var values = [Float](repeating: 0, count: dataspace.count)
    unsafe try values.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
      unsafe try readFloat32(into: buffer, from: 0)
    }
    return values
  }

  func float64Values() throws(HDF5Error) -> [Double] {
    if dataspace.count == 0 { return [] }
    let format = try numberFormat()
    try checkMemory(byteCount)
    var values = [Double](repeating: 0, count: dataspace.count)
    try forEachRaw(format, from: 0, count: dataspace.count) { index, raw throws(HDF5Error) in
      values[index] = format.float64(raw)
    }
    return values
  }

  func int64Values() throws(HDF5Error) -> [Int64] {
    if dataspace.count == 0 { return [] }
    let format = try numberFormat()
    guard format.isInteger else {
      throw .mismatch("integers wanted where elements are \(datatype.description)", offset: offset)
    }
    try checkMemory(byteCount)
    var values = [Int64](repeating: 0, count: dataspace.count)
    try forEachRaw(format, from: 0, count: dataspace.count) { index, raw throws(HDF5Error) in
      guard let value = format.int64(raw) else {
        throw .mismatch("an integer above 2^63 - 1", offset: offset)
      }
      values[index] = value
    }
    return values
  }

  // MARK: Text

  func strings() throws(HDF5Error) -> [String] {
    var heap = GlobalHeap(container)
    return try strings(&heap)
  }

  /// The same, with what has been read of the file's global heaps.
  func strings(_ heap: inout GlobalHeap) throws(HDF5Error) -> [String] {
    // Keras writes an empty list of names as no float64 numbers.
    if dataspace.count == 0 { return [] }
    switch datatype.kind {
    case .string(let padding): return try fixedStrings(padding)
    case .variableString: return try variableStrings(&heap)
    case .other: throw .unsupported("elements of type \(datatype.description)", offset: offset)
    default: throw .mismatch("text wanted where elements are \(datatype.description)", offset: offset)
    }
  }

  /// Reads the bytes of the only element, which are not checked to be UTF-8.
  /// - Returns: how many there are, of those that `room` was asked for.
  @unsafe func text(into room: HDF5Attribute.Room) throws(HDF5Error) -> Int {
    guard case .variableString = datatype.kind, datatype.size == 8 + container.offsetSize, byteCount > 0
    else {
      var text = try strings().first ?? ""
      let count = text.utf8.count
      let target = unsafe UnsafeMutableRawBufferPointer(rebasing: try room(count)[..<count])
      text.withUTF8 { unsafe target.copyMemory(from: UnsafeRawBufferPointer($0)) }
      return count
    }
    if case .unwritten = storage { return 0 }
    var heap = GlobalHeap(container)
    var element = try references()
    return unsafe try heap.loneText(&element, into: room)
  }

  private func fixedStrings(_ padding: HDF5Datatype.StringPadding) throws(HDF5Error) -> [String] {
    let all = try bytes(in: 0..<byteCount)
    var strings: [String] = []
    strings.reserveCapacity(dataspace.count)
    for start in stride(from: 0, to: byteCount, by: datatype.size) {
      var text = all[start..<start + datatype.size]
      switch padding {
      case .zeroTerminated: text = text[..<(text.firstIndex(of: 0) ?? text.endIndex)]
      case .zeroPadded: while text.last == 0 { text.removeLast() }
      case .spacePadded: while text.last == UInt8(ascii: " ") { text.removeLast() }
      }
      strings.append(try utf8Text(text, of: "a fixed-length string", offset: position(of: start)))
    }
    return strings
  }

  private func variableStrings(_ heap: inout GlobalHeap) throws(HDF5Error) -> [String] {
    guard datatype.size == 8 + container.offsetSize else {
      throw .malformed("variable-length strings of \(datatype.size) bytes each", offset: offset)
    }
    // An element never written is an empty string; its fill value would point into a heap.
    if case .unwritten = storage {
      try checkMemory(byteCount)
      return [String](repeating: "", count: dataspace.count)
    }
    var elements = try references()
    var strings: [String] = []
    strings.reserveCapacity(dataspace.count)
    for _ in 0..<dataspace.count {
      strings.append(try heap.string(&elements))
    }
    return strings
  }

  /// The elements themselves, where strings lie elsewhere.
  private func references() throws(HDF5Error) -> Cursor {
    try checkMemory(byteCount)
    return try container.structure(
      atOffset: position(of: 0), count: byteCount, what: "a string's place in a global heap")
  }

  private func position(of byte: Int) -> UInt64 {
    switch storage {
    case .contiguous(let place, _), .compact(let place, _): place + UInt64(byte)
    case .unwritten, .unsupported: offset
    }
  }
}
