/// The older way to store a group: a version 1 B-tree of symbol table nodes (HDF5 specification, sections
/// III.A.1 and III.B), with the names in a local heap (III.D).
struct SymbolTable {
  private let container: Container
  private var links: Links
  private var visited = VisitedAddresses()
  private var budget: ByteBudget
  private let heapCount: Int
  /// Names of a sound file do not overlap in the heap, so all of them cannot be longer than it is.
  private var nameBytesLeft: Int

  /// Every link of the group whose B-tree and local heap lie at these addresses.
  /// - Parameter message: what gave them; mostly they lie near.
  static func links(
    tree: UInt64, heap: UInt64, in container: Container, near message: borrowing Cursor
  ) throws(HDF5Error) -> Links {
    var table = SymbolTable(
      container: container, names: try localHeap(at: heap, in: container, near: message))
    try table.readTree(at: tree, level: nil, near: message)
    return table.links
  }

  private init(container: Container, names: [UInt8]) {
    self.container = container
    links = Links(names: names)
    heapCount = names.count
    budget = ByteBudget(container)
    nameBytesLeft = names.count
  }

  /// - Parameter level: what the parent says it must be; nil for the root. It falls by one from node to node,
  ///   so that recursion ends.
  private mutating func readTree(
    at address: UInt64, level expected: Int?, near other: borrowing Cursor
  ) throws(HDF5Error) {
    let place = container.offset(of: address)
    guard visited.insert(address) else {
      throw .malformed("a B-tree node that is reached twice", offset: place)
    }
    // As long as libhdf5 makes a node; mostly the entries need no further look at the file.
    var node = try container.structure(at: address, upTo: 544, what: "a B-tree node", near: other)
    try node.signature("TREE")
    let type = try node.u8()
    guard type == 0 else { throw .malformed("a B-tree node of type \(type) in a group", offset: place) }
    let level = Int(try node.u8())
    guard level == expected ?? level else {
      throw .malformed("a B-tree node of level \(level) in place of \(expected ?? level)", offset: place)
    }
    guard level < container.limits.depth else {
      throw .limit("a B-tree of \(level + 1) levels", offset: place)
    }
    let count = UInt64(try node.u16())
    let headCount = UInt64(8 + 2 * container.offsetSize)
    let pairs = count * UInt64(container.offsetSize + container.lengthSize) + UInt64(container.lengthSize)
    try budget.spend(headCount + pairs, on: "B-tree node", at: place)
    try container.complete(&node, at: address, headCount: 8, count: headCount + pairs)
    // The siblings' addresses.
    try node.skip(2 * container.offsetSize)
    for _ in 0..<count {
      // The key: the first name of the child, which the child itself has too.
      _ = try node.length()
      let child = try node.definedAddress(of: "child")
      if level == 0 {
        try readNode(at: child, near: node)
      } else {
        try readTree(at: child, level: level - 1, near: node)
      }
    }
  }

  private mutating func readNode(at address: UInt64, near tree: borrowing Cursor) throws(HDF5Error) {
    let place = container.offset(of: address)
    guard visited.insert(address) else {
      throw .malformed("a symbol table node that is reached twice", offset: place)
    }
    var node = try container.structure(
      at: address, upTo: 328, what: "a symbol table node", near: tree)
    try node.signature("SNOD")
    _ = try node.version(1...1)
    try node.skip(1)
    let count = UInt64(try node.u16())
    let size = 8 + count * UInt64(2 * container.offsetSize + 24)
    try budget.spend(size, on: "symbol table node", at: place)
    try container.complete(&node, at: address, headCount: 8, count: size)
    // Mostly a group has one node.
    if links.isEmpty { links.reserve(Int(count)) }
    for _ in 0..<count { try addEntry(&node) }
  }

  /// A symbol table entry (section III.C).
  private mutating func addEntry(_ node: inout Cursor) throws(HDF5Error) {
    let place = node.offset
    let name = try name(at: try node.definedAddress(of: "link name"), from: place)
    let objectAt = node.offset
    let object = try node.address()
    // Four bytes that say what lies in the sixteen at the end, and four that are not used.
    let cache = UInt32(truncatingIfNeeded: try node.u64())
    let scratch = UInt64(try node.u32())
    try node.skip(12)
    let target: Link.Target
    if cache == 2 {
      let path = try self.name(at: scratch, from: place)
      guard links.isUTF8(path) else { throw .malformed("a soft link that is not UTF-8", offset: place) }
      target = .soft(path)
    } else if let object {
      target = .object(object)
    } else {
      throw .malformed("a link that leads nowhere", offset: objectAt)
    }
    try links.append(name, target: target, offset: place)
  }

  /// Where the zero-terminated text at `heapOffset` lies in the heap.
  /// - Parameter place: where in the source the text is asked for.
  private mutating func name(at heapOffset: UInt64, from place: UInt64) throws(HDF5Error) -> Range<Int> {
    guard heapOffset < UInt64(heapCount) else {
      throw .malformed("a name at \(heapOffset) in a local heap of \(heapCount) bytes", offset: place)
    }
    guard let name = links.textToZero(from: Int(heapOffset)) else {
      throw .malformed("a local heap's data segment holds a name without an end", offset: place)
    }
    guard name.count < nameBytesLeft else {
      throw .malformed("names that overlap in a local heap", offset: place)
    }
    nameBytesLeft -= name.count + 1
    return name
  }

  /// The bytes of a local heap (section III.D): the names of one group.
  private static func localHeap(
    at address: UInt64, in container: Container, near other: borrowing Cursor
  ) throws(HDF5Error) -> [UInt8] {
    let headCount = UInt64(8 + 2 * container.lengthSize + container.offsetSize)
    var head = try container.structure(at: address, count: headCount, what: "a local heap", near: other)
    try head.signature("HEAP")
    _ = try head.version(0...0)
    try head.skip(3)
    let size = try head.length()
    // The free list is of use to writers only.
    _ = try head.length()
    let data = try head.definedAddress(of: "data segment")
    var segment = try container.structure(
      at: data, count: size, what: "a local heap's data segment", near: head)
    return try segment.array(segment.remaining)
  }
}
