/// An activation function, by its Keras name and options. Spec/activations.md gives each formula.
public enum Activation: Sendable, Hashable {
  case linear
  /// `max(x, 0)` in general form: x >= maxValue gives maxValue, x >= threshold gives x, and below it
  /// `negativeSlope * (x - threshold)`.
  case relu(negativeSlope: Float = 0, maxValue: Float? = nil, threshold: Float = 0)
  case relu6
  case leakyReLU(negativeSlope: Float = 0.2)
  case elu(alpha: Float = 1)
  case selu
  case sigmoid
  case tanh
  /// Softmax along an axis of the whole tensor, batch included, as Keras counts; -1 is the last.
  case softmax(axis: Int = -1)
  case softplus
  case softsign
  case gelu(approximate: Bool = false)
  case silu
  case exponential
  /// `clip(x / 6 + 0.5, 0, 1)`, as Keras 3 has it.
  case hardSigmoid
  /// `clip(0.2 x + 0.5, 0, 1)`, what Keras 1 and 2 mean by the same name.
  case legacyHardSigmoid
  /// 1 where x >= 0, else 0: `Swiftlet>heaviside`.
  case heaviside
  /// -1, 0 or 1: `Swiftlet>sign`.
  case sign

  /// `relu` without options.
  public static var relu: Activation { .relu(negativeSlope: 0, maxValue: nil, threshold: 0) }
  /// `softmax` along the last axis.
  public static var softmax: Activation { .softmax(axis: -1) }
  /// The exact `gelu`.
  public static var gelu: Activation { .gelu(approximate: false) }
  /// `elu` with alpha 1.
  public static var elu: Activation { .elu(alpha: 1) }
}
