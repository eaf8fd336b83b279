/// An object header (HDF5 specification, section IV.A): the messages that describe a group or a dataset.
struct ObjectHeader: Sendable {
  /// One message: its type, its flags, and where its body lies.
  struct Message: Sendable {
    let type: UInt16
    let flags: UInt8
    /// Which of the header's blocks it is in.
    fileprivate let block: Int
    fileprivate let body: Cursor.Place

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

  /// Relative to the base address.
  let address: UInt64
  /// Where the header lies in the source.
  let offset: UInt64
  /// How many bytes all its blocks take.
  let byteCount: UInt64
  /// In the order of the file, continuation blocks after what they continue; without the continuations.
  let messages: [Message]
  private let blocks: [Cursor]

  /// Reads the header at `address` with all its continuation blocks.
  init(at address: UInt64, in container: Container) throws(HDF5Error) {
    self.address = address
    offset = container.offset(of: address)
    let start = try container.structure(at: address, upTo: 512, what: "an object header")
    var reader = HeaderReader(container: container)
    if start.begins(with: "OHDR") {
      try reader.readVersion2(at: address, start: start)
    } else {
      try reader.readVersion1(at: address, start: start)
    }
    messages = reader.messages
    blocks = reader.blocks
    byteCount = reader.byteCount
  }

  /// The body of one of the messages.
  func body(_ message: Message) -> Cursor {
    blocks[message.block].structure(at: message.body, what: ObjectHeader.name(of: message.type))
  }

  /// The first message of `type`.
  /// - Throws: `HDF5Error.unsupported` if it is shared.
  func first(_ type: UInt16, what: StaticString) throws(HDF5Error) -> Cursor? {
    for message in messages where message.type == type {
      guard !message.isShared else { throw body(message).unsupported("\(what) shared between objects") }
      return body(message)
    }
    return nil
  }

  func has(_ type: UInt16) -> Bool {
    for message in messages where message.type == type { return true }
    return false
  }
}

/// Collects a header's messages over its blocks.
private struct HeaderReader {
  let container: Container
  private(set) var messages: [ObjectHeader.Message] = []
  /// The blocks that have been read.
  private(set) var blocks: [Cursor] = []
  /// Where they and those that are still to be read lie.
  private var places: [(address: UInt64, count: UInt64)] = []
  private var visited = VisitedAddresses()
  private var budget: ByteBudget
  private(set) var byteCount: UInt64 = 0

  init(container: Container) {
    self.container = container
    budget = ByteBudget(container)
  }

  mutating func readVersion1(at address: UInt64, start: Cursor) throws(HDF5Error) {
    var prefix = start
    _ = try prefix.version(1...1)
    try prefix.skip(1)
    let countAt = prefix.offset
    let messageCount = Int(try prefix.u16())
    try prefix.skip(4)
    let size = UInt64(try prefix.u32())
    // Messages are aligned to eight bytes, and the prefix is twelve long.
    try prefix.skip(4)
    try follow(address: address + 16, count: size)
    // No message takes fewer bytes than its head.
    messages.reserveCapacity(min(messageCount, Int(size / 8)))
    var seen = 0
    while blocks.count < places.count {
      let block = places[blocks.count]
      var cursor: Cursor
      if blocks.isEmpty, size <= UInt64(prefix.remaining) {
        cursor = try prefix.structure(Int(size), what: "an object header")
      } else {
        cursor = try container.structure(at: block.address, count: block.count, what: "an object header")
      }
      blocks.append(cursor)
      while cursor.remaining >= 8, seen < messageCount {
        let type = try cursor.u16()
        let count = Int(try cursor.u16())
        let flags = try cursor.u8()
        try cursor.skip(3)
        try add(type: type, flags: flags, body: try cursor.place(count))
        seen += 1
      }
    }
    guard seen == messageCount else {
      throw .malformed("an object header of \(messageCount) messages holds \(seen)", offset: countAt)
    }
  }

  mutating func readVersion2(at address: UInt64, start: Cursor) throws(HDF5Error) {
    var prefix = start
    try prefix.signature("OHDR")
    _ = try prefix.version(2...2)
    let headerFlags = try prefix.u8()
    if headerFlags & 0x20 != 0 { try prefix.skip(16) }
    if headerFlags & 0x10 != 0 { try prefix.skip(4) }
    let size = try prefix.unsigned(size: 1 << Int(headerFlags & 0x03))
    let prefixCount = UInt64(start.remaining - prefix.remaining)
    let (whole, overflow) = size.addingReportingOverflow(prefixCount + 4)
    guard !overflow else { throw prefix.malformed("an object header of \(size) bytes") }
    try follow(address: address, count: whole)
    while blocks.count < places.count {
      let block = places[blocks.count]
      var cursor = try container.structure(at: block.address, count: block.count, what: "an object header")
      try cursor.checkAndDropChecksum()
      if blocks.isEmpty {
        try cursor.skip(Int(prefixCount))
      } else {
        cursor = try cursor.structure(cursor.remaining, what: "a continuation of an object header")
        try cursor.signature("OCHK")
      }
      blocks.append(cursor)
      let messageHead = headerFlags & 0x04 != 0 ? 6 : 4
      // What is left when no message fits any more is a gap.
      while cursor.remaining >= messageHead {
        let type = UInt16(try cursor.u8())
        let count = Int(try cursor.u16())
        let flags = try cursor.u8()
        if headerFlags & 0x04 != 0 { try cursor.skip(2) }
        try add(type: type, flags: flags, body: try cursor.place(count))
      }
    }
  }

  /// Adds the message whose body lies there in the block that was read last.
  private mutating func add(type: UInt16, flags: UInt8, body: Cursor.Place) throws(HDF5Error) {
    let block = blocks.count - 1
    if type == ObjectHeader.MessageType.continuation {
      var body = blocks[block].structure(at: body, what: ObjectHeader.name(of: type))
      let address = try body.definedAddress(of: "block")
      try follow(address: address, count: try body.length())
      return
    }
    if type > ObjectHeader.MessageType.last && flags & 0x80 != 0 {
      throw blocks[block].structure(at: body, what: ObjectHeader.name(of: type))
        .unsupported("a message of type \(type) that no reader may pass over")
    }
    messages.append(ObjectHeader.Message(type: type, flags: flags, block: block, body: body))
  }

  private mutating func follow(address: UInt64, count: UInt64) throws(HDF5Error) {
    let place = container.offset(of: address)
    try container.check(address, count: count, of: "an object header")
    guard visited.insert(address) else {
      throw .malformed("an object header that continues in itself", offset: place)
    }
    try budget.spend(count, on: "object header", at: place)
    byteCount += count
    places.append((address, count))
  }
}

extension ObjectHeader {
  fileprivate static func name(of type: UInt16) -> StaticString {
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
