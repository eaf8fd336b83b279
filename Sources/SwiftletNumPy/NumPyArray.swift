/// An array as NumPy has it: a type, a shape, and the values.
///
///     let images = try NumPyArray(contentsOf: "images.npy")     // shape [360, 64], float32
///     let values = images.float32Values()                       // 360 * 64 of them, rows one after another
///
/// The values are little-endian and in C order, whatever the file had. Copies share their bytes.
public struct NumPyArray: Sendable, Hashable {
  /// What one value is.
  public let dataType: NumPyDataType
  /// The lengths of the dimensions; empty for a single value.
  public let shape: [Int]
  /// The values: little-endian, the last index fastest; `count * dataType.byteCount` bytes.
  public let bytes: [UInt8]

  /// How many values there are: the product of the shape.
  public var count: Int { bytes.count / dataType.byteCount }

  /// Makes an array of bytes that came from elsewhere, and brings them to little-endian C order.
  ///
  /// - Throws: `ArrayFileError` of kind `argument` if the shape has a negative length, more than 64 dimensions or
  ///   too many values to count, or if `bytes` are not exactly what the shape needs.
  public init(
    dataType: NumPyDataType, shape: [Int], bytes: [UInt8], byteOrder: NumPyByteOrder = .littleEndian,
    memoryOrder: NumPyMemoryOrder = .c
  ) throws(ArrayFileError) {
    guard let layout = NumPyLayout(shape: shape, dataType: dataType) else {
      throw ArrayFileError(
        .argument, place: "array", found: "shape \(shapeText(shape)) of \(dataType.name)",
        supported: "at most 64 lengths, none negative, whose product can be counted")
    }
    guard bytes.count == layout.byteCount else {
      throw ArrayFileError(
        .argument, place: "array", found: "\(bytes.count) bytes",
        supported: "shape \(shapeText(shape)) of \(dataType.name) needs \(layout.byteCount)")
    }
    var ordered = bytes
    if byteOrder == .bigEndian { NumPyLayout.swapBytes(&ordered, width: dataType.byteCount) }
    if memoryOrder == .fortran { ordered = layout.inCOrder(fortran: ordered, width: dataType.byteCount) }
    self.dataType = dataType
    self.shape = shape
    self.bytes = ordered
  }

  /// Makes an array of `values`, which are in C order.
  ///
  /// - Throws: `ArrayFileError` of kind `argument` if `shape` does not have as many values as `values`.
  public init<Scalar: NumPyScalar>(_ values: [Scalar], shape: [Int]) throws(ArrayFileError) {
    try self.init(dataType: Scalar.numPyDataType, shape: shape, bytes: bytesOfScalars(values))
  }

  /// Makes a one-dimensional array of `values`.
  public init<Scalar: NumPyScalar>(_ values: [Scalar]) {
    dataType = Scalar.numPyDataType
    shape = [values.count]
    bytes = bytesOfScalars(values)
  }

  /// The same values under another shape.
  ///
  /// - Throws: `ArrayFileError` of kind `argument` if `shape` has another number of values.
  public func reshaped(to shape: [Int]) throws(ArrayFileError) -> NumPyArray {
    try NumPyArray(dataType: dataType, shape: shape, bytes: bytes)
  }
}

/// A shape as Python writes it: `()`, `(3,)`, `(3, 4)`.
func shapeText(_ shape: [Int]) -> String {
  var text = "("
  for (axis, length) in shape.enumerated() { text += (axis == 0 ? "" : ", ") + "\(length)" }
  return text + (shape.count == 1 ? ",)" : ")")
}
