/// The tables of the instruction sets, each in a file of its own. Each such file defines how its vectors
/// load, store, multiply and select, and includes the sources that all share:
/// Math.h, Activation.h, Blocks.h, Product.h, Winograd.h, Convolution.h, Rows.h, those of single steps, Convert.h,
/// Packing.h, Panels.h, Bfloat16.h, Int8.h, Peak.h and Table.h, in this order.
#include "SwiftletKernels.h"

#ifndef SWIFTLET_KERNELS_PRIVATE_H
#define SWIFTLET_KERNELS_PRIVATE_H

#include <math.h>
#include <string.h>

extern const swiftlet_kernels swiftlet_portable_kernels;
#if defined(__x86_64__)
extern const swiftlet_kernels swiftlet_avx2_kernels;
extern const swiftlet_kernels swiftlet_avx512_kernels;
// Steps of low precision by the processor's own instructions for it.
void swiftlet_avx512_dense_bfloat16(const void *parameters, const swiftlet_run *run);
void swiftlet_avx512_dense_int8(const void *parameters, const swiftlet_run *run);
void swiftlet_avx2_dense_int8(const void *parameters, const swiftlet_run *run);
#endif
#if defined(__aarch64__)
extern const swiftlet_kernels swiftlet_neon_kernels;
#endif

/// Batch rows that the step `lstm` takes through all steps together.
#define SWIFTLET_LSTM_ROWS 36
/// The most queries whose scores the step `attend` holds.
#define SWIFTLET_ATTENTION_QUERIES 64

#define INLINE static inline __attribute__((always_inline))

/// What of an activation is no more than a clip of its argument, which a step can do as it stores its results: sets
/// the limits, -infinity and infinity for none, and returns what is left to do, NULL for nothing.
INLINE const swiftlet_activation *clip_of(const swiftlet_activation *f, float *low, float *high) {
  *low = -INFINITY;
  *high = INFINITY;
  if (f->kind == SWIFTLET_RELU && f->alpha == 0 && f->threshold == 0) {
    *low = 0;
    *high = f->beta;
  } else if (f->kind == SWIFTLET_RELU6) {
    *low = 0;
    *high = 6;
  } else if (f->kind != SWIFTLET_LINEAR) {
    return f;
  }
  return NULL;
}

/// How much of an image, from where its padding begins, the windows touch.
typedef struct swiftlet_extent {
  size_t height, width;
} swiftlet_extent;

swiftlet_extent swiftlet_window_reach(const swiftlet_window *window);
/// Whether a window reaches beyond the image.
bool swiftlet_window_is_padded(const swiftlet_window *window);

/// How many filters one pass of Winograd's algorithm takes; their kernels lie together.
#define SWIFTLET_WINOGRAD_FILTERS 64
/// How many tiles it takes at once, at most.
#define SWIFTLET_WINOGRAD_TILES 32

/// How Winograd's algorithm lays out its scratch memory, in floats: zeros, transformed inputs, products.
typedef struct swiftlet_winograd {
  size_t tiles;  ///< at once
  size_t zeros, inputs, products;  ///< how many there are
  size_t inputRow, productRow;  ///< between tiles
  size_t inputStep, productStep;  ///< between the 36 matrices
} swiftlet_winograd;

/// Whether Winograd's algorithm can compute the convolution, and is the faster way.
bool swiftlet_winograd_pays(const swiftlet_convolution *convolution);
swiftlet_winograd swiftlet_winograd_sizes(const swiftlet_convolution *convolution);
size_t swiftlet_winograd_packed_count(const swiftlet_convolution *convolution);
size_t swiftlet_winograd_scratch(const swiftlet_convolution *convolution);
void swiftlet_winograd_pack(const swiftlet_convolution *convolution, const float *hwio, float *packed);

// A loop whose count is constant becomes straight code, so that small arrays of vectors live in registers.
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#define KEEP_ROLLED _Pragma("clang loop unroll(disable) vectorize(disable)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#define KEEP_ROLLED _Pragma("GCC unroll 1")
#endif

#endif
