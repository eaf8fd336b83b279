/// The tables of the instruction sets, each in a file of its own. Each such file defines how its vectors
/// load, store, multiply and select, and includes the sources that all share:
/// Math.h, Activation.h, Product.h, Convolution.h, Rows.h, those of single steps, Convert.h, Peak.h and Table.h, in
/// this order.
#include "SwiftletKernels.h"

#ifndef SWIFTLET_KERNELS_PRIVATE_H
#define SWIFTLET_KERNELS_PRIVATE_H

#include <math.h>
#include <string.h>

extern const swiftlet_kernels swiftlet_portable_kernels;
#if defined(__x86_64__)
extern const swiftlet_kernels swiftlet_avx2_kernels;
extern const swiftlet_kernels swiftlet_avx512_kernels;
#endif
#if defined(__aarch64__)
extern const swiftlet_kernels swiftlet_neon_kernels;
#endif

/// Batch rows that the step `lstm` takes through all steps together.
#define SWIFTLET_LSTM_ROWS 36
/// The most queries whose scores the step `attend` holds.
#define SWIFTLET_ATTENTION_QUERIES 56

#define INLINE static inline __attribute__((always_inline))

/// How much of an image, from where its padding begins, the windows touch.
typedef struct swiftlet_extent {
  size_t height, width;
} swiftlet_extent;

swiftlet_extent swiftlet_window_reach(const swiftlet_window *window);
/// Whether a window reaches beyond the image.
bool swiftlet_window_is_padded(const swiftlet_window *window);

// A loop whose count is constant becomes straight code, so that small arrays of vectors live in registers.
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#define KEEP_ROLLED _Pragma("clang loop unroll(disable) vectorize(disable)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#define KEEP_ROLLED _Pragma("GCC unroll 1")
#endif

#endif
