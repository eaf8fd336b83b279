/// A padding of a row's axes but the last with zeros. Input (axes…, channels), output (before + axis + behind…,
/// channels).
public protocol ZeroPaddingLayer: Layer {
  /// How many zeros come before and behind one axis.
  typealias Amount = ZeroPaddingAmount
  /// How many zeros come before and behind each axis.
  var amounts: [Amount] { get }
}

/// How many zeros come before and behind one axis.
public struct ZeroPaddingAmount: Sendable, Hashable {
  /// The zeros before the first element.
  public let before: Int
  /// The zeros behind the last element.
  public let behind: Int

  /// That many zeros before and behind.
  public init(before: Int, behind: Int) {
    self.before = before
    self.behind = behind
  }

  var configuration: JSONValue { .integers([before, behind]) }
}

extension ZeroPaddingLayer {
  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs)
    guard input.shape.rank == amounts.count + 1 else {
      throw .shape(
        "an input of shape \(input.shape.description) has \(input.shape.rank + 1) axes; "
          + "\(amounts.count + 2) are expected", place: "")
    }
    var dimensions = input.shape.dimensions
    for (axis, amount) in amounts.enumerated() {
      guard (0...Shape.maximumElementCount).contains(amount.before),
        (0...Shape.maximumElementCount).contains(amount.behind)
      else {
        throw .malformed(
          "padding is \(amount.configuration.summary); whole numbers from 0 on are expected", place: "")
      }
      // Three numbers of at most Int.max / 64 each.
      dimensions[axis] = dimensions[axis].map { $0 + amount.before + amount.behind }
    }
    guard let shape = Shape(dimensions) else {
      throw .shape("the padding of an input of shape \(input.shape.description) is too large", place: "")
    }
    return [TensorSpecification(shape: shape, dataType: input.dataType.moved)]
  }
}

extension LayerConfiguration {
  /// The padding of `rank` axes: one number for all, one for each axis, or a pair for each; a single axis's pair
  /// stands by itself.
  func paddingAmounts(rank: Int) throws(GraphError) -> [ZeroPaddingAmount] {
    try allow(["padding", "data_format", "dim_ordering"])
    try requireChannelsLast()
    guard let value = value("padding") else {
      return [ZeroPaddingAmount](repeating: ZeroPaddingAmount(before: 1, behind: 1), count: rank)
    }
    // Made only where it is needed.
    func wrongPadding() -> GraphError {
      wrong("padding", value, expected: "whole numbers or pairs of them from 0 on")
    }
    let axes: [JSONNode]
    if value.integer != nil {
      axes = [JSONNode](repeating: value, count: rank)
    } else if rank == 1 {
      axes = [value]
    } else {
      axes = value.array ?? []
    }
    guard axes.count == rank else { throw wrongPadding() }
    var amounts: [ZeroPaddingAmount] = []
    for axis in axes {
      let pair = axis.array ?? [axis, axis]
      guard pair.count == 2, let before = pair[0].integer, let behind = pair[1].integer, before >= 0,
        behind >= 0, before <= Shape.maximumElementCount, behind <= Shape.maximumElementCount
      else { throw wrongPadding() }
      amounts.append(ZeroPaddingAmount(before: before, behind: behind))
    }
    return amounts
  }
}
