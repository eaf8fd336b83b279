/// Dense layers in less than float32, which a caller must ask for. Included by SwiftletKernels.h.
///
/// Spec/arithmetic.md has each formula; as everywhere, the bits are the same on every instruction set, in every
/// batch and on any number of threads. Where the processor multiplies such numbers itself (AVX512-BF16,
/// AVX512-VNNI, AVX-VNNI) that is used; the other kernels give the same bits by plain vector code.
#ifndef SWIFTLET_PRECISION_H
#define SWIFTLET_PRECISION_H

#include "SwiftletActivation.h"

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// Step `dense_bfloat16`: as `dense`, kernel and input rounded to bfloat16, sums in float32.
/// input is (rows * positions, inputs), output (rows * positions, outputs); they must not overlap.
typedef struct swiftlet_dense_bfloat16 {
  uint32_t input, output;  ///< slots
  /// Slot of a tensor of the output's shape that is added before the activation, or SWIFTLET_NO_SLOT.
  /// It may be the output.
  uint32_t residual;
  size_t inputs, outputs;  ///< at least 1
  size_t positions;  ///< rows of the product in one batch row
  const uint16_t *kernel;  ///< (inputs, outputs), packed by `swiftlet_bfloat16_pack`
  const float *SWIFTLET_NULLABLE bias;  ///< (outputs), or NULL for zeros
  /// What `swiftlet_bfloat16_least` gives for kernel and bias.
  float least;
  swiftlet_activation activation;
} swiftlet_dense_bfloat16;

/// Step `dense_int8`: as `dense`, the kernel in int8 with a scale for each output, each row of the input in uint8
/// with a scale and a zero of its own, sums in int32.
/// input is (rows * positions, inputs), output (rows * positions, outputs); they must not overlap.
typedef struct swiftlet_dense_int8 {
  uint32_t input, output;  ///< slots
  /// Slot of a tensor of the output's shape that is added before the activation, or SWIFTLET_NO_SLOT.
  /// It may be the output.
  uint32_t residual;
  size_t inputs, outputs;  ///< inputs: 1 ... SWIFTLET_INT8_INPUTS; outputs: at least 1
  size_t positions;  ///< rows of the product in one batch row
  const int8_t *kernel;  ///< (inputs, outputs), packed by `swiftlet_int8_pack`
  const float *scales;  ///< (outputs): what one step of the kernel's numbers stands for
  const int32_t *sums;  ///< (outputs): the sum of each column of the kernel
  const float *SWIFTLET_NULLABLE bias;  ///< (outputs), or NULL for zeros
  swiftlet_activation activation;
} swiftlet_dense_int8;

/// The most inputs of `dense_int8`: 255 * 127 times as much still fits an int32.
enum { SWIFTLET_INT8_INPUTS = 66311 };

/// How many bytes of scratch memory either step needs, however many rows it runs over.
size_t swiftlet_precision_scratch(size_t inputs);

// MARK: Packing (Precision.c), the same for every instruction set
//
// Columns come in panels of 16. In a panel each column has a 32-bit word for two neighbours along the inputs in
// bfloat16, or four in int8, the first in the lowest bits; the words of 16 columns stand side by side.

/// How many bytes a packed kernel takes. Overflow is the caller's to exclude.
size_t swiftlet_bfloat16_packed_bytes(size_t inputs, size_t outputs);
size_t swiftlet_int8_packed_bytes(size_t inputs, size_t outputs);

/// Packs rows `first` to `first + count` of an (inputs, outputs) kernel; `rows` points at the first of them.
/// `packed` was all zero before the first call.
void swiftlet_bfloat16_pack(
  const float *rows, size_t first, size_t count, size_t inputs, size_t outputs, uint16_t *packed);

/// The smallest magnitude in a packed kernel that is not 0, or 0 where the bias holds one too small to promise
/// anything: by this the plain kernels know when no sum can be subnormal.
float swiftlet_bfloat16_least(
  const uint16_t *packed, size_t inputs, size_t outputs, const float *SWIFTLET_NULLABLE bias);

/// Takes `count` rows of a kernel into account in `largest` (outputs), which was all zero before the first call:
/// the largest magnitude in each column, NaN where there is one.
void swiftlet_int8_largest(const float *rows, size_t count, size_t outputs, float *largest);
/// The scale of each column, from its largest magnitude.
void swiftlet_int8_scales(const float *largest, size_t outputs, float *scales);
/// As `swiftlet_bfloat16_pack`; `sums` was all zero before the first call, too.
void swiftlet_int8_pack(
  const float *rows, size_t first, size_t count, size_t inputs, size_t outputs, const float *scales,
  int8_t *packed, int32_t *sums);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
