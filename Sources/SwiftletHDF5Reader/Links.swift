import SwiftletSystem

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

/// A group's links, however the group stores them, sorted by the bytes of their names.
///
/// All names lie in one array, for most are only compared and never become texts.
struct Links: Sendable {
  private struct Entry: Sendable {
    let name: Range<Int>
    let target: Link.Target
    let offset: UInt64
  }

  private var names: [UInt8] = []
  private var entries: [Entry] = []

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }
  /// The fewest bytes that they take in a sound file, where none lie upon others.
  var byteCount: UInt64 {
    entries.reduce(UInt64(names.count + 8 * entries.count)) { sum, entry in
      if case .soft(let path) = entry.target { return sum + UInt64(path.utf8.count) }
      return sum
    }
  }

  subscript(index: Int) -> Link {
    link(index, called: String(decoding: names[entries[index].name], as: UTF8.self))
  }

  /// The link at `index`, whose name the caller has.
  func link(_ index: Int, called name: String) -> Link {
    Link(name: name, target: entries[index].target, offset: entries[index].offset)
  }

  /// Which link has that name, found by halves.
  func index(of name: String) -> Int? {
    var name = name
    return name.withUTF8 { wanted -> Int? in
      var low = 0
      var high = entries.count
      while low < high {
        let middle = (low + high) / 2
        let order = unsafe names.withUnsafeBufferPointer { names in
          unsafe byteOrder(UnsafeBufferPointer(rebasing: names[entries[middle].name]), wanted)
        }
        if order == 0 { return middle }
        if order < 0 { low = middle + 1 } else { high = middle }
      }
      return nil
    }
  }

  /// Makes room for as many links, with so many bytes of names.
  mutating func reserve(_ count: Int, nameBytes: Int) {
    entries.reserveCapacity(count)
    names.reserveCapacity(nameBytes)
  }

  /// Adds a link whose name lies at `place` of `structure`.
  /// - Throws: `HDF5Error.malformed` if it can be no part of a path.
  mutating func append(
    _ place: Cursor.Place, of structure: borrowing Cursor, target: Link.Target, offset: UInt64
  ) throws(HDF5Error) {
    let first = names.count
    unsafe try structure.withBytes(at: place) { name throws(HDF5Error) in
      guard let base = name.baseAddress, name.count > 0 else {
        throw .malformed("a link without a name", offset: offset)
      }
      guard unsafe !swiftlet_has_byte(base, name.count, UInt8(ascii: "/")) else {
        throw .malformed("a link's name with a slash in it", offset: offset)
      }
      guard unsafe isUTF8(name) else {
        throw .malformed("\(structure.what) holds text that is not UTF-8", offset: offset)
      }
      unsafe names.append(contentsOf: name)
    }
    entries.append(Entry(name: first..<names.count, target: target, offset: offset))
  }

  /// Puts the links in order, in which most files have them already.
  /// - Throws: `HDF5Error.malformed` if two have the same name.
  fileprivate mutating func sort() throws(HDF5Error) {
    if entries.count < 2 { return }
    let names = names
    func order(_ a: Entry, _ b: Entry) -> Int32 {
      unsafe names.withUnsafeBufferPointer { names in
        unsafe byteOrder(
          UnsafeBufferPointer(rebasing: names[a.name]), UnsafeBufferPointer(rebasing: names[b.name]))
      }
    }
    var isInOrder = true
    for index in 1..<entries.count where order(entries[index - 1], entries[index]) >= 0 {
      isInOrder = false
      break
    }
    if isInOrder { return }
    entries.sort { order($0, $1) < 0 }
    for index in 1..<entries.count where order(entries[index - 1], entries[index]) == 0 {
      throw .malformed("two links called \"\(self[index].name)\"", offset: entries[index].offset)
    }
  }
}

extension Links {
  typealias MessageType = ObjectHeader.MessageType

  /// All links of the group that the header describes.
  init(_ header: borrowing ObjectHeader, in container: Container) throws(HDF5Error) {
    if var message = try header.first(MessageType.symbolTable, what: "a symbol table message") {
      let tree = try message.definedAddress(of: "B-tree")
      let heap = try message.definedAddress(of: "local heap")
      self = try SymbolTable.links(tree: tree, heap: heap, in: container, near: message)
    }
    for message in header.messages where message.type == MessageType.link {
      guard !message.isShared else { throw header.body(message).unsupported("a link shared between objects") }
      try append(message: header.body(message))
    }
    if var message = try header.first(MessageType.linkInfo, what: "a link info message") {
      _ = try message.version(0...0)
      if try message.u8() & 0x01 != 0 { try message.skip(8) }
      let heap = try message.address()
      let tree = try message.address()
      if let heap, let tree { try appendDense(heap: heap, tree: tree, in: container) }
    }
    try sort()
  }

  /// Links in a fractal heap, listed by a version 2 B-tree (section IV.A.2.c).
  private mutating func appendDense(heap: UInt64, tree: UInt64, in container: Container) throws(HDF5Error) {
    var heap = try FractalHeap(at: heap, in: container)
    for record in try BTree2.records(at: tree, type: BTree2.RecordType.linkName, in: container) {
      var record = record
      // The name's hash comes first.
      try record.skip(4)
      let id = try record.structure(heap.idSize, what: "a heap ID")
      try append(message: try heap.object(id, what: "a link message"))
    }
  }

  /// A link message (section IV.A.2.g).
  mutating func append(message: consuming Cursor) throws(HDF5Error) {
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
    guard message.countToZero(Int(count)) == Int(count) else {
      throw .malformed("a link's name with a zero byte", offset: nameAt)
    }
    let name = try message.place(Int(count))
    let target: Link.Target
    switch type {
    case 0: target = .object(try message.definedAddress(of: "object"))
    case 1: target = .soft(try message.text(Int(try message.u16())))
    case 64: target = .external
    default: target = .userDefined(type)
    }
    try append(name, of: message, target: target, offset: place)
  }
}
