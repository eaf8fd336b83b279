/// The window that a convolution or a pooling moves along a row's axes but the last, which has the channels.
///
/// Along an axis it reads `size` places, `dilation` apart, and moves on by `strides` for each output. What it
/// reads before and behind the input is zero (for pooling: nothing).
public struct Window: Sendable, Hashable {
  /// How far a window may reach beyond its input.
  public enum Padding: String, Sendable, Hashable {
    /// Not at all: output length floor((length - span) / stride) + 1.
    case valid
    /// To both sides alike, by one more behind where the sum is odd: output length ceil(length / stride).
    case same
    /// Only to the front, so that an output reads nothing behind its own place: output length
    /// ceil(length / stride).
    case causal
  }

  /// The number of places along each axis.
  public let size: [Int]
  /// How far the window moves along each axis from one output to the next.
  public let strides: [Int]
  /// How far apart the places are along each axis.
  public let dilation: [Int]
  /// How far the window may reach beyond the input.
  public let padding: Padding

  /// A window; strides and dilation are 1 unless told.
  /// - Throws: `GraphError.malformed` where the lists differ in length, for a number below 1 and for a window
  ///   that is too large.
  public init(
    size: [Int], strides: [Int]? = nil, dilation: [Int]? = nil, padding: Padding = .valid
  ) throws(GraphError) {
    self.size = size
    self.strides = strides ?? [Int](repeating: 1, count: size.count)
    self.dilation = dilation ?? [Int](repeating: 1, count: size.count)
    self.padding = padding
    guard size.count == self.strides.count, size.count == self.dilation.count else {
      throw .malformed("a window's size, strides and dilation must have one length", place: "")
    }
    for axis in size.indices {
      let (reach, overflow) = max(size[axis] - 1, 0).multipliedReportingOverflow(by: self.dilation[axis])
      guard size[axis] > 0, self.strides[axis] > 0, self.dilation[axis] > 0, !overflow,
        reach < Shape.maximumElementCount, self.strides[axis] <= Shape.maximumElementCount
      else {
        throw .malformed(
          "a window of size \(JSONValue.integers(size).summary), strides "
            + "\(JSONValue.integers(self.strides).summary) and dilation "
            + "\(JSONValue.integers(self.dilation).summary) is none; whole numbers from 1 on are expected",
          place: "")
      }
    }
  }

  /// The number of axes.
  public var rank: Int { size.count }

  /// The places from the first that the window reads to the last, both counted.
  public func span(along axis: Int) -> Int { (size[axis] - 1) * dilation[axis] + 1 }

  /// The number of outputs along an axis of that length; 0 where the window does not fit.
  public func outputLength(along axis: Int, of length: Int) -> Int {
    switch padding {
    case .valid: length < span(along: axis) ? 0 : (length - span(along: axis)) / strides[axis] + 1
    case .same, .causal: length < 1 ? 0 : (length - 1) / strides[axis] + 1
    }
  }

  /// How many places the first window reaches out before an axis of that length.
  public func paddingBefore(along axis: Int, of length: Int) -> Int {
    switch padding {
    case .valid: return 0
    case .causal: return span(along: axis) - 1
    case .same:
      let last = max(outputLength(along: axis, of: length) - 1, 0) * strides[axis]
      return max(last + span(along: axis) - length, 0) / 2
    }
  }

  /// The output's shape for an input (axes…, channels). An open length stays open.
  /// - Throws: `GraphError.shape` for an input of another rank or that the window does not fit into.
  func outputShape(for input: Shape, channels: Int?) throws(GraphError) -> Shape {
    try checkRank(of: input)
    var dimensions: [Int?] = []
    dimensions.reserveCapacity(rank + 1)
    for axis in size.indices {
      let length = input.dimensions[axis].map { outputLength(along: axis, of: $0) }
      guard length != 0 else {
        throw .shape(
          "a window that spans \(span(along: axis)) does not fit axis \(axis + 1) of \(input.description)",
          place: "")
      }
      dimensions.append(length)
    }
    dimensions.append(channels)
    guard let shape = Shape(dimensions) else {
      throw .shape("\(channels ?? 0) channels of \(input.description) are too many", place: "")
    }
    return shape
  }

  /// The shape of a kernel: its size, and behind it two lengths more.
  func kernelShape(_ inputs: Int, _ outputs: Int) -> [Int] {
    var shape: [Int] = []
    shape.reserveCapacity(rank + 2)
    shape.append(contentsOf: size)
    shape.append(inputs)
    shape.append(outputs)
    return shape
  }

  /// The channels of an input, whose number must be known.
  func channels(of input: Shape) throws(GraphError) -> Int {
    try checkRank(of: input)
    guard let channels = input.dimensions[rank] else {
      throw .shape("the last axis must have a known length, not \(input.description)", place: "")
    }
    return channels
  }

  private func checkRank(of input: Shape) throws(GraphError) {
    guard input.rank == rank + 1 else {
      throw .shape(
        "an input of shape \(input.description) has \(input.rank + 1) axes; \(rank + 2) are expected",
        place: "")
    }
  }
}
