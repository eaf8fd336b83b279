/// A small named value on a group or a dataset. Immutable.
public final class HDF5Attribute: Sendable {
  /// Its name.
  public let name: String
  let elements: StoredElements

  /// Outermost dimension first; empty for a scalar.
  public var shape: [Int] { elements.dataspace.shape }
  /// How many elements there are: 1 for a scalar, 0 for a null dataspace.
  public var count: Int { elements.dataspace.count }
  /// Whether the attribute has neither shape nor elements (HDF5's null dataspace).
  public var isNull: Bool { elements.dataspace.isNull }
  /// What each element is.
  public var datatype: HDF5Datatype { elements.datatype }
  /// Where it is described in the source.
  public var offset: UInt64 { elements.offset }

  /// The text of an attribute with one element.
  /// - Throws: `HDF5Error.mismatch` if it is not text or not one element; `malformed` if the text is not UTF-8.
  public var string: String {
    get throws(HDF5Error) {
      guard count == 1, let text = try strings.first else { throw notOneText }
      return text
    }
  }

  /// Memory for so many bytes that may be written to; the error says why there is none.
  public typealias Room = (Int) throws(HDF5Error) -> UnsafeMutableRawBufferPointer

  /// Reads the text of an attribute with one element into memory that the caller gives once its size is known, for a
  /// reader that checks itself that it is UTF-8.
  /// - Returns: how many bytes the text has: no more than `room` was asked for, and 0 where it was not asked.
  /// - Throws: `HDF5Error.mismatch` if it is not text or not one element; what `room` throws.
  @unsafe public func readText(into room: Room) throws(HDF5Error) -> Int {
    guard count == 1 else { throw notOneText }
    return unsafe try elements.text(into: room)
  }

  private var notOneText: HDF5Error {
    .mismatch("attribute \"\(name)\" has \(count) elements where one text is wanted", offset: offset)
  }

  /// All elements as text, in row-major order; none if there are no elements, whatever their type (Keras
  /// writes an empty list of names as float64).
  /// - Throws: `HDF5Error.mismatch` if they are not text; `malformed` if one is not UTF-8.
  public var strings: [String] { get throws(HDF5Error) { try elements.strings() } }

  /// The same for one of many attributes of a file that are read one after another.
  public func strings(_ texts: inout HDF5Texts) throws(HDF5Error) -> [String] {
    try elements.strings(&texts.heap)
  }

  /// All elements as integers, in row-major order; booleans are 0 and 1.
  /// - Throws: `HDF5Error.mismatch` if they are not integers or one does not fit.
  public var integers: [Int64] { get throws(HDF5Error) { try elements.int64Values() } }

  /// All elements as numbers, in row-major order.
  /// - Throws: `HDF5Error.mismatch` if they are not numbers.
  public var doubles: [Double] { get throws(HDF5Error) { try elements.float64Values() } }

  /// The elements' bytes as they are stored.
  public var rawBytes: [UInt8] { get throws(HDF5Error) { try elements.bytes(in: 0..<elements.byteCount) } }

  /// An attribute message (HDF5 specification, section IV.A.2.m): versions 1 to 3.
  /// - Parameter wanted: the only name that is of interest; nil if all are. The result is nil for another.
  private init?(
    _ message: consuming Cursor, called wanted: String?, in container: Container
  ) throws(HDF5Error) {
    let place = message.offset
    let version = try message.version(1...3)
    let flags = try message.u8()
    let nameCount = Int(try message.u16())
    let datatypeCount = Int(try message.u16())
    let dataspaceCount = Int(try message.u16())
    if version == 3 { try message.skip(1) }
    if version > 1 && flags & 0x03 != 0 {
      throw .unsupported("an attribute whose datatype is shared between objects", offset: place)
    }
    // Version 1 fills each part up to a multiple of eight bytes.
    func padded(_ count: Int) -> Int { version == 1 ? (count + 7) & ~7 : count }
    if let wanted {
      guard message.holds(wanted, at: try message.place(padded(nameCount))) else { return nil }
      name = wanted
    } else {
      name = try message.text(padded(nameCount))
    }
    var typeMessage = try message.structure(padded(datatypeCount), what: "an attribute's datatype")
    let datatype = try HDF5Datatype(&typeMessage)
    let dataspace = try Dataspace(
      try message.structure(padded(dataspaceCount), what: "an attribute's dataspace"))
    let byteCount = try StoredElements.byteCount(dataspace, datatype, offset: place)
    guard byteCount <= message.remaining else {
      throw .malformed(
        "attribute \"\(name)\" of \(byteCount) bytes where \(message.remaining) are left", offset: place)
    }
    elements = StoredElements(
      container: container, datatype: datatype, dataspace: dataspace,
      storage: .compact(offset: message.offset, byteCount: byteCount), fillValue: nil, offset: place,
      byteCount: byteCount)
  }

  /// All attributes of an object, sorted by the bytes of their names.
  static func all(_ header: borrowing ObjectHeader) throws(HDF5Error) -> [HDF5Attribute] {
    var attributes: [HDF5Attribute] = []
    try forEach(of: header, called: nil) { attribute throws(HDF5Error) in attributes.append(attribute) }
    attributes.sort { precedes($0.name, $1.name) }
    for index in attributes.indices.dropFirst()
    where sameName(attributes[index - 1].name, attributes[index].name) {
      throw twice(attributes[index])
    }
    return attributes
  }

  /// The attribute of that name, or nil. Of the others, nothing but the names is looked at.
  static func named(_ name: String, of header: borrowing ObjectHeader) throws(HDF5Error) -> HDF5Attribute? {
    var found: HDF5Attribute?
    try forEach(of: header, called: name) { attribute throws(HDF5Error) in
      guard found == nil else { throw twice(attribute) }
      found = attribute
    }
    return found
  }

  private static func twice(_ attribute: HDF5Attribute) -> HDF5Error {
    .malformed("two attributes called \"\(attribute.name)\"", offset: attribute.offset)
  }

  /// Calls `body` with the attributes of an object, in the order of the file.
  /// - Parameter name: that of those which are wanted; nil for all.
  private static func forEach(
    of header: borrowing ObjectHeader, called name: String?,
    _ body: (HDF5Attribute) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    typealias MessageType = ObjectHeader.MessageType
    let container = header.container
    func read(_ message: consuming Cursor) throws(HDF5Error) {
      if let attribute = try HDF5Attribute(message, called: name, in: container) { try body(attribute) }
    }
    try header.forEach(MessageType.attribute, what: "an attribute", read)
    guard var message = try header.first(MessageType.attributeInfo, what: "an attribute info message") else {
      return
    }
    _ = try message.version(0...0)
    if try message.u8() & 0x01 != 0 { try message.skip(2) }
    let heap = try message.address()
    let tree = try message.address()
    // Attributes in a fractal heap, listed by a version 2 B-tree (section IV.A.2.v).
    guard let heap, let tree else { return }
    var objects = try FractalHeap(at: heap, in: container)
    for record in try BTree2.records(at: tree, type: BTree2.RecordType.attributeName, in: container) {
      var record = record
      let id = try record.structure(objects.idSize, what: "a heap ID")
      guard try record.u8() & 0x02 == 0 else { throw id.unsupported("an attribute shared between objects") }
      try read(try objects.object(id, what: "an attribute message"))
    }
  }
}
