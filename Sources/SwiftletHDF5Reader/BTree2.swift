/// A version 2 B-tree (HDF5 specification, section III.A.2), read whole, in order.
struct BTree2 {
  /// What the tree's records are; the specification's type numbers.
  enum RecordType {
    static let hugeObject: UInt8 = 1
    static let linkName: UInt8 = 5
    static let attributeName: UInt8 = 8
  }

  /// Every record of a tree, each with its own bytes.
  static func records(
    at address: UInt64, type: UInt8, in container: Container
  ) throws(HDF5Error) -> [Cursor] {
    var tree = try BTree2(at: address, type: type, in: container)
    if let root = tree.root, tree.total > 0 {
      try tree.read(at: root, count: tree.rootCount, level: tree.depth)
    }
    guard UInt64(tree.records.count) == tree.total else {
      throw .malformed(
        "a B-tree of \(tree.total) records that holds \(tree.records.count)",
        offset: container.offset(of: address))
    }
    return tree.records
  }

  private let container: Container
  private let type: UInt8
  private let recordSize: Int
  private let depth: Int
  private let root: UInt64?
  private let rootCount: Int
  private let total: UInt64
  /// How many bytes a child's record count takes, and, for each level, the count of all records below a node.
  private let countSize: Int
  private let totalSizes: [Int]
  private var records: [Cursor] = []
  private var visited = VisitedAddresses()
  private var budget: ByteBudget

  private init(at address: UInt64, type: UInt8, in container: Container) throws(HDF5Error) {
    self.container = container
    self.type = type
    budget = ByteBudget(container)
    let count = UInt64(22 + container.offsetSize + container.lengthSize)
    var header = try container.structure(at: address, count: count, what: "a version 2 B-tree")
    let place = header.offset
    try header.checkAndDropChecksum()
    try header.signature("BTHD")
    _ = try header.version(0...0)
    let found = try header.u8()
    guard found == type else {
      throw .malformed("a B-tree of type \(found) in place of \(type)", offset: place)
    }
    let nodeSize = UInt64(try header.u32())
    recordSize = Int(try header.u16())
    depth = Int(try header.u16())
    try header.skip(2)
    root = try header.address()
    rootCount = Int(try header.u16())
    total = try header.length()
    guard depth < container.limits.depth else {
      throw .limit("a B-tree of \(depth + 1) levels", offset: place)
    }
    guard recordSize > 0, nodeSize > 10 + UInt64(recordSize) else {
      throw .malformed("B-tree nodes of \(nodeSize) bytes for records of \(recordSize)", offset: place)
    }

    // How wide a child's counts are follows from how many records could fit (section III.A.2, the note on
    // internal nodes).
    let perLeaf = (nodeSize - 10) / UInt64(recordSize)
    countSize = encodedSize(perLeaf)
    var totalSizes = [0]
    var below = perLeaf
    for level in stride(from: 1, through: depth, by: 1) {
      let pointer = UInt64(container.offsetSize + countSize + totalSizes[level - 1])
      guard nodeSize > 10 + pointer else {
        throw .malformed("B-tree nodes of \(nodeSize) bytes", offset: place)
      }
      let perNode = (nodeSize - 10 - pointer) / (UInt64(recordSize) + pointer)
      let (product, overflow) = (perNode + 1).multipliedReportingOverflow(by: below)
      let (sum, overflowToo) = product.addingReportingOverflow(perNode)
      guard !overflow, !overflowToo else {
        throw .malformed("a B-tree of \(depth + 1) levels", offset: place)
      }
      below = sum
      totalSizes.append(encodedSize(below))
    }
    self.totalSizes = totalSizes
  }

  /// - Parameter level: 0 for a leaf; it falls by one from node to node, so that recursion ends.
  private mutating func read(at address: UInt64, count: Int, level: Int) throws(HDF5Error) {
    let place = container.offset(of: address)
    guard visited.insert(address) else {
      throw .malformed("a B-tree node that is reached twice", offset: place)
    }
    let pointerSize = container.offsetSize + countSize + (level > 0 ? totalSizes[level - 1] : 0)
    let size = UInt64(10 + count * recordSize + (level > 0 ? (count + 1) * pointerSize : 0))
    try budget.spend(size, on: "B-tree node", at: place)
    // The records are kept, and would keep a whole block each.
    var node = try container.structure(
      at: address, count: size, what: "a version 2 B-tree node", isKept: true)
    try node.checkAndDropChecksum()
    try node.signature(level > 0 ? "BTIN" : "BTLF")
    _ = try node.version(0...0)
    let found = try node.u8()
    guard found == type else {
      throw .malformed("a B-tree node of type \(found) in place of \(type)", offset: place)
    }
    var own: [Cursor] = []
    own.reserveCapacity(count)
    for _ in 0..<count { own.append(try node.structure(recordSize, what: "a B-tree record")) }
    guard level > 0 else {
      records += own
      return
    }
    for index in 0...count {
      let child = try node.definedAddress(of: "child")
      let childCount = Int(truncatingIfNeeded: try node.unsigned(size: countSize))
      try node.skip(totalSizes[level - 1])
      guard childCount >= 0, childCount <= Int(UInt16.max) else {
        throw node.malformed("a B-tree node of \(childCount) records")
      }
      try read(at: child, count: childCount, level: level - 1)
      if index < count { records.append(own[index]) }
    }
  }
}

/// How many bytes it takes to write any number up to `limit`, which is at least 1.
func encodedSize(_ limit: UInt64) -> Int { (63 - min(63, limit.leadingZeroBitCount)) / 8 + 1 }
