/// Global heap collections (HDF5 specification, section III.E), where strings of variable length lie.
///
/// It remembers the collections that it has read, and how much text it may still give out: the strings of a
/// sound file do not share bytes, so all of them cannot be longer than the file.
struct GlobalHeap {
  private struct Collection {
    let address: UInt64
    /// From index 0 on.
    let bytes: ArraySlice<UInt8>
    /// By index.
    let objects: [(index: UInt16, range: Range<Int>)]

    func range(of index: UInt16) -> Range<Int>? {
      var low = 0
      var high = objects.count
      while low < high {
        let middle = (low + high) / 2
        if objects[middle].index < index { low = middle + 1 } else { high = middle }
      }
      return low < objects.count && objects[low].index == index ? objects[low].range : nil
    }
  }

  private let container: Container
  /// The collection that was used last: strings that are listed together mostly lie in one.
  private var latest: Collection?
  private var collections: [UInt64: Collection] = [:]
  private var readBudget: ByteBudget
  private var textBudget: ByteBudget

  init(_ container: Container) {
    self.container = container
    readBudget = ByteBudget(container)
    textBudget = ByteBudget(container)
  }

  /// The string that an element (length, collection address, object index) stands for.
  mutating func string(_ element: Cursor) throws(HDF5Error) -> String {
    let (bytes, place) = try text(element)
    return try utf8Text(bytes, of: "a global heap", offset: place)
  }

  /// The string's bytes up to the first zero, and where in the source they begin.
  mutating func text(_ element: Cursor) throws(HDF5Error) -> (bytes: ArraySlice<UInt8>, offset: UInt64) {
    var element = element
    let place = element.offset
    let count = UInt64(try element.u32())
    let address = try element.address()
    let index = try element.u32()
    // Writers spell an empty string with or without an object.
    guard count > 0, let address, address > 0 else { return ([], place) }
    guard let index = UInt16(exactly: index) else {
      throw .malformed("object \(index) of a global heap", offset: place)
    }
    try textBudget.spend(count, on: "global heap string", at: place)
    let collection = try collection(at: address)
    guard let range = collection.range(of: index) else {
      throw .malformed("object \(index), which its global heap does not hold", offset: place)
    }
    guard count <= UInt64(range.count) else {
      throw .malformed("a string of \(count) bytes in \(range.count) of a global heap", offset: place)
    }
    let bytes = collection.bytes[range.lowerBound..<range.lowerBound + Int(count)]
    return (
      bytes[..<(bytes.firstIndex(of: 0) ?? bytes.endIndex)],
      container.offset(of: address) + UInt64(range.lowerBound)
    )
  }

  /// The collection at `address`, read when it is first asked for.
  private mutating func collection(at address: UInt64) throws(HDF5Error) -> Collection {
    if let latest {
      if latest.address == address { return latest }
      collections[latest.address] = latest
    }
    let found = if let known = collections[address] { known } else { try read(at: address) }
    latest = found
    return found
  }

  private mutating func read(at address: UInt64) throws(HDF5Error) -> Collection {
    let what = "a global heap collection"
    let headCount = 8 + container.lengthSize
    var head = try container.structure(at: address, count: UInt64(headCount), what: what)
    try head.signature("GCOL")
    _ = try head.version(1...1)
    try head.skip(3)
    let size = try head.length()
    try readBudget.spend(size, on: "global heap collection", at: container.offset(of: address))
    var body = try container.structure(at: address, count: size, what: what)
    let bytes = body.rest
    try body.skip(min(headCount, body.remaining))
    var objects: [(index: UInt16, range: Range<Int>)] = []
    // Mostly short names.
    objects.reserveCapacity(min(bytes.count / 32, 128))
    var isInOrder = true
    while body.remaining >= headCount {
      let index = try body.u16()
      // Object 0 is the free space, which reaches to the end.
      if index == 0 { break }
      try body.skip(6)
      let count = try body.length()
      guard count <= UInt64(body.remaining) else {
        throw body.malformed("an object of \(count) bytes in a global heap with \(body.remaining) left")
      }
      let first = bytes.count - body.remaining
      if let last = objects.last, last.index >= index { isInOrder = false }
      objects.append((index, first..<first + Int(count)))
      try body.skip(min((Int(count) + 7) & ~7, body.remaining))
    }
    if !isInOrder {
      objects.sort { $0.index < $1.index }
      for place in objects.indices.dropFirst() where objects[place - 1].index == objects[place].index {
        throw body.malformed("two objects \(objects[place].index) in a global heap")
      }
    }
    return Collection(address: address, bytes: bytes, objects: objects)
  }
}
