/// `output = (input - mean) / max(sqrt(variance), epsilon)`, or with `invert`
/// `output = mean + input · max(sqrt(variance), epsilon)`; epsilon is 1e-7.
///
/// There is a mean and a variance for each place along the kept axes. They are options of the layer, or else
/// weights: mean and variance of the kept axes' lengths, and a count that inference does not read. Input and
/// output have one shape; the output is float32.
public final class Normalization: Layer {
  /// Keras's class name.
  public static let className = "Normalization"

  /// The least standard deviation that is divided by.
  public static let epsilon: Float = 1e-7

  /// The axes that keep their own statistics, as Keras counts, the batch included; -1 is the last. None: one
  /// mean and one variance for all.
  public let axes: [Int]
  /// The mean, if it is an option and not a weight; its axes match the last of the kept ones.
  public let mean: NumberArray?
  /// The variance, if it is an option and not a weight; of the mean's shape.
  public let variance: NumberArray?
  /// Whether it undoes a normalization.
  public let invert: Bool

  /// A normalization whose mean and variance are weights.
  public init(axes: [Int] = [-1], invert: Bool = false) {
    self.axes = axes
    self.invert = invert
    mean = nil
    variance = nil
  }

  /// A normalization by this mean and variance.
  public init(axes: [Int] = [-1], mean: NumberArray, variance: NumberArray, invert: Bool = false) {
    self.axes = axes
    self.mean = mean
    self.variance = variance
    self.invert = invert
  }

  /// Reads the options that Keras wrote.
  public init(configuration: LayerConfiguration) throws(GraphError) {
    try configuration.allow(["axis", "mean", "variance", "invert"])
    // An axis of null is that of no axes, and an absent one the last.
    let isNull = configuration.options?["axis"]?.isNull ?? false
    axes = isNull ? [] : try configuration.ints("axis") ?? [-1]
    mean = try configuration.numbers("mean")
    variance = try configuration.numbers("variance")
    invert = try configuration.bool("invert", default: false)
    guard (mean == nil) == (variance == nil) else {
      throw .malformed("mean and variance are given together or not at all", place: "")
    }
    guard mean?.shape == variance?.shape else {
      throw .malformed("mean and variance have different shapes", place: "")
    }
  }

  /// The axes of a row (0 is its first) that keep their own statistics, in order.
  /// - Throws: `GraphError.shape` for an axis that is the batch, not there, there twice or of open length.
  public func keptAxes(of shape: Shape) throws(GraphError) -> [Int] {
    var kept: [Int] = []
    for axis in axes {
      guard let index = Activation.rowAxis(axis, rank: shape.rank), !kept.contains(index) else {
        throw .shape("axis \(axis) of \(shape.description) is the batch, not there or there twice", place: "")
      }
      guard shape.dimensions[index] != nil else {
        throw .shape("axis \(axis) of \(shape.description) must have a known length", place: "")
      }
      kept.append(index)
    }
    return kept.sorted()
  }

  /// The lengths of the kept axes: the shape of the statistics.
  public func statisticsShape(for shape: Shape) throws(GraphError) -> [Int] {
    try keptAxes(of: shape).map { shape.dimensions[$0] ?? 1 }
  }

  /// The mean and the variance that are options, spread over `statisticsShape(for:)` in row-major order; nil
  /// where they are weights.
  public func statistics(for shape: Shape) throws(GraphError) -> (mean: [Float], variance: [Float])? {
    guard let mean, let variance else { return nil }
    let target = try statisticsShape(for: shape)
    return (try Normalization.spread(mean, over: target), try Normalization.spread(variance, over: target))
  }

  /// The most statistics that are spread out, so that a small file cannot ask for much memory.
  static let maximumStatistics = 1 << 24

  private static func fits(_ shape: [Int], _ target: [Int]) -> Bool {
    shape.count <= target.count && zip(shape, target.suffix(shape.count)).allSatisfy { $0 == $1 || $0 == 1 }
  }

  private static func spread(_ array: NumberArray, over target: [Int]) throws(GraphError) -> [Float] {
    guard fits(array.shape, target) else { throw mismatch(array, target) }
    let total = target.reduce(1, *)
    guard total <= maximumStatistics else {
      throw .unsupported("\(total) statistics", place: "", supported: "\(maximumStatistics)")
    }
    let lead = target.count - array.shape.count
    var result: [Float] = []
    result.reserveCapacity(total)
    for index in 0..<total {
      var rest = index
      var step = 1
      var source = 0
      for axis in (0..<target.count).reversed() {
        let place = rest % target[axis]
        rest /= target[axis]
        guard axis >= lead else { continue }
        let size = array.shape[axis - lead]
        source += (size == 1 ? 0 : place) * step
        step *= size
      }
      result.append(array.values[source])
    }
    return result
  }

  private static func mismatch(_ array: NumberArray, _ target: [Int]) -> GraphError {
    .shape(
      "statistics of shape \(JSONValue.integers(array.shape).summary) do not fit "
        + JSONValue.integers(target).summary, place: "")
  }

  /// The output for such inputs; throws `GraphError.shape` where they do not fit.
  public func outputs(for inputs: [TensorSpecification]) throws(GraphError) -> [TensorSpecification] {
    let input = try single(inputs)
    let target = try statisticsShape(for: input.shape)
    for array in [mean, variance] {
      guard let array else { continue }
      guard Normalization.fits(array.shape, target) else { throw Normalization.mismatch(array, target) }
    }
    return [TensorSpecification(shape: input.shape)]
  }

  /// The weights for such inputs; throws `GraphError.shape` where they do not fit.
  public func weights(for inputs: [TensorSpecification]) throws(GraphError) -> [WeightSpecification] {
    guard mean == nil else { return [] }
    let shape = try statisticsShape(for: single(inputs).shape)
    return [
      WeightSpecification(name: "mean", shape: shape, isTrainable: false),
      WeightSpecification(name: "variance", shape: shape, isTrainable: false, initializer: .ones),
      WeightSpecification(name: "count", shape: [], isTrainable: false),
    ]
  }

  /// The options as Keras 3 spells them.
  public func encodeConfiguration() -> [(String, JSONValue)] {
    [
      ("axis", .integers(axes)), ("invert", .bool(invert)), ("mean", mean?.json ?? .null),
      ("variance", variance?.json ?? .null),
    ]
  }
}
