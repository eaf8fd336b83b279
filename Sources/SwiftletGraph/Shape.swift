/// The shape of one row of a batch: the batch dimension itself is never part of it. A dimension that the
/// model leaves open (Keras's `None`: a sequence of any length, an image of any size) is nil.
public struct Shape: Sendable, Hashable {
  /// The sizes, outermost first; nil where the length is open. Never negative.
  public let dimensions: [Int?]

  /// The most elements that known dimensions may make: so few that a count of bytes, whatever the type and
  /// alignment, fits an `Int` as well.
  public static let maximumElementCount = Int.max / 64

  /// The most dimensions, as many as NumPy knows: a bound on what shapes can take, however a file is made.
  public static let maximumRank = 32

  /// A shape whose known dimensions make `maximumElementCount` or fewer; nil where they make more, where one is
  /// negative, or where there are more than `maximumRank`.
  public init?(_ dimensions: [Int?]) {
    guard dimensions.count <= Shape.maximumRank else { return nil }
    var product = 1
    for case let size? in dimensions {
      guard let next = Shape.product(product, size) else { return nil }
      product = next
    }
    self.dimensions = dimensions
  }

  /// A product of sizes, each taken as one where it is zero, and a further size; nil where there is no such shape.
  private static func product(_ product: Int, _ size: Int) -> Int? {
    guard size >= 0 else { return nil }
    // A zero among the sizes must not hide an overflow of the others.
    let (next, overflow) = product.multipliedReportingOverflow(by: Swift.max(size, 1))
    return overflow || next > maximumElementCount ? nil : next
  }

  /// The elements in a shape of lengths that are all known; nil where there is no such shape.
  static func elementCount(of lengths: [Int]) -> Int? {
    guard lengths.count <= maximumRank else { return nil }
    var count = 1
    var isEmpty = false
    for size in lengths {
      guard let next = product(count, size) else { return nil }
      if size == 0 { isEmpty = true }
      count = next
    }
    return isEmpty ? 0 : count
  }

  private init(checked dimensions: [Int?]) { self.dimensions = dimensions }

  /// The number of dimensions, the batch not counted.
  public var rank: Int { dimensions.count }

  /// The number of elements in one row; nil while a length is open.
  public var elementCount: Int? {
    var product = 1
    for size in dimensions {
      guard let size else { return nil }
      product *= size
    }
    return product
  }

  /// Whether every length is known.
  public var isFixed: Bool { dimensions.allSatisfy { $0 != nil } }

  /// The same shape with its last dimension replaced; nil where the product no longer fits, or rank is 0.
  public func replacingLast(with size: Int?) -> Shape? {
    guard rank > 0 else { return nil }
    return Shape(Array(dimensions.dropLast()) + [size])
  }

  /// The shape of a row that is one number.
  public static let scalar = Shape(checked: [])

  /// As Keras prints it with the batch in front: `(None, 28, 28, 1)`.
  public var description: String {
    var text = "(None"
    for size in dimensions {
      text += ", "
      if let size { text += "\(size)" } else { text += "None" }
    }
    return text + (rank == 0 ? ",)" : ")")
  }
}

/// What is known of a tensor before the network runs: the shape of a row and the type of its elements.
public struct TensorSpecification: Sendable, Hashable {
  /// The shape of one row.
  public let shape: Shape
  /// The type of the elements as the model declares it. The runtime computes in float32.
  public let dataType: DataType

  /// A tensor of that shape a row; float32 unless told.
  public init(shape: Shape, dataType: DataType = .float32) {
    self.shape = shape
    self.dataType = dataType
  }
}
