/// Global heap collections (HDF5 specification, section III.E), where strings of variable length lie.
///
/// It remembers the collections that it has read, and how much text it may still give out: the strings of a
/// sound file do not share bytes, so all of them cannot be longer than the file.
struct GlobalHeap {
  private final class Collection {
    let address: UInt64
    let whole: Cursor
    /// By index.
    let objects: [StoredObject]

    struct StoredObject {
      let index: UInt16
      let place: Cursor.Place
    }

    init(address: UInt64, whole: Cursor, objects: [StoredObject]) {
      self.address = address
      self.whole = whole
      self.objects = objects
    }

    func place(of index: UInt16) -> Cursor.Place? {
      var low = 0
      var high = objects.count
      while low < high {
        let middle = (low + high) / 2
        if objects[middle].index < index { low = middle + 1 } else { high = middle }
      }
      return low < objects.count && objects[low].index == index ? objects[low].place : nil
    }
  }

  private let container: Container
  /// The collections that have been read: the first few, and any others. Most files have no others, and a small array
  /// is looked through sooner than a dictionary is made.
  private var few: [Collection] = []
  private var others: [UInt64: Collection] = [:]
  private var readBudget: ByteBudget
  private var textBudget: ByteBudget

  init(_ container: Container) {
    self.container = container
    readBudget = ByteBudget(container)
    textBudget = ByteBudget(container)
  }

  /// The string that an element (length, collection address, object index) stands for.
  mutating func string(_ element: inout Cursor) throws(HDF5Error) -> String {
    guard let wanted = try reference(&element) else { return "" }
    let collection = try collection(at: wanted.address)
    guard let place = collection.place(of: wanted.index) else { throw wanted.missing }
    var object = collection.whole.structure(at: place, what: "a global heap")
    return try object.text(try wanted.checkedCount(in: place.count))
  }

  /// The bytes of a string that is read alone, and may be long: of the rest of its collection, only what lies before
  /// it is looked at, and nothing is read twice.
  /// - Returns: how many bytes it has, of those that `room` was asked for.
  @unsafe mutating func loneText(
    _ element: inout Cursor, into room: HDF5Attribute.Room
  ) throws(HDF5Error) -> Int {
    guard let wanted = try reference(&element) else { return 0 }
    let headCount = UInt64(8 + container.lengthSize)
    let size = try collectionSize(at: wanted.address)
    var position = headCount
    while position <= size, headCount <= size - position {
      var head = try container.structure(
        at: wanted.address + position, count: headCount, what: "a global heap collection")
      position += headCount
      guard let object = try Object(&head, left: size - position) else { break }
      if object.index == wanted.index {
        let count = try wanted.checkedCount(in: object.count)
        let offset = container.offset(of: wanted.address) + position
        try container.source.check(offset, count)
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: try room(count)[..<count])
        unsafe try container.source.read(at: offset, into: target)
        return unsafe countBeforeZero(UnsafeRawBufferPointer(target))
      }
      position += min(object.paddedCount, size - position)
    }
    throw wanted.missing
  }

  /// What an element says: which object, and how many of its bytes.
  private struct Reference {
    let count: UInt64
    let address: UInt64
    let index: UInt16
    /// Where the element lies in the source.
    let place: UInt64

    var missing: HDF5Error {
      .malformed("object \(index), which its global heap does not hold", offset: place)
    }

    /// The string's length, if the object has as many bytes.
    func checkedCount(in size: Int) throws(HDF5Error) -> Int {
      guard count <= UInt64(size) else {
        throw .malformed("a string of \(count) bytes in \(size) of a global heap", offset: place)
      }
      return Int(count)
    }
  }

  /// Nil for an empty string, which writers spell with or without an object.
  private mutating func reference(_ element: inout Cursor) throws(HDF5Error) -> Reference? {
    let place = element.offset
    let count = UInt64(try element.u32())
    let address = try element.address()
    let index = try element.u32()
    guard count > 0, let address, address > 0 else { return nil }
    guard let index = UInt16(exactly: index) else {
      throw .malformed("object \(index) of a global heap", offset: place)
    }
    try textBudget.spend(count, on: "global heap string", at: place)
    return Reference(count: count, address: address, index: index, place: place)
  }

  /// The collection at `address`, read when it is first asked for.
  private mutating func collection(at address: UInt64) throws(HDF5Error) -> Collection {
    // Mostly it is the one that was read last.
    for index in few.indices.reversed() where few[index].address == address { return few[index] }
    if few.count < 16 {
      few.append(try read(at: address))
      return few[few.count - 1]
    }
    if let known = others[address] { return known }
    let found = try read(at: address)
    others[address] = found
    return found
  }

  /// The bytes of the collection at `address`, its head among them; they all lie in the file.
  private mutating func collectionSize(at address: UInt64) throws(HDF5Error) -> UInt64 {
    let what: StaticString = "a global heap collection"
    var head = try container.structure(at: address, count: UInt64(8 + container.lengthSize), what: what)
    try head.signature("GCOL")
    _ = try head.version(1...1)
    try head.skip(3)
    let size = try head.length()
    try readBudget.spend(size, on: "global heap collection", at: container.offset(of: address))
    try container.check(address, count: size, of: what)
    return size
  }

  /// What stands before an object's bytes.
  private struct Object {
    let index: UInt16
    let count: Int

    /// Objects begin at multiples of eight bytes.
    var paddedCount: UInt64 { (UInt64(count) + 7) & ~7 }

    /// Nil for object 0, the free space, which reaches to the collection's end.
    /// - Parameter left: the bytes of the collection behind this.
    init?(_ head: inout Cursor, left: UInt64) throws(HDF5Error) {
      index = try head.u16()
      if index == 0 { return nil }
      try head.skip(6)
      let size = try head.length()
      guard size <= left else {
        throw head.malformed("an object of \(size) bytes in a global heap with \(left) left")
      }
      count = Int(size)
    }
  }

  private mutating func read(at address: UInt64) throws(HDF5Error) -> Collection {
    let headCount = 8 + container.lengthSize
    let size = try collectionSize(at: address)
    var body = try container.structure(
      at: address, count: size, what: "a global heap collection", isKept: true)
    let whole = body
    try body.skip(min(headCount, body.remaining))
    var objects: [Collection.StoredObject] = []
    // Mostly short names.
    objects.reserveCapacity(min(whole.remaining / 32, 128))
    var isInOrder = true
    while body.remaining >= headCount {
      let left = UInt64(body.remaining - headCount)
      guard let object = try Object(&body, left: left) else { break }
      if let last = objects.last, last.index >= object.index { isInOrder = false }
      objects.append(Collection.StoredObject(index: object.index, place: try body.place(object.count)))
      try body.skip(min(Int(object.paddedCount) - object.count, body.remaining))
    }
    if !isInOrder {
      objects.sort { $0.index < $1.index }
      for place in objects.indices.dropFirst() where objects[place - 1].index == objects[place].index {
        throw body.malformed("two objects \(objects[place].index) in a global heap")
      }
    }
    return Collection(address: address, whole: whole, objects: objects)
  }
}
