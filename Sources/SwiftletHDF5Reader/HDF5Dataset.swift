/// An array in the file. Opening it reads its description; its elements are read when they are asked for. Immutable.
public final class HDF5Dataset: Sendable {
  private let objectPath: ObjectPath
  /// Not the header itself: it would hold its bytes for as long as somebody keeps the dataset.
  let header: ObjectHeader.Place
  private let elements: StoredElements

  /// Its path from the root, without a slash in front.
  public var path: String { objectPath.text }
  /// Outermost dimension first; empty for a scalar.
  public var shape: [Int] { elements.dataspace.shape }
  /// Whether `shape` is its shape.
  public func hasShape(_ shape: [Int]) -> Bool { elements.dataspace.hasShape(shape) }
  /// How many elements there are: the product of the shape.
  public var count: Int { elements.dataspace.count }
  /// Whether the dataset has neither shape nor elements (HDF5's null dataspace).
  public var isNull: Bool { elements.dataspace.isNull }
  /// What each element is. Two opaque bytes are bfloat16 here: HDF5 has no name for it, and
  /// Keras stores it so, in some files with an attribute that says it and in others without.
  public var datatype: HDF5Datatype { elements.datatype }
  /// What the elements take in the file, by shape and datatype.
  public var byteCount: Int { elements.byteCount }
  /// Where the elements lie.
  public var storage: HDF5Storage { elements.storage }
  /// Where the dataset's object header lies in the source.
  public var offset: UInt64 { header.offset }

  /// All attributes, sorted by the bytes of their names.
  public var attributes: [HDF5Attribute] {
    get throws(HDF5Error) {
      try HDF5Attribute.all(ObjectHeader.read(at: header.address, in: elements.container))
    }
  }

  /// The attribute of that name, or nil.
  public func attribute(_ name: String) throws(HDF5Error) -> HDF5Attribute? {
    try HDF5Attribute.named(name, of: ObjectHeader.read(at: header.address, in: elements.container))
  }

  /// Reads as many elements as `destination` has room for, from element `first` on in row-major order, as
  /// 32-bit floats. Little-endian float32 goes straight to its place; every other number is converted through
  /// a small window, rounding to nearest.
  /// - Precondition: `destination` may be written to.
  /// - Throws: `HDF5Error.mismatch` if elements are no numbers or not that many; `unsupported` for storage that
  ///   is not read; `io`.
  @unsafe public func readFloat32(
    into destination: UnsafeMutableBufferPointer<Float>, from first: Int = 0
  ) throws(HDF5Error) {
    unsafe try elements.readFloat32(into: destination, from: first)
  }

  /// All elements, in row-major order, where they lie in memory; nil if they must be read, because they are in a file, or
  /// are no 32-bit floats of this machine's, or lie at an address where those cannot.
  ///
  /// Valid for as long as the dataset lives.
  @unsafe public var float32InPlace: UnsafeBufferPointer<Float>? { unsafe elements.float32InPlace }

  /// All elements as 32-bit floats, in row-major order.
  /// - Throws: as `readFloat32(into:from:)`; `HDF5Error.limit` for data never written, past the limit.
  public func float32Values() throws(HDF5Error) -> [Float] { try elements.float32Values() }

  /// All elements as 64-bit floats, in row-major order.
  /// - Throws: as `float32Values()`.
  public func float64Values() throws(HDF5Error) -> [Double] { try elements.float64Values() }

  /// All elements as integers, in row-major order; booleans are 0 and 1.
  /// - Throws: as `float32Values()`; `HDF5Error.mismatch` if elements are not integers or one does not fit.
  public func int64Values() throws(HDF5Error) -> [Int64] { try elements.int64Values() }

  /// All elements as text, in row-major order; none if there are no elements, whatever their type.
  /// - Throws: `HDF5Error.mismatch` if they are not text; `malformed` if one is not UTF-8.
  public func strings() throws(HDF5Error) -> [String] { try elements.strings() }

  /// The elements' bytes as they are stored, from `range.lowerBound` up to `range.upperBound` of `byteCount`.
  /// - Throws: `HDF5Error.mismatch` if there are not that many; `unsupported`; `io`.
  public func rawBytes(in range: Range<Int>) throws(HDF5Error) -> [UInt8] { try elements.bytes(in: range) }

  /// The same dataset under another path.
  init(_ dataset: HDF5Dataset, at path: ObjectPath) {
    objectPath = path
    header = dataset.header
    elements = dataset.elements
  }

  /// Reads what the dataset's object header says.
  init(_ header: borrowing ObjectHeader, at path: ObjectPath) throws(HDF5Error) {
    typealias MessageType = ObjectHeader.MessageType
    let dataspace = try Dataspace(header.required(MessageType.dataspace, what: "a dataspace"))
    var type = try header.required(MessageType.datatype, what: "a datatype")
    var datatype = try HDF5Datatype(&type)
    let byteCount = try StoredElements.byteCount(dataspace, datatype, offset: header.place.offset)
    if datatype.size == 2, case .opaque = datatype.kind {
      datatype = HDF5Datatype(kind: .float(.bfloat16, order: .little), size: 2, isEnumeration: false)
    }
    objectPath = path
    self.header = header.place
    elements = StoredElements(
      container: header.container, datatype: datatype, dataspace: dataspace,
      storage: try DataLayout.storage(header, byteCount: byteCount),
      fillValue: try DataLayout.fillValue(header, size: datatype.size), offset: header.place.offset,
      byteCount: byteCount)
  }
}
