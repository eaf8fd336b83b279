import SwiftletGraph

extension Initializer {
  /// The numbers with which a weight begins, by Keras's formulas (Glorot and Bengio 2010, He et al. 2015,
  /// LeCun et al. 1998). Normals are cut at two standard deviations and widened to keep their variance.
  /// - Throws: `TrainingError.unsupported` for an initializer that is only known by what Keras wrote.
  func values(shape: [Int], place: String, generator: inout SeededGenerator) throws(TrainingError) -> [Float]
  {
    let count = shape.reduce(1, *)
    let (fanIn, fanOut) = Self.fans(shape)
    switch self {
    case .zeros: return [Float](repeating: 0, count: count)
    case .ones: return [Float](repeating: 1, count: count)
    case .constant(let value): return [Float](repeating: value, count: count)
    case .glorotUniform: return Self.uniform(count, variance: 2 / (fanIn + fanOut), &generator)
    case .heUniform: return Self.uniform(count, variance: 2 / fanIn, &generator)
    case .lecunUniform: return Self.uniform(count, variance: 1 / fanIn, &generator)
    case .glorotNormal: return Self.truncatedNormal(count, variance: 2 / (fanIn + fanOut), &generator)
    case .heNormal: return Self.truncatedNormal(count, variance: 2 / fanIn, &generator)
    case .lecunNormal: return Self.truncatedNormal(count, variance: 1 / fanIn, &generator)
    case .other(let json):
      throw .unsupported(
        "the initializer \(Self.name(of: json))", place: place,
        supported: "zeros, ones, constant, glorot, he and lecun (uniform or normal)")
    }
  }

  /// Uniform numbers of that variance: the limit is sqrt(3 variance).
  private static func uniform(_ count: Int, variance: Double, _ generator: inout SeededGenerator) -> [Float] {
    let limit = (3 * variance).squareRoot()
    return (0..<count).map { _ in Float((2 * generator.uniform() - 1) * limit) }
  }

  /// Normal numbers cut at two deviations; 0.8796… is the deviation that the cut leaves of 1.
  private static func truncatedNormal(
    _ count: Int, variance: Double, _ generator: inout SeededGenerator
  ) -> [Float] {
    let deviation = variance.squareRoot() / 0.87962566103423978
    return (0..<count).map { _ in Float(generator.normal(bound: 2) * deviation) }
  }

  /// How many inputs and outputs meet in a weight: the last two axes, times what lies before them.
  private static func fans(_ shape: [Int]) -> (Double, Double) {
    guard let last = shape.last else { return (1, 1) }
    guard shape.count > 1 else { return (Double(max(last, 1)), Double(max(last, 1))) }
    let field = shape.dropLast(2).reduce(1, *)
    return (Double(max(field * shape[shape.count - 2], 1)), Double(max(field * last, 1)))
  }

  private static func name(of json: JSONValue) -> String {
    switch json {
    case .string(let name): return "'\(name)'"
    case .object(let members):
      for member in members where member.name == "class_name" {
        if case .string(let name) = member.value { return name }
      }
      return "that the configuration holds"
    default: return "that the configuration holds"
    }
  }
}
