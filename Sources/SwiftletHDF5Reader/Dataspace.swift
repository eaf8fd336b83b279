/// A dataspace message (HDF5 specification, section IV.A.2.b): how many elements, in which shape.
struct Dataspace: Sendable {
  /// Outermost dimension first; empty for a scalar.
  let shape: [Int]
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
    var shape: [Int] = []
    shape.reserveCapacity(rank)
    for _ in 0..<rank {
      let extent = try message.length()
      guard let extent = Int(exactly: extent) else {
        throw .malformed("a dimension of \(extent) elements", offset: place)
      }
      shape.append(extent)
    }
    self.shape = shape
    if isNull || shape.contains(0) {
      count = 0
    } else {
      var count = 1
      for extent in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: extent)
        guard !overflow else { throw .malformed("a shape whose product overflows", offset: place) }
        count = product
      }
      self.count = count
    }
  }
}
