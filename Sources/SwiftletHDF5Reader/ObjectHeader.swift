/// An object header (HDF5 specification, section IV.A): the messages that describe a group or a dataset. It is handed
/// on, and never copied.
struct ObjectHeader: ~Copyable, Sendable {
  /// One message: its type, its flags, and where its body lies.
  struct Message: Sendable {
    let type: UInt16
    let flags: UInt8
    /// Which of the header's blocks it is in: 0 for the first, 1 for the first continuation.
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

  /// Where a header lies.
  struct Place: Sendable {
    /// Relative to the base address.
    let address: UInt64
    /// In the source.
    let offset: UInt64
    /// How many bytes all its blocks take.
    fileprivate(set) var byteCount: UInt64 = 0
  }

  private(set) var place: Place
  /// In the order of the file, continuation blocks after what they continue; without the continuations.
  private(set) var messages: [Message] = []
  /// A bit for each type of message that there is.
  private var types: UInt32 = 0
  private var block: Cursor
  private var continuations: [Cursor] = []

  /// Reads the header at `address` with all its continuation blocks.
  static func read(at address: UInt64, in container: Container) throws(HDF5Error) -> ObjectHeader {
    // As long as most of them are; mostly this needs no further look at the file.
    let start = try container.structure(at: address, upTo: 512, what: "an object header")
    var header = ObjectHeader(
      place: Place(address: address, offset: container.offset(of: address)), block: start)
    var extent = HeaderExtent(container)
    if start.begins(with: "OHDR") {
      try header.readVersion2(in: container, &extent)
    } else {
      try header.readVersion1(in: container, &extent)
    }
    header.place.byteCount = extent.byteCount
    return header
  }

  private init(place: Place, block: Cursor) {
    self.place = place
    self.block = block
  }

  /// For an object that is kept: moves the first block's bytes to memory of their own, as the continuations' are, for
  /// they would keep a whole block of the file.
  /// Most objects have no attributes; without them, nothing is left but the place.
  mutating func keepAttributes() {
    if has(MessageType.attribute) || has(MessageType.attributeInfo) {
      block = block.kept()
    } else {
      block = block.empty
      continuations = []
      messages = []
      types = 0
    }
  }

  /// The body of one of the messages.
  func body(_ message: Message) -> Cursor {
    let name = ObjectHeader.name(of: message.type)
    if message.block == 0 { return block.structure(at: message.body, what: name) }
    return continuations[message.block - 1].structure(at: message.body, what: name)
  }

  /// The first message of `type`.
  /// - Throws: `HDF5Error.unsupported` if it is shared.
  func first(_ type: UInt16, what: StaticString) throws(HDF5Error) -> Cursor? {
    guard has(type) else { return nil }
    for message in messages where message.type == type {
      guard !message.isShared else { throw body(message).unsupported("\(what) shared between objects") }
      return body(message)
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

  func has(_ type: UInt16) -> Bool { types >> type & 1 != 0 }

  private mutating func readVersion1(
    in container: Container, _ extent: inout HeaderExtent
  ) throws(HDF5Error) {
    _ = try block.version(1...1)
    try block.skip(1)
    let countAt = block.offset
    let messageCount = Int(try block.u16())
    try block.skip(4)
    let size = UInt64(try block.u32())
    // Messages are aligned to eight bytes, and the prefix is twelve long.
    try block.skip(4)
    try extent.note(place.address + 16, count: size, in: container)
    // No message takes fewer bytes than its head.
    messages.reserveCapacity(min(messageCount, Int(size / 8)))
    try container.complete(&block, at: place.address, headCount: 16, count: 16 + size)
    try block.cut(to: Int(size))
    var seen = 0
    try readMessages(of: block, upTo: messageCount, seen: &seen, in: container, &extent)
    while continuations.count < extent.places.count {
      let next = extent.places[continuations.count]
      let block = try container.structure(
        at: next.address, count: next.count, what: "an object header", isKept: true)
      continuations.append(block)
      try readMessages(of: block, upTo: messageCount, seen: &seen, in: container, &extent)
    }
    guard seen == messageCount else {
      throw .malformed("an object header of \(messageCount) messages holds \(seen)", offset: countAt)
    }
  }

  /// Reads the messages of a version 1 header in the block that was read last.
  private mutating func readMessages(
    of block: consuming Cursor, upTo messageCount: Int, seen: inout Int, in container: Container,
    _ extent: inout HeaderExtent
  ) throws(HDF5Error) {
    while block.remaining >= 8, seen < messageCount {
      // Two bytes of type, two of size, one of flags, and three that are not used.
      let head = try block.u64()
      let body = try block.place(Int(head >> 16 & 0xffff))
      try add(
        type: UInt16(truncatingIfNeeded: head), flags: UInt8(truncatingIfNeeded: head >> 32), body: body,
        of: block, in: container, &extent)
      seen += 1
    }
  }

  private mutating func readVersion2(
    in container: Container, _ extent: inout HeaderExtent
  ) throws(HDF5Error) {
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
    try extent.note(place.address, count: whole, in: container)
    block = try container.structure(at: place.address, count: whole, what: "an object header")
    try block.checkAndDropChecksum()
    try block.skip(prefixCount)
    try readMessages(of: block, headerFlags: flags, in: container, &extent)
    while continuations.count < extent.places.count {
      let next = extent.places[continuations.count]
      var block = try container.structure(
        at: next.address, count: next.count, what: "an object header", isKept: true)
      try block.checkAndDropChecksum()
      block = try block.structure(block.remaining, what: "a continuation of an object header")
      try block.signature("OCHK")
      continuations.append(block)
      try readMessages(of: block, headerFlags: flags, in: container, &extent)
    }
  }

  /// Reads the messages of a version 2 header in the block that was read last.
  private mutating func readMessages(
    of block: consuming Cursor, headerFlags: UInt8, in container: Container, _ extent: inout HeaderExtent
  ) throws(HDF5Error) {
    let messageHead = headerFlags & 0x04 != 0 ? 6 : 4
    // What is left when no message fits any more is a gap.
    while block.remaining >= messageHead {
      let type = UInt16(try block.u8())
      let count = Int(try block.u16())
      let flags = try block.u8()
      if headerFlags & 0x04 != 0 { try block.skip(2) }
      let body = try block.place(count)
      try add(type: type, flags: flags, body: body, of: block, in: container, &extent)
    }
  }

  /// Adds the message whose body lies there in the block that was read last.
  private mutating func add(
    type: UInt16, flags: UInt8, body: Cursor.Place, of block: borrowing Cursor, in container: Container,
    _ extent: inout HeaderExtent
  ) throws(HDF5Error) {
    if type == MessageType.continuation {
      var body = block.structure(at: body, what: ObjectHeader.name(of: type))
      let address = try body.definedAddress(of: "block")
      let count = try body.length()
      try extent.note(address, count: count, in: container)
      extent.places.append(HeaderExtent.Continuation(address: address, count: count))
      return
    }
    if type > MessageType.last && flags & 0x80 != 0 {
      throw block.structure(at: body, what: ObjectHeader.name(of: type))
        .unsupported("a message of type \(type) that no reader may pass over")
    }
    types |= 1 << UInt32(type)
    messages.append(Message(type: type, flags: flags, block: continuations.count, body: body))
  }
}

/// Which bytes a header lies in, noted while it is read.
private struct HeaderExtent {
  struct Continuation {
    let address: UInt64
    let count: UInt64
  }

  /// Where the continuation blocks lie that have been read, and those that are still to be read.
  var places: [Continuation] = []
  private(set) var byteCount: UInt64 = 0
  private var visited = VisitedAddresses()
  private var budget: ByteBudget

  init(_ container: Container) { budget = ByteBudget(container) }

  /// Checks that a block can lie there, and counts it.
  mutating func note(_ address: UInt64, count: UInt64, in container: Container) throws(HDF5Error) {
    let place = container.offset(of: address)
    try container.check(address, count: count, of: "an object header")
    guard visited.insert(address) else {
      throw .malformed("an object header that continues in itself", offset: place)
    }
    try budget.spend(count, on: "object header", at: place)
    byteCount += count
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
