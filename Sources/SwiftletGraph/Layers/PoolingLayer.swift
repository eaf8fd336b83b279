/// A pooling over a row's axes but the last. Input (axes…, channels), output (outputs…, channels).
public protocol PoolingLayer: Layer {
  /// What each output reads.
  var window: Window { get }
}

extension PoolingLayer {
  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs).shape
    guard window.dilation.allSatisfy({ $0 == 1 }) else {
      throw .unsupported("a pooling with dilation", place: "", supported: "dilation 1")
    }
    let shape = try window.outputShape(for: input, channels: input.dimensions.last ?? nil)
    return [TensorSpecification(shape: shape)]
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [("pool_size", .integers(window.size))] + window.movementConfiguration
  }
}

extension LayerConfiguration {
  /// The window of a pooling over `rank` axes: 2 along each unless told, moved by its own size.
  func poolingWindow(rank: Int) throws(GraphError) -> Window {
    try allow(LayerConfiguration.windowOptions + ["pool_size", "pool_length", "stride"])
    try requireChannelsLast()
    let size =
      try lengths("pool_size", legacy: "pool_length", count: rank) ?? [Int](repeating: 2, count: rank)
    return try Window(
      size: size, strides: try lengths("strides", legacy: "stride", count: rank) ?? size,
      padding: try padding())
  }
}
