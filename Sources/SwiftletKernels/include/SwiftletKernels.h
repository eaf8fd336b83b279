/// Vector kernels for float32 tensors: matrix products, activations, softmax, scaling, conversion.
///
/// Every kernel gives the same bits on every instruction set, in every batch and on any number of
/// threads; Spec/arithmetic.md says what those bits are. (The sign and payload of a NaN are left open.)
/// Tensors are dense and row-major. Nothing here allocates, locks, or calls the system; nothing is
/// checked: sizes and pointers are the caller's promise. A product may use 64 KB of stack.
#ifndef SWIFTLET_KERNELS_H
#define SWIFTLET_KERNELS_H

#include "SwiftletActivation.h"
#include "SwiftletConvolution.h"
#include "SwiftletPrecision.h"
#include "SwiftletSequence.h"

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// MARK: Instruction sets (Dispatch.c)

/// An instruction set for which the kernels were compiled. PORTABLE works everywhere and is slow where the
/// processor has no fused multiply-add that the compiler may assume.
typedef enum swiftlet_isa {
  SWIFTLET_ISA_PORTABLE,
  SWIFTLET_ISA_NEON,
  SWIFTLET_ISA_AVX2,  ///< with FMA
  SWIFTLET_ISA_AVX512,  ///< F, DQ, BW and VL
} swiftlet_isa;

/// Whether this program has kernels for `isa` and this processor can run them.
bool swiftlet_isa_available(swiftlet_isa isa);
/// The fastest instruction set that is available.
swiftlet_isa swiftlet_isa_best(void);
/// `portable`, `neon`, `avx2` or `avx512`; `unknown` for any other value.
const char *swiftlet_isa_name(swiftlet_isa isa);

// MARK: Steps

/// What a plan's steps run on.
typedef struct swiftlet_run {
  /// For each slot, where the first of this run's rows of that tensor lies.
  void *SWIFTLET_NULLABLE const *SWIFTLET_NONNULL tensors;
  /// How many batch rows this run covers.
  size_t rows;
  /// Scratch memory that the plan laid out, aligned to 64 bytes: as much as the step asks for that wants most.
  void *SWIFTLET_NULLABLE scratch;
} swiftlet_run;

/// A step's work. `parameters` points to the struct that the kernel's documentation names.
typedef void (*swiftlet_kernel)(const void *parameters, const swiftlet_run *run);

typedef struct swiftlet_step {
  swiftlet_kernel SWIFTLET_NONNULL kernel;
  const void *parameters;
} swiftlet_step;

/// Runs `count` steps in order on the caller's thread.
void swiftlet_run_steps(const swiftlet_step *steps, size_t count, const swiftlet_run *run);

// MARK: Parameters of the steps

/// Step `dense`: output = activation(input x kernel + bias, then + residual).
/// input is (rows * positions, inputs), output (rows * positions, outputs); they must not overlap.
typedef struct swiftlet_dense {
  uint32_t input, output;  ///< slots
  /// Slot of a tensor of the output's shape that is added before the activation, or SWIFTLET_NO_SLOT.
  /// It may be the output.
  uint32_t residual;
  size_t inputs, outputs;
  size_t positions;  ///< rows of the product in one batch row: 1 unless the input has inner axes
  const float *kernel;  ///< (inputs, outputs), packed by `swiftlet_pack`
  const float *SWIFTLET_NULLABLE bias;  ///< (outputs), or NULL for zeros; no padding needed
  swiftlet_activation activation;
} swiftlet_dense;

/// Step `activate`: element-wise over `count` elements a batch row. input may be output.
typedef struct swiftlet_activate {
  uint32_t input, output;
  size_t count;
  swiftlet_activation activation;
} swiftlet_activate;

/// Step `softmax`: along the middle axis of (rows * outer, axis, inner). input may be output.
/// A row that holds NaN, or +infinity, or nothing but -infinity, comes out as NaN.
typedef struct swiftlet_softmax {
  uint32_t input, output;
  size_t outer, axis, inner;  ///< inner is 1 where the axis is the last one
} swiftlet_softmax;

/// Step `rescale`: y = x * scale[i] + offset[i], each operation rounded. input may be output.
/// Rows are (count / features, features) and i is the feature; features 1 gives one scale for all.
typedef struct swiftlet_rescale {
  uint32_t input, output;
  size_t count, features;  ///< count is a multiple of features
  const float *scale, *offset;  ///< (features) each
} swiftlet_rescale;

/// Step `normalize`: y = (x - mean[i]) / deviation[i], each operation rounded. input may be output.
/// Shapes as for `rescale`. deviation is max(sqrt(variance), epsilon), computed by the plan.
typedef struct swiftlet_normalize {
  uint32_t input, output;
  size_t count, features;
  const float *mean, *deviation;
} swiftlet_normalize;

/// Step `copy`: `count` floats a batch row, for a reshape whose input must stay as it is.
typedef struct swiftlet_copy {
  uint32_t input, output;
  size_t count;
} swiftlet_copy;

/// Step `transpose`: each batch row is (rows, columns) and comes out as (columns, rows). input and output differ.
typedef struct swiftlet_transpose {
  uint32_t input, output;
  size_t rows, columns;
} swiftlet_transpose;

/// The same for every instruction set: it only moves.
void swiftlet_transpose_step(const void *parameters, const swiftlet_run *run);

/// Element types that `convert` reads.
typedef enum swiftlet_type {
  SWIFTLET_FLOAT32, SWIFTLET_FLOAT64, SWIFTLET_FLOAT16, SWIFTLET_BFLOAT16,
  SWIFTLET_INT8, SWIFTLET_INT16, SWIFTLET_INT32, SWIFTLET_INT64,
  SWIFTLET_UINT8, SWIFTLET_UINT16, SWIFTLET_UINT32, SWIFTLET_UINT64,
  SWIFTLET_BOOL,  ///< a byte; anything but 0 is 1
} swiftlet_type;

/// Step `convert`: typed input to float32, rounded to nearest, ties to even. input and output differ.
typedef struct swiftlet_convert {
  uint32_t input, output;
  size_t count;
  swiftlet_type type;
} swiftlet_convert;

// MARK: Products (for the trainer, and for plans that pack)

/// A packed matrix's columns come in panels of this many; the last panel is padded with zeros.
enum { SWIFTLET_PANEL = 16 };

/// How many floats `swiftlet_pack` writes for a matrix of (inner, columns).
/// The same for every instruction set. Overflow is the caller's to exclude.
size_t swiftlet_packed_count(size_t inner, size_t columns);

/// Packs B (inner, columns), whose element (k, n) is `b[k * rowStride + n * columnStride]`, as panels
/// [ceil(columns / 16)][inner][16]. Swapped strides pack a transposed matrix. Best aligned to 64 bytes.
void swiftlet_pack(
  const float *b, size_t rowStride, size_t columnStride, size_t inner, size_t columns, float *packed);

/// C[m,n] = activation(initial[m,n] + sum over k of A[m,k] * B[k,n], then + residual[m,n]), the sum being one
/// chain of fused multiply-adds in the order of k. C must not overlap A.
typedef struct swiftlet_product {
  size_t rows, inner, columns;
  const float *a;  ///< (rows, inner), element (m, k) at `a[m * aRowStride + k * aColumnStride]`
  size_t aRowStride, aColumnStride;
  const float *packed;  ///< B, packed by `swiftlet_pack`
  /// (rows, columns) with rows `initialStride` apart; stride 0 repeats one row, as a bias wants.
  /// NULL for zeros. `c` itself, with stride `cRowStride`, accumulates.
  const float *SWIFTLET_NULLABLE initial;
  size_t initialStride;
  /// (rows, columns) with rows `residualStride` apart, or NULL for nothing to add. It may be `c` itself, with
  /// stride `cRowStride`, where aColumnStride is 1.
  const float *SWIFTLET_NULLABLE residual;
  size_t residualStride;
  float *c;  ///< (rows, columns) with rows `cRowStride` apart; nothing between rows is written
  size_t cRowStride;
  swiftlet_activation activation;
} swiftlet_product;

// MARK: The table

/// The kernels of one instruction set.
typedef struct swiftlet_kernels {
  swiftlet_isa isa;

  // Steps; each takes the struct of its name, or the one whose documentation names it.
  swiftlet_kernel SWIFTLET_NONNULL dense;
  swiftlet_kernel SWIFTLET_NONNULL activate;
  swiftlet_kernel SWIFTLET_NONNULL softmax;
  swiftlet_kernel SWIFTLET_NONNULL rescale;
  swiftlet_kernel SWIFTLET_NONNULL normalize;
  swiftlet_kernel SWIFTLET_NONNULL copy;
  swiftlet_kernel SWIFTLET_NONNULL convert;
  swiftlet_kernel SWIFTLET_NONNULL add;
  swiftlet_kernel SWIFTLET_NONNULL normalize_layer;
  swiftlet_kernel SWIFTLET_NONNULL attend;
  swiftlet_kernel SWIFTLET_NONNULL lstm;
  swiftlet_kernel SWIFTLET_NONNULL pad;
  swiftlet_kernel SWIFTLET_NONNULL pool_maximum;
  swiftlet_kernel SWIFTLET_NONNULL pool_average;
  swiftlet_kernel SWIFTLET_NONNULL pool_global_maximum;
  swiftlet_kernel SWIFTLET_NONNULL pool_global_average;
  swiftlet_kernel SWIFTLET_NONNULL convolve;
  swiftlet_kernel SWIFTLET_NONNULL convolve_depthwise;

  /// These use no instruction for such numbers, though the processor may have one: what a plan runs comes from
  /// `swiftlet_dense_bfloat16_kernel` and `swiftlet_dense_int8_kernel`.
  swiftlet_kernel SWIFTLET_NONNULL dense_bfloat16;
  swiftlet_kernel SWIFTLET_NONNULL dense_int8;

  /// The matrix product that `dense` uses.
  void (*SWIFTLET_NONNULL matmul)(const swiftlet_product *product);
  /// y[i] = f(x[i]). `x` may be `y`.
  void (*SWIFTLET_NONNULL activate_array)(
    const swiftlet_activation *activation, const float *x, float *y, size_t count);
  /// Softmax of each of `rows` rows of `columns`. `x` may be `y`.
  void (*SWIFTLET_NONNULL softmax_rows)(const float *x, float *y, size_t rows, size_t columns);
  /// The sum of `count` elements by sixteen lanes and the tree.
  float (*SWIFTLET_NONNULL sum)(const float *x, size_t count);
  /// The largest element; -infinity for none; NaN where any element is NaN.
  float (*SWIFTLET_NONNULL maximum)(const float *x, size_t count);
  /// Multiplies (rows, columns) values by a factor for each column, in float64, and rounds each product to float32.
  void (*SWIFTLET_NONNULL scale_columns)(float *values, size_t rows, size_t columns, const double *factors);
  /// Packs `count` rows of a matrix of (inner, columns), from row `first` on, into their places in `packed`: called for
  /// all rows, it writes what `swiftlet_pack` does. Where there are factors, one for each column, it multiplies by
  /// them as `scale_columns` does.
  void (*SWIFTLET_NONNULL pack_rows)(
    const float *rows, size_t count, size_t columns, size_t first, size_t inner,
    const double *SWIFTLET_NULLABLE factors, float *packed);

  /// `iterations` rounds of independent fused multiply-adds in registers, `fma_peak_flops` floating-point
  /// operations each (a multiply-add counts as two). The result means nothing and keeps the loop alive.
  float (*SWIFTLET_NONNULL fma_peak)(size_t iterations);
  size_t fma_peak_flops;
  /// Reads all `count` floats once, as fast as the processor loads them; the result is a checksum.
  float (*SWIFTLET_NONNULL read_peak)(const float *x, size_t count);
} swiftlet_kernels;

/// The kernels for `isa`, or NULL where it is not available. The table lives for ever.
const swiftlet_kernels *SWIFTLET_NULLABLE swiftlet_kernels_for(swiftlet_isa isa);

/// The fastest kernel of the step on this processor within `isa`: the table's own, or one with the processor's
/// instruction for it, with the same bits. NULL where `isa` is not available.
swiftlet_kernel SWIFTLET_NULLABLE swiftlet_dense_bfloat16_kernel(swiftlet_isa isa);
swiftlet_kernel SWIFTLET_NULLABLE swiftlet_dense_int8_kernel(swiftlet_isa isa);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
