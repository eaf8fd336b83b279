/// One name in a group, and what it leads to.
struct Link: Sendable {
  enum Target: Sendable {
    /// An object header in this file.
    case object(UInt64)
    /// A path in this file, resolved by libhdf5 when it is opened.
    case soft(String)
    case external
    case userDefined(UInt8)
  }

  let name: String
  let target: Target
  /// Where the link is stored in the source.
  let offset: UInt64
}

/// Finds a group's links, however the group stores them.
enum Links {
  typealias MessageType = ObjectHeader.MessageType

  /// All links of the group, sorted by the bytes of their names.
  /// - Throws: `HDF5Error.malformed` if two have the same name.
  static func read(_ header: ObjectHeader, in container: Container) throws(HDF5Error) -> [Link] {
    var links: [Link] = []
    if var message = try header.first(MessageType.symbolTable, what: "a symbol table message") {
      let tree = try message.definedAddress(of: "B-tree")
      let heap = try message.definedAddress(of: "local heap")
      links = try SymbolTable.links(tree: tree, heap: heap, in: container)
    }
    for message in header.messages where message.type == MessageType.link {
      guard !message.isShared else { throw header.body(message).unsupported("a link shared between objects") }
      links.append(try link(header.body(message)))
    }
    if var message = try header.first(MessageType.linkInfo, what: "a link info message") {
      _ = try message.version(0...0)
      if try message.u8() & 0x01 != 0 { try message.skip(8) }
      let heap = try message.address()
      let tree = try message.address()
      if let heap, let tree { links += try dense(heap: heap, tree: tree, in: container) }
    }
    // Mostly they are in order in the file.
    if isInOrder(links) { return links }
    links.sort { precedes($0.name, $1.name) }
    for index in links.indices.dropFirst() where sameName(links[index - 1].name, links[index].name) {
      throw .malformed("two links called \"\(links[index].name)\"", offset: links[index].offset)
    }
    return links
  }

  /// Whether each name comes before the next.
  private static func isInOrder(_ links: [Link]) -> Bool {
    for index in links.indices.dropFirst() where !precedes(links[index - 1].name, links[index].name) {
      return false
    }
    return true
  }

  /// Links in a fractal heap, listed by a version 2 B-tree (section IV.A.2.c).
  private static func dense(heap: UInt64, tree: UInt64, in container: Container) throws(HDF5Error) -> [Link] {
    var heap = try FractalHeap(at: heap, in: container)
    var links: [Link] = []
    for record in try BTree2.records(at: tree, type: BTree2.RecordType.linkName, in: container) {
      var record = record
      // The name's hash comes first.
      try record.skip(4)
      let id = try record.structure(heap.idSize, what: "a heap ID")
      links.append(try link(try heap.object(id, what: "a link message")))
    }
    return links
  }

  /// A link message (section IV.A.2.g).
  static func link(_ message: Cursor) throws(HDF5Error) -> Link {
    var message = message
    let place = message.offset
    _ = try message.version(1...1)
    let flags = try message.u8()
    let type = flags & 0x08 != 0 ? try message.u8() : 0
    if flags & 0x04 != 0 { try message.skip(8) }
    if flags & 0x10 != 0 { try message.skip(1) }
    let count = try message.unsigned(size: 1 << Int(flags & 0x03))
    guard count > 0, count <= UInt64(message.remaining) else {
      throw message.malformed("a link's name of \(count) bytes")
    }
    let nameAt = message.offset
    let name = try message.text(Int(count))
    guard name.utf8.count == Int(count) else {
      throw .malformed("a link's name with a zero byte", offset: nameAt)
    }
    let target: Link.Target
    switch type {
    case 0: target = .object(try message.definedAddress(of: "object"))
    case 1: target = .soft(try message.text(Int(try message.u16())))
    case 64: target = .external
    default: target = .userDefined(type)
    }
    return Link(name: try checked(name, offset: nameAt), target: target, offset: place)
  }

  /// A name that can be part of a path.
  static func checked(_ name: String, offset: UInt64) throws(HDF5Error) -> String {
    guard !name.isEmpty else { throw .malformed("a link without a name", offset: offset) }
    guard !holdsSlash(name) else { throw .malformed("a link's name with a slash in it", offset: offset) }
    return name
  }
}
