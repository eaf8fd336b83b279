/// An object header (HDF5 specification, section IV.A): the messages that describe a group or a dataset. It is handed
/// on, never copied, and never kept: it would keep a whole block of the file.
struct ObjectHeader: ~Copyable, Sendable {
  /// One message: its type, its flags, and where its body lies.
  fileprivate struct Message {
    let type: UInt16
    let flags: UInt8
    let body: Cursor.Place

    /// Whether the body lies elsewhere, in a committed datatype or a table of shared messages.
    var isShared: Bool { flags & 0x02 != 0 }
  }

  /// The types of message that this reader knows.
  enum MessageType {
    static let dataspace: UInt16 = 0x01
    static let linkInfo: UInt16 = 0x02
    static let datatype: UInt16 = 0x03
    static let oldFillValue: UInt16 = 0x04
    static let fillValue: UInt16 = 0x05
    static let link: UInt16 = 0x06
    static let externalFiles: UInt16 = 0x07
    static let layout: UInt16 = 0x08
    static let groupInfo: UInt16 = 0x0a
    static let filters: UInt16 = 0x0b
    static let attribute: UInt16 = 0x0c
    static let continuation: UInt16 = 0x10
    static let symbolTable: UInt16 = 0x11
    static let attributeInfo: UInt16 = 0x15
    /// The last type of the specification.
    static let last: UInt16 = 0x18
  }

  /// Where a header lies.
  struct Place: Sendable {
    /// Relative to the base address.
    let address: UInt64
    /// In the source.
    let offset: UInt64
    /// How many bytes all its blocks take.
    fileprivate(set) var byteCount: UInt64 = 0
  }

  let container: Container
  private(set) var place: Place
  /// A bit for each type of message that there is.
  private var types: UInt32 = 0
  /// The bytes before each message's body: 8 in version 1, 4 or 6 in version 2.
  private var headCount = 8
  /// The messages of the first block.
  private var block: Cursor
  /// Where those of the others lie, each after what it continues.
  private var continuations: [Cursor.Place] = []

  /// Reads the header at `address` with all its continuation blocks.
  static func read(at address: UInt64, in container: Container) throws(HDF5Error) -> ObjectHeader {
    // As long as most of them are; mostly this needs no further look at the file.
    let start = try container.structure(at: address, upTo: 512, what: "an object header")
    let isVersion2 = start.begins(with: "OHDR")
    var header = ObjectHeader(
      container: container, place: Place(address: address, offset: container.offset(of: address)),
      block: start)
    if isVersion2 {
      try header.readVersion2()
    } else {
      try header.readVersion1()
    }
    return header
  }

  private init(container: Container, place: Place, block: Cursor) {
    self.container = container
    self.place = place
    self.block = block
  }

  /// The first message of `type`.
  /// - Throws: `HDF5Error.unsupported` if it is shared.
  func first(_ type: UInt16, what: StaticString) throws(HDF5Error) -> Cursor? {
    guard has(type) else { return nil }
    // Messages are few, and to walk over them takes no longer than to note where each lies.
    if let found = try first(type, in: block, what: what) { return found }
    for place in continuations {
      if let found = try first(type, in: continuation(at: place), what: what) { return found }
    }
    return nil
  }

  /// The same in one block.
  @inline(__always)
  private func first(
    _ type: UInt16, in block: borrowing Cursor, what: StaticString
  ) throws(HDF5Error) -> Cursor? {
    var distance = 0
    while let message = try nextMessage(in: block, after: &distance) {
      if message.type == type { return try body(of: message, in: block, what: what) }
    }
    return nil
  }

  /// The first message of `type`, which must be there.
  /// - Throws: as `first(_:what:)`; `HDF5Error.malformed` if it is not.
  func required(_ type: UInt16, what: StaticString) throws(HDF5Error) -> Cursor {
    guard let message = try first(type, what: what) else {
      throw .malformed("a dataset without \(what)", offset: place.offset)
    }
    return message
  }

  /// Calls `body` with each message of `type`, in the order of the file.
  /// - Throws: `HDF5Error.unsupported` if one is shared; what `body` throws.
  func forEach(
    _ type: UInt16, what: StaticString, _ body: (consuming Cursor) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    guard has(type) else { return }
    for index in 0...continuations.count {
      let block = try index == 0 ? block : continuation(at: continuations[index - 1])
      var distance = 0
      while let message = try nextMessage(in: block, after: &distance) {
        if message.type == type { try body(self.body(of: message, in: block, what: what)) }
      }
    }
  }

  /// - Throws: `HDF5Error.unsupported` if the body lies elsewhere.
  @inline(__always)
  private func body(
    of message: Message, in block: borrowing Cursor, what: StaticString
  ) throws(HDF5Error) -> Cursor {
    let body = block.structure(at: message.body, what: ObjectHeader.name(of: message.type))
    guard !message.isShared else { throw body.unsupported("\(what) shared between objects") }
    return body
  }

  func has(_ type: UInt16) -> Bool { types >> type & 1 != 0 }

  private func continuation(at place: Cursor.Place) throws(HDF5Error) -> Cursor {
    try container.structure(at: place, what: "an object header", near: block)
  }

  /// The message that comes after the first `distance` bytes of a block, which then are those up to its end; nil if there
  /// is none, and no more than a gap.
  @inline(__always)
  private func nextMessage(
    in block: borrowing Cursor, after distance: inout Int
  ) throws(HDF5Error) -> Message? {
    guard block.remaining - distance >= headCount else { return nil }
    let type: UInt16
    let count: Int
    let flags: UInt8
    if headCount == 8 {
      // Two bytes of type, two of size, one of flags, and three that are not used.
      let head = block.integer(UInt64.self, ahead: distance)
      type = UInt16(truncatingIfNeeded: head)
      count = Int(head >> 16 & 0xffff)
      flags = UInt8(truncatingIfNeeded: head >> 32)
    } else {
      // One byte of type, two of size, one of flags, and perhaps two of the order of creation.
      let head = block.integer(UInt32.self, ahead: distance)
      type = UInt16(head & 0xff)
      count = Int(head >> 8 & 0xffff)
      flags = UInt8(head >> 24)
    }
    let body = try block.place(count, ahead: distance + headCount)
    distance += headCount + count
    return Message(type: type, flags: flags, body: body)
  }
}

// MARK: Reading

extension ObjectHeader {
  private mutating func readVersion1() throws(HDF5Error) {
    _ = try block.version(1...1)
    try block.skip(1)
    let countAt = block.offset
    let messageCount = Int(try block.u16())
    try block.skip(4)
    let size = UInt64(try block.u32())
    // Messages are aligned to eight bytes, and the prefix is twelve long.
    try block.skip(4)
    var walk = HeaderWalk(container)
    try walk.note(place.address + 16, count: size)
    try container.complete(&block, at: place.address, headCount: 16, count: 16 + size)
    try block.cut(to: Int(size))
    var left = messageCount
    try readMessages(&walk, atMost: &left)
    guard left == 0 else {
      throw .malformed(
        "an object header of \(messageCount) messages holds \(messageCount - left)", offset: countAt)
    }
  }

  private mutating func readVersion2() throws(HDF5Error) {
    var prefix = block
    try prefix.signature("OHDR")
    _ = try prefix.version(2...2)
    let flags = try prefix.u8()
    if flags & 0x20 != 0 { try prefix.skip(16) }
    if flags & 0x10 != 0 { try prefix.skip(4) }
    let size = try prefix.unsigned(size: 1 << Int(flags & 0x03))
    let prefixCount = block.remaining - prefix.remaining
    let (whole, overflow) = size.addingReportingOverflow(UInt64(prefixCount) + 4)
    guard !overflow else { throw prefix.malformed("an object header of \(size) bytes") }
    var walk = HeaderWalk(container)
    try walk.note(place.address, count: whole)
    block = try container.structure(at: place.address, count: whole, what: "an object header")
    try block.checkAndDropChecksum()
    try block.skip(prefixCount)
    headCount = flags & 0x04 != 0 ? 6 : 4
    var left = Int.max
    try readMessages(&walk, atMost: &left)
  }

  /// Reads the messages in the first block and in the continuations.
  private mutating func readMessages(_ walk: inout HeaderWalk, atMost left: inout Int) throws(HDF5Error) {
    try block.cut(to: note(block, atMost: &left, &walk))
    var index = 0
    while index < continuations.count {
      var block = try continuation(at: continuations[index])
      if headCount != 8 {
        try block.checkAndDropChecksum()
        block = try block.structure(block.remaining, what: "a continuation of an object header")
        try block.signature("OCHK")
      }
      continuations[index] = try block.place(note(block, atMost: &left, &walk))
      index += 1
    }
    // Those in which nothing lies would be read again for every message that is looked for.
    continuations.removeAll { $0.count == 0 }
    place.byteCount = walk.byteCount
  }

  /// Notes what messages there are in a block, up to `left`, and where the header goes on.
  /// - Returns: how many bytes these messages take.
  private mutating func note(
    _ block: Cursor, atMost left: inout Int, _ walk: inout HeaderWalk
  ) throws(HDF5Error) -> Int {
    var distance = 0
    while left > 0, let message = try nextMessage(in: block, after: &distance) {
      left -= 1
      if message.type == MessageType.continuation {
        var body = block.structure(at: message.body, what: "a continuation message")
        let address = try body.definedAddress(of: "block")
        continuations.append(try walk.note(address, count: try body.length()))
      } else if message.type <= MessageType.last {
        types |= 1 << UInt32(message.type)
      } else if message.flags & 0x80 != 0 {
        throw block.structure(at: message.body, what: "an object header message")
          .unsupported("a message of type \(message.type) that no reader may pass over")
      }
    }
    return distance
  }
}

/// Which bytes a header lies in, noted while it is read.
private struct HeaderWalk {
  private let container: Container
  private(set) var byteCount: UInt64 = 0
  private var visited = VisitedAddresses()
  private var budget: ByteBudget

  init(_ container: Container) {
    self.container = container
    budget = ByteBudget(container)
  }

  /// Checks that a block can lie there, and counts it.
  @discardableResult
  mutating func note(_ address: UInt64, count: UInt64) throws(HDF5Error) -> Cursor.Place {
    let place = container.offset(of: address)
    try container.check(address, count: count, of: "an object header")
    guard visited.insert(address) else {
      throw .malformed("an object header that continues in itself", offset: place)
    }
    try budget.spend(count, on: "object header", at: place)
    byteCount += count
    // What lies in the file can be counted.
    return Cursor.Place(offset: place, count: Int(count))
  }
}

extension ObjectHeader {
  private static func name(of type: UInt16) -> StaticString {
    switch type {
    case ObjectHeader.MessageType.dataspace: "a dataspace message"
    case ObjectHeader.MessageType.linkInfo: "a link info message"
    case ObjectHeader.MessageType.datatype: "a datatype message"
    case ObjectHeader.MessageType.oldFillValue, ObjectHeader.MessageType.fillValue: "a fill value message"
    case ObjectHeader.MessageType.link: "a link message"
    case ObjectHeader.MessageType.layout: "a data layout message"
    case ObjectHeader.MessageType.attribute: "an attribute message"
    case ObjectHeader.MessageType.continuation: "a continuation message"
    case ObjectHeader.MessageType.symbolTable: "a symbol table message"
    case ObjectHeader.MessageType.attributeInfo: "an attribute info message"
    default: "an object header message"
    }
  }
}
