/// A fractal heap (HDF5 specification, section III.G): where the links and attributes of an object lie when
/// there are too many for its header.
struct FractalHeap {
  private let container: Container
  private let address: UInt64
  private let offset: UInt64
  /// Bytes of an object's ID.
  let idSize: Int
  private let hasDirectChecksums: Bool
  private let hugeTree: UInt64?
  private let table: DoublingTable
  private let root: UInt64?
  /// Rows of the root, if it is an indirect block; 0 if it is a direct one.
  private let rootRows: Int
  private let heapOffsetSize: Int
  private let heapLengthSize: Int
  private var blocks: [UInt64: Cursor] = [:]
  private var hugeObjects: [UInt64: (address: UInt64, count: UInt64)]?
  private var blockBudget: ByteBudget
  private var objectBudget: ByteBudget

  init(at address: UInt64, in container: Container) throws(HDF5Error) {
    self.container = container
    self.address = address
    blockBudget = ByteBudget(container)
    objectBudget = ByteBudget(container)
    let count = UInt64(26 + 3 * container.offsetSize + 12 * container.lengthSize)
    var header = try container.structure(at: address, count: count, what: "a fractal heap")
    offset = header.offset
    let place = header.offset
    // With filters the header is longer, and its checksum elsewhere: so look at them first.
    var ahead = header
    try ahead.signature("FRHP")
    _ = try ahead.version(0...0)
    try ahead.skip(2)
    guard try ahead.u16() == 0 else { throw .unsupported("a fractal heap with filters", offset: place) }

    try header.checkAndDropChecksum()
    try header.skip(5)
    idSize = Int(try header.u16())
    try header.skip(2)
    hasDirectChecksums = try header.u8() & 0x02 != 0
    let largestManaged = UInt64(try header.u32())
    _ = try header.length()
    hugeTree = try header.address()
    // Free space and statistics, of use to writers only.
    _ = try header.length()
    _ = try header.address()
    for _ in 0..<8 { _ = try header.length() }
    let width = UInt64(try header.u16())
    let startSize = try header.length()
    let largestDirect = try header.length()
    let heapBits = Int(try header.u16())
    _ = try header.u16()
    root = try header.address()
    rootRows = Int(try header.u16())
    guard idSize > 1, heapBits > 0, heapBits <= 64, largestManaged > 0,
      let table = DoublingTable(
        width: width, startSize: startSize, largestDirect: largestDirect, heapBits: heapBits),
      rootRows <= table.rows
    else { throw .malformed("a fractal heap of impossible sizes", offset: place) }
    self.table = table
    heapOffsetSize = (heapBits + 7) / 8
    heapLengthSize = min(encodedSize(largestDirect), encodedSize(largestManaged))
  }

  /// The object with that ID.
  /// - Parameter id: at least `idSize` bytes.
  mutating func object(_ id: Cursor, what: StaticString) throws(HDF5Error) -> Cursor {
    var id = id
    let place = id.offset
    let lead = try id.u8()
    guard lead >> 6 == 0 else { throw .unsupported("a heap ID of version \(lead >> 6)", offset: place) }
    switch lead >> 4 & 0x03 {
    case 0:
      let heapOffset = try id.unsigned(size: heapOffsetSize)
      let count = try id.unsigned(size: heapLengthSize)
      try objectBudget.spend(count, on: "heap object", at: place)
      return try managed(heapOffset, count: count, what: what, from: place)
    case 1:
      let (address, count) = try huge(id, from: place)
      try objectBudget.spend(count, on: "heap object", at: place)
      return try container.structure(at: address, count: count, what: what)
    case 2:
      // Up to 16 bytes, the lead byte says how many; where IDs are longer, the next byte as well.
      let isExtended = idSize - 1 > 16
      let low = isExtended ? Int(try id.u8()) : 0
      let count = (isExtended ? Int(lead & 0x0f) << 8 | low : Int(lead & 0x0f)) + 1
      return try id.structure(count, what: what)
    default: throw .malformed("a heap ID of type 3", offset: place)
    }
  }

  // MARK: Objects inside the heap's blocks

  private mutating func managed(
    _ heapOffset: UInt64, count: UInt64, what: StaticString, from place: UInt64
  ) throws(HDF5Error) -> Cursor {
    guard var address = root else { throw .malformed("an object of an empty heap", offset: place) }
    var start: UInt64 = 0
    var rows = rootRows
    var size = table.startSize
    // An indirect block's rows are fewer than its parent's, so this ends.
    while rows > 0 {
      let (row, column) = table.place(of: heapOffset - start)
      guard row < rows else { throw .malformed("an object past the end of its heap", offset: place) }
      var block = try indirectBlock(at: address, start: start, rows: rows)
      try block.skip((row * Int(table.width) + column) * container.offsetSize)
      let child = block.offset
      guard let next = try block.address() else {
        throw .malformed("a heap block that is missing", offset: child)
      }
      address = next
      start += table.offset(ofRow: row) + UInt64(column) * table.size(ofRow: row)
      size = table.size(ofRow: row)
      rows = table.isDirect(row) ? 0 : table.rowsOfChild(inRow: row)
      guard table.isDirect(row) || rows > 0 else {
        throw .malformed("a heap block of no rows", offset: child)
      }
    }
    var block = try directBlock(at: address, start: start, size: size)
    let inside = heapOffset - start
    // A block that was met before in another row of the table may be of another size.
    guard inside <= size, count <= size - inside, UInt64(block.remaining) <= size,
      inside >= size - UInt64(block.remaining)
    else {
      throw .malformed("an object of \(count) bytes at \(inside) in a heap block of \(size)", offset: place)
    }
    try block.skip(Int(inside) - (Int(size) - block.remaining))
    return try block.structure(Int(count), what: what)
  }

  /// The addresses in the indirect block at `address`.
  private mutating func indirectBlock(
    at address: UInt64, start: UInt64, rows: Int
  ) throws(HDF5Error) -> Cursor {
    if let known = blocks[address] { return known }
    let entries = UInt64(rows) * table.width * UInt64(container.offsetSize)
    let count = 9 + UInt64(container.offsetSize + heapOffsetSize) + entries
    try blockBudget.spend(count, on: "heap block", at: container.offset(of: address))
    var block = try container.structure(
      at: address, count: count, what: "an indirect heap block", isKept: true)
    try block.checkAndDropChecksum()
    try readBlockHead(&block, signature: "FHIB", start: start)
    blocks[address] = block
    return block
  }

  /// The direct block at `address`, without its head.
  private mutating func directBlock(
    at address: UInt64, start: UInt64, size: UInt64
  ) throws(HDF5Error) -> Cursor {
    if let known = blocks[address] { return known }
    try blockBudget.spend(size, on: "heap block", at: container.offset(of: address))
    var block = try container.structure(at: address, count: size, what: "a direct heap block", isKept: true)
    let whole = block
    try readBlockHead(&block, signature: "FHDB", start: start)
    if hasDirectChecksums {
      // The checksum is of the block with zeros in the checksum's own place.
      let place = block.offset
      var copy = whole
      var bytes = try copy.array(whole.remaining)
      let first = whole.remaining - block.remaining
      let stored = try block.u32()
      for index in first..<first + 4 { bytes[index] = 0 }
      guard lookup3(bytes[...]) == stored else {
        throw .malformed("the checksum of a direct heap block is wrong", offset: place)
      }
    }
    blocks[address] = block
    return block
  }

  private func readBlockHead(_ block: inout Cursor, signature: StaticString, start: UInt64) throws(HDF5Error)
  {
    let place = block.offset
    try block.signature(signature)
    _ = try block.version(0...0)
    guard try block.address() == address else {
      throw .malformed("a block of another fractal heap", offset: place)
    }
    guard try block.unsigned(size: heapOffsetSize) == start else {
      throw .malformed("a heap block in another one's place", offset: place)
    }
  }

  // MARK: Objects too large for the blocks

  private mutating func huge(
    _ id: Cursor, from place: UInt64
  ) throws(HDF5Error) -> (address: UInt64, count: UInt64) {
    var id = id
    if idSize - 1 >= container.offsetSize + container.lengthSize {
      return (try id.definedAddress(of: "object"), try id.length())
    }
    let key = try id.unsigned(size: min(8, idSize - 1))
    if hugeObjects == nil { hugeObjects = try hugeTable() }
    guard let found = hugeObjects?[key] else {
      throw .malformed("an object that its heap does not hold", offset: place)
    }
    return found
  }

  private func hugeTable() throws(HDF5Error) -> [UInt64: (address: UInt64, count: UInt64)] {
    guard let hugeTree else { return [:] }
    var objects: [UInt64: (address: UInt64, count: UInt64)] = [:]
    for record in try BTree2.records(at: hugeTree, type: BTree2.RecordType.hugeObject, in: container) {
      var record = record
      let address = try record.definedAddress(of: "object")
      let count = try record.length()
      objects[try record.length()] = (address, count)
    }
    return objects
  }
}

/// How a fractal heap's blocks grow: rows of `width` blocks; two rows of the smallest size, and then each row's
/// blocks are twice as large as those of the row before.
struct DoublingTable {
  let width: UInt64
  let startSize: UInt64
  /// How many rows a heap of the largest size would have.
  let rows: Int
  private let directRows: Int
  private let widthBits: Int
  private let startBits: Int

  /// Nil if the sizes are not powers of two that fit one another.
  init?(width: UInt64, startSize: UInt64, largestDirect: UInt64, heapBits: Int) {
    for size in [width, startSize, largestDirect] where size == 0 || size & (size - 1) != 0 { return nil }
    widthBits = width.trailingZeroBitCount
    startBits = startSize.trailingZeroBitCount
    guard largestDirect >= startSize, startBits + widthBits <= heapBits, heapBits < 64 else { return nil }
    self.width = width
    self.startSize = startSize
    rows = heapBits - startBits - widthBits + 1
    directRows = largestDirect.trailingZeroBitCount - startBits + 2
  }

  func size(ofRow row: Int) -> UInt64 { startSize << UInt64(max(0, row - 1)) }
  func offset(ofRow row: Int) -> UInt64 { row == 0 ? 0 : (startSize * width) << UInt64(row - 1) }
  func isDirect(_ row: Int) -> Bool { row < directRows }
  /// Fewer than `row`; not positive where such a child cannot be.
  func rowsOfChild(inRow row: Int) -> Int { row - widthBits }

  /// The row and the column of the block that holds byte `offset` of the table.
  func place(of offset: UInt64) -> (row: Int, column: Int) {
    let rowsBefore = offset >> UInt64(startBits + widthBits)
    let row = 64 - rowsBefore.leadingZeroBitCount
    let column = (offset - self.offset(ofRow: row)) >> UInt64(startBits + max(0, row - 1))
    return (row, Int(column))
  }
}
