/// Activations and their options. Included by SwiftletKernels.h.
#ifndef SWIFTLET_ACTIVATION_H
#define SWIFTLET_ACTIVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#define SWIFTLET_NULLABLE _Nullable
#define SWIFTLET_NONNULL _Nonnull
#else
#define SWIFTLET_NULLABLE
#define SWIFTLET_NONNULL
#endif

/// Element-wise functions y = f(x). Where Keras has the function, values agree with Keras's within the
/// error that Spec/arithmetic.md states. NaN gives NaN.
enum {
  SWIFTLET_LINEAR,  ///< x
  /// x >= beta: beta; threshold < x < beta: x; x <= threshold: alpha * (x - threshold).
  /// alpha is Keras's negative_slope; beta its max_value, +infinity where there is none.
  SWIFTLET_RELU,
  SWIFTLET_RELU6,  ///< x clipped to 0 ... 6
  SWIFTLET_LEAKY_RELU,  ///< x < 0 ? alpha * x : x
  SWIFTLET_ELU,  ///< x > 0 ? x : alpha * (exp(x) - 1)
  SWIFTLET_SELU,  ///< 1.05070098 * (x > 0 ? x : 1.67326324 * (exp(x) - 1))
  SWIFTLET_SIGMOID,  ///< 1 / (1 + exp(-x))
  SWIFTLET_TANH,
  SWIFTLET_SOFTPLUS,  ///< log(1 + exp(x))
  SWIFTLET_SOFTSIGN,  ///< x / (1 + |x|)
  SWIFTLET_GELU,  ///< x * Phi(x), Phi the normal distribution function: x/2 * (1 + erf(x / sqrt 2))
  SWIFTLET_GELU_TANH,  ///< x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3))): Keras's approximate=True
  SWIFTLET_SILU,  ///< x * sigmoid(x), also called swish
  SWIFTLET_EXPONENTIAL,  ///< exp(x)
  SWIFTLET_HARD_SIGMOID,  ///< x/6 + 0.5 clipped to 0 ... 1: Keras 3
  SWIFTLET_HARD_SIGMOID_LEGACY,  ///< x/5 + 0.5 clipped to 0 ... 1: Keras 1 and 2
  SWIFTLET_HEAVISIDE,  ///< x > 0: 1; x < 0: 0; x = 0: alpha (as numpy.heaviside's second argument)
  SWIFTLET_SIGN,  ///< x > 0: 1; x < 0: -1; x = 0: 0
  SWIFTLET_HARD_SILU,  ///< x * hard_sigmoid(x), also called hard_swish
  SWIFTLET_ACTIVATION_KINDS  ///< how many there are
};

/// An activation with its options; an option that the kind does not name is ignored. All zero is linear.
typedef struct swiftlet_activation {
  uint32_t kind;
  float alpha;
  float beta;
  float threshold;
} swiftlet_activation;

#endif
