/// A pooling over all of a row's axes but the last. Input (axes…, channels), output (channels), or with
/// `keepDimensions` (1…, channels).
public protocol GlobalPoolingLayer: Layer {
  /// How many axes are pooled.
  var pooledRank: Int { get }
  /// Whether the pooled axes stay, each of length 1.
  var keepDimensions: Bool { get }
}

extension GlobalPoolingLayer {
  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs).shape
    guard input.rank == pooledRank + 1, let channels = input.dimensions.last else {
      throw .shape(
        "an input of shape \(input.description) has \(input.rank + 1) axes; \(pooledRank + 2) are expected",
        place: "")
    }
    guard input.dimensions.dropLast().allSatisfy({ $0 != 0 }) else {
      throw .shape("an input of shape \(input.description) has nothing to pool", place: "")
    }
    let ones = [Int?](repeating: 1, count: keepDimensions ? pooledRank : 0)
    guard let shape = Shape(ones + [channels]) else {
      throw .shape("an input of shape \(input.description) is too large", place: "")
    }
    return [TensorSpecification(shape: shape)]
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [("data_format", .string("channels_last")), ("keepdims", .bool(keepDimensions))]
  }
}

extension LayerConfiguration {
  /// The only option of a pooling over a whole row that is not refused.
  func keepDimensions() throws(GraphError) -> Bool {
    try allow(["data_format", "dim_ordering", "keepdims"])
    try requireChannelsLast()
    return try bool("keepdims", default: false)
  }
}
