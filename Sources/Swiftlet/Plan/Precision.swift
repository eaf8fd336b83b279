/// How exactly dense layers and 1x1 convolutions of stride 1 are computed. Less than float32 is for a caller to
/// ask for: it costs accuracy, and nothing chooses it by itself.
///
/// ```swift
/// let model = try Model(contentsOf: "digits.h5", precision: .int8)
/// ```
/// Within a precision the bits are the same everywhere, as `Spec/arithmetic.md` has them; between precisions they
/// differ. What it costs and gains is in `Spec/precision.md`. All other layers are float32 in each of them.
public enum Precision: UInt8, Sendable, CaseIterable {
  /// Weights, activations and sums in float32.
  case float32
  /// Weights and a layer's inputs rounded to bfloat16, sums in float32: half the weight memory.
  case bfloat16
  /// Weights in 8-bit integers with a scale for each output, a layer's inputs with a scale for each row that is
  /// found while it runs: a quarter of the weight memory.
  case int8

  /// As `--precision` spells it.
  public var name: String {
    switch self {
    case .float32: "float32"
    case .bfloat16: "bfloat16"
    case .int8: "int8"
    }
  }
}
