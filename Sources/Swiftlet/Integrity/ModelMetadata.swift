/// What a model file says beside the network and its weights: Spec/metadata.md, sections 3 to 8.
///
/// Everything but the format version is optional, and an empty value means that the file does not say.
public struct ModelMetadata: Sendable, Equatable {
  /// The version of the format that the file was written in.
  public var formatVersion: FormatVersion
  /// The names of the classes, in the order of the first output's last axis; empty if there are none.
  public var classLabels: [String]
  /// Where the model comes from.
  public var provenance: Provenance
  /// How training went: a metric a name, all with the same number of epochs.
  public var history: [Metric]
  /// The digest of `model_config` as it is stored (UTF-8). A writer computes it, whatever is here.
  public var configurationDigest: SHA256.Digest?
  /// The digests of the weights as they are stored. A writer computes them, whatever is here.
  public var weightDigests: [WeightDigest]
  /// An input with the output that the model must give for it.
  public var goldenSample: GoldenSample?

  /// Metadata that say what they are told, of the format version that this module writes.
  public init(
    classLabels: [String] = [], provenance: Provenance = Provenance(), history: [Metric] = [],
    goldenSample: GoldenSample? = nil
  ) {
    formatVersion = .current
    self.classLabels = classLabels
    self.provenance = provenance
    self.history = history
    configurationDigest = nil
    weightDigests = []
    self.goldenSample = goldenSample
  }
}

extension ModelMetadata {
  /// A version of the format: a reader reads every minor version of a major version that it knows.
  public struct FormatVersion: Sendable, Hashable, CustomStringConvertible {
    /// Raised when an older reader would misunderstand the file.
    public let major: Int
    /// Raised when something is added that an older reader may pass over.
    public let minor: Int

    /// The version that this module writes and wholly understands.
    public static let current = FormatVersion(major: 0, minor: 1)

    /// - Precondition: neither number is negative.
    public init(major: Int, minor: Int) {
      self.major = major
      self.minor = minor
    }

    /// Two decimal numbers with a dot between them and no zero in front, each of at most five digits.
    public init?(_ text: String) {
      let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      guard parts.count == 2, let major = Self.number(parts[0]), let minor = Self.number(parts[1]) else {
        return nil
      }
      self.init(major: major, minor: minor)
    }

    /// As it stands in a file: `0.1`.
    public var description: String { "\(major).\(minor)" }

    private static func number(_ digits: Substring.UTF8View) -> Int? {
      guard let first = digits.first, digits.count <= 5 else { return nil }
      if first == UInt8(ascii: "0") && digits.count > 1 { return nil }
      var value = 0
      for digit in digits {
        guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + Int(digit - UInt8(ascii: "0"))
      }
      return value
    }
  }

  /// Where a model comes from.
  public struct Provenance: Sendable, Equatable {
    /// What wrote the file: a name and a version.
    public var tool: String?
    /// When it was made, in UTC: `2026-01-31T23:59:59Z`.
    public var created: String?
    /// The seed that training began with.
    public var seed: UInt64?
    /// The digest of the training data, as the tool that trained counts it.
    public var dataDigest: SHA256.Digest?

    /// What is not known is nil.
    public init(
      tool: String? = nil, created: String? = nil, seed: UInt64? = nil, dataDigest: SHA256.Digest? = nil
    ) {
      self.tool = tool
      self.created = created
      self.seed = seed
      self.dataDigest = dataDigest
    }
  }

  /// One line of the training history.
  public struct Metric: Sendable, Equatable {
    /// As Keras names it: `loss`, `val_accuracy`.
    public var name: String
    /// A value an epoch; not a number where it was not measured.
    public var values: [Double]

    /// A metric of that name, with a value an epoch.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// What the bytes of one weight must hash to.
  public struct WeightDigest: Sendable, Equatable {
    /// The weight's dataset, counted from `model_weights`: `hidden/hidden/kernel`.
    public var path: String
    /// Of the elements' bytes as they are stored, row-major.
    public var digest: SHA256.Digest

    /// The digest of the weight at `path`.
    public init(path: String, digest: SHA256.Digest) {
      self.path = path
      self.digest = digest
    }
  }
}

/// A few rows of input for each of a model's inputs, and what each of its outputs must be for them.
public struct GoldenSample: Sendable, Equatable {
  /// One array of numbers.
  public struct Tensor: Sendable, Equatable {
    /// Rows first, then the shape of one sample.
    public var shape: [Int]
    /// The numbers in row-major order.
    public var values: Values

    /// An array of that shape.
    public init(shape: [Int], values: Values) {
      self.shape = shape
      self.values = values
    }

    /// 32-bit floats of that shape.
    public init(shape: [Int], _ values: [Float]) { self.init(shape: shape, values: .float32(values)) }
  }

  /// Numbers of one of the types that a golden sample may hold.
  public enum Values: Sendable, Equatable {
    /// 32-bit floats.
    case float32([Float])
    /// 32-bit integers: token numbers and the like; for inputs alone.
    case int32([Int32])

    /// How many numbers there are.
    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .int32(let values): values.count
      }
    }
  }

  /// In the order of the model's inputs.
  public var inputs: [Tensor]
  /// In the order of the model's outputs.
  public var outputs: [Tensor]
  /// How far an output may be off whatever its size.
  public var absoluteTolerance: Double
  /// How far an output may be off, as a part of what is expected.
  public var relativeTolerance: Double

  /// A sample, with tolerances of 1e-5 both unless told.
  public init(
    inputs: [Tensor], outputs: [Tensor], absoluteTolerance: Double = 1e-5, relativeTolerance: Double = 1e-5
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.absoluteTolerance = absoluteTolerance
    self.relativeTolerance = relativeTolerance
  }

  /// Whether `value` is close enough to `expected`: off by at most the absolute tolerance plus the relative
  /// one times the expected value's size. What is not finite must be the same; any NaN is as good as another.
  public func accepts(_ value: Float, expected: Float) -> Bool {
    guard value.isFinite, expected.isFinite else {
      return value == expected || (value.isNaN && expected.isNaN)
    }
    let difference = (Double(value) - Double(expected)).magnitude
    return difference <= absoluteTolerance + relativeTolerance * Double(expected).magnitude
  }
}
