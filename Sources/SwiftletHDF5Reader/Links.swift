import SwiftletSystem

/// One name in a group, and what it leads to.
struct Link: Sendable {
  enum Target: Sendable {
    /// An object header in this file.
    case object(UInt64)
    /// A path in this file, resolved by libhdf5 when it is opened; where it lies among the group's names.
    case soft(Range<Int>)
    case external
    case userDefined(UInt8)
  }

  fileprivate let name: Range<Int>
  let target: Target
  /// Where the link is stored in the source.
  let offset: UInt64
}

/// A group's links, however the group stores them, sorted by the bytes of their names.
///
/// All names lie in one array, for most are only compared and never become texts.
struct Links: Sendable {
  private var names: [UInt8] = []
  private var links: [Link] = []

  var count: Int { links.count }
  var isEmpty: Bool { links.isEmpty }
  /// The fewest bytes that they take in a sound file, where none lie upon others.
  var byteCount: UInt64 { UInt64(names.count + 8 * links.count) }

  subscript(index: Int) -> Link { links[index] }

  /// The name of a link.
  func name(of link: Link) -> String { text(link.name) }

  /// The text that lies there among the names.
  func text(_ place: Range<Int>) -> String { String(decoding: names[place], as: UTF8.self) }

  /// Which link has that name, found by halves.
  func index(of name: String) -> Int? {
    var name = name
    return name.withUTF8 { wanted -> Int? in
      var low = 0
      var high = links.count
      while low < high {
        let middle = (low + high) / 2
        let order = unsafe names.withUnsafeBufferPointer { names in
          unsafe byteOrder(UnsafeBufferPointer(rebasing: names[links[middle].name]), wanted)
        }
        if order == 0 { return middle }
        if order < 0 { low = middle + 1 } else { high = middle }
      }
      return nil
    }
  }

  /// No links yet; their names lie among those bytes.
  init(names: [UInt8]) { self.names = names }

  /// Makes room for as many links.
  mutating func reserve(_ count: Int) { links.reserveCapacity(count) }

  /// Where the text lies that begins with byte `first` of the names; nil if no zero byte ends it.
  /// - Precondition: there is such a byte.
  func textToZero(from first: Int) -> Range<Int>? {
    unsafe names.withUnsafeBytes { bytes in
      let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[first...])
      let count = unsafe countBeforeZero(text)
      return count < text.count ? first..<first + count : nil
    }
  }

  func isUTF8(_ text: Range<Int>) -> Bool {
    unsafe names.withUnsafeBufferPointer { unsafe isUTF8Text(UnsafeBufferPointer(rebasing: $0[text])) }
  }

  /// Adds a link whose name lies there among the names.
  /// - Throws: `HDF5Error.malformed` if it can be no part of a path.
  mutating func append(_ name: Range<Int>, target: Link.Target, offset: UInt64) throws(HDF5Error) {
    unsafe try names.withUnsafeBufferPointer { names throws(HDF5Error) in
      let name = unsafe UnsafeBufferPointer(rebasing: names[name])
      guard let base = name.baseAddress, name.count > 0 else {
        throw .malformed("a link without a name", offset: offset)
      }
      guard unsafe !swiftlet_has_byte(base, name.count, UInt8(ascii: "/")) else {
        throw .malformed("a link's name with a slash in it", offset: offset)
      }
      guard unsafe isUTF8Text(name) else {
        throw .malformed("a link's name that is not UTF-8", offset: offset)
      }
    }
    links.append(Link(name: name, target: target, offset: offset))
  }

  /// Puts the links in order, in which most files have them already.
  /// - Throws: `HDF5Error.malformed` if two have the same name.
  fileprivate mutating func sort() throws(HDF5Error) {
    if links.count < 2 { return }
    let names = names
    func order(_ a: Link, _ b: Link) -> Int32 {
      unsafe names.withUnsafeBufferPointer { names in
        unsafe byteOrder(
          UnsafeBufferPointer(rebasing: names[a.name]), UnsafeBufferPointer(rebasing: names[b.name]))
      }
    }
    var isInOrder = true
    for index in 1..<links.count where order(links[index - 1], links[index]) >= 0 {
      isInOrder = false
      break
    }
    if isInOrder { return }
    links.sort { order($0, $1) < 0 }
    for index in 1..<links.count where order(links[index - 1], links[index]) == 0 {
      throw .malformed("two links called \"\(name(of: links[index]))\"", offset: links[index].offset)
    }
  }
}

extension Links {
  typealias MessageType = ObjectHeader.MessageType

  /// All links of the group that the header describes.
  init(_ header: borrowing ObjectHeader) throws(HDF5Error) {
    let container = header.container
    if var message = try header.first(MessageType.symbolTable, what: "a symbol table message") {
      let tree = try message.definedAddress(of: "B-tree")
      let heap = try message.definedAddress(of: "local heap")
      self = try SymbolTable.links(tree: tree, heap: heap, in: container, near: message)
    }
    try header.forEach(MessageType.link, what: "a link") { message throws(HDF5Error) in
      try append(message: message)
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
    let name = addText(try message.array(Int(count)))
    let target: Link.Target
    switch type {
    case 0: target = .object(try message.definedAddress(of: "object"))
    case 1:
      let path = try message.text(Int(try message.u16()))
      target = .soft(addText(path.utf8))
    case 64: target = .external
    default: target = .userDefined(type)
    }
    try append(name, target: target, offset: place)
  }

  /// Puts a text behind the names.
  private mutating func addText(_ text: some Collection<UInt8>) -> Range<Int> {
    let first = names.count
    names += text
    return first..<names.count
  }
}
