/// Numbers in a shape: float32, contiguous, the last axis running fastest.
public struct Tensor: Sendable, Hashable {
  /// The sizes, outermost first. Of data, the first is the number of rows.
  public let shape: [Int]
  /// The numbers, as many as the product of the sizes.
  public var elements: [Float]

  /// A tensor of those numbers.
  /// - Throws: `TrainingError.data` where a size is negative or the sizes do not make the count.
  public init(shape: [Int], elements: [Float]) throws(TrainingError) {
    var product = 1
    for size in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { throw .data("the shape \(shape) is not one", place: "tensor") }
      product = next
    }
    guard product == elements.count else {
      throw .data("\(elements.count) numbers do not fill the shape \(shape)", place: "tensor")
    }
    self.shape = shape
    self.elements = elements
  }

  init(trusted shape: [Int], elements: [Float]) {
    self.shape = shape
    self.elements = elements
  }

  /// The numbers in one row: the product of all sizes but the first.
  public var elementsPerRow: Int { shape.dropFirst().reduce(1, *) }

  /// The rows of those indices, in that order.
  /// - Precondition: every index is a row of the tensor.
  public func rows(_ indices: some Sequence<Int>) -> Tensor {
    let width = elementsPerRow
    var result: [Float] = []
    var count = 0
    for index in indices {
      result.append(contentsOf: elements[index * width..<(index + 1) * width])
      count += 1
    }
    return Tensor(trusted: [count] + shape.dropFirst(), elements: result)
  }
}
