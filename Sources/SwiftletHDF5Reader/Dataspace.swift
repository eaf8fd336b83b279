/// A dataspace message (HDF5 specification, section IV.A.2.b): how many elements, in which shape.
struct Dataspace: Sendable {
  /// Outermost dimension first; none for a scalar.
  private var extents = Extents()
  /// The product of the shape; 1 for a scalar, 0 for a null dataspace.
  let count: Int
  /// Whether this is HDF5's null dataspace, which has no elements and no shape.
  let isNull: Bool

  init(_ message: consuming Cursor) throws(HDF5Error) {
    let place = message.offset
    let version = try message.version(1...2)
    let rank = Int(try message.u8())
    _ = try message.u8()
    guard rank <= 32 else { throw .malformed("a dataspace of \(rank) dimensions", offset: place) }
    let kind = try message.u8()
    if version == 1 { try message.skip(4) }
    isNull = version == 2 && kind == 2
    if version == 2 && (kind > 2 || (kind != 1 && rank > 0)) {
      throw .malformed("a dataspace of kind \(kind) and \(rank) dimensions", offset: place)
    }
    var product = 1
    var isEmpty = isNull
    var overflows = false
    for _ in 0..<rank {
      let extent = try message.length()
      guard let extent = Int(exactly: extent) else {
        throw .malformed("a dimension of \(extent) elements", offset: place)
      }
      extents.append(extent)
      isEmpty = isEmpty || extent == 0
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      product = next
      overflows = overflows || overflow
    }
    guard isEmpty || !overflows else { throw .malformed("a shape whose product overflows", offset: place) }
    count = isEmpty ? 0 : product
  }

  /// Outermost dimension first; empty for a scalar.
  var shape: [Int] { (0..<extents.count).map { extents[$0] } }

  /// Whether that is the shape; takes no memory, as to make a shape does.
  func hasShape(_ shape: [Int]) -> Bool {
    guard shape.count == extents.count else { return false }
    for index in shape.indices where shape[index] != extents[index] { return false }
    return true
  }
}

/// The dimensions of a shape. Most are few, and take no memory of their own.
private struct Extents {
  private var few: InlineArray<4, Int> = [0, 0, 0, 0]
  private var others: [Int] = []
  private(set) var count = 0

  subscript(index: Int) -> Int { index < 4 ? few[index] : others[index - 4] }

  mutating func append(_ extent: Int) {
    if count < 4 { few[count] = extent } else { others.append(extent) }
    count += 1
  }
}
