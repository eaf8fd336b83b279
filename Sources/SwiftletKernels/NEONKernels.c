/// NEON on 64-bit ARM: four lanes, 32 registers.
#if defined(__aarch64__)
#include <arm_neon.h>
#include "Kernels.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize("fp-contract=off")
#endif

#define LANES 4
typedef float vf __attribute__((vector_size(16)));
typedef int32_t vi __attribute__((vector_size(16)));

INLINE vf vset(float x) { return (vf)vdupq_n_f32(x); }
INLINE vi viset(int32_t x) { return (vi)vdupq_n_s32(x); }
INLINE vf vload(const float *p) { return (vf)vld1q_f32(p); }
INLINE void vstore(float *p, vf x) { vst1q_f32(p, (float32x4_t)x); }
/// The first `count` < LANES elements, zeros after them.
INLINE vf vload_part(const float *p, size_t count) {
  vf x = {0};
  memcpy(&x, p, count * sizeof(float));
  return x;
}
INLINE void vstore_part(float *p, vf x, size_t count) { memcpy(p, &x, count * sizeof(float)); }
INLINE vf vfma(vf a, vf b, vf c) {
  return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
INLINE vf vselect(vi mask, vf a, vf b) {
  return (vf)vbslq_f32((uint32x4_t)mask, (float32x4_t)a, (float32x4_t)b);
}
/// a > b ? a : b, so b where either is NaN: FMAX would take the NaN, and +0 over -0.
INLINE vf vmax(vf a, vf b) { return vselect(a > b, a, b); }
/// a < b ? a : b, so b where either is NaN.
INLINE vf vmin(vf a, vf b) { return vselect(a < b, a, b); }

/// For each 32-bit lane, the sum of the products of its two int16 halves.
INLINE vi vmadd16(vi a, vi b) {
  const int16x8_t x = (int16x8_t)a, y = (int16x8_t)b;
  return (vi)vpaddq_s32(vmull_s16(vget_low_s16(x), vget_low_s16(y)), vmull_high_s16(x, y));
}

#define ISA SWIFTLET_ISA_NEON
#define TABLE swiftlet_neon_kernels
#define BLOCKS(B) B(1, 16) B(2, 12) B(3, 8) B(4, 4) B(5, 4) B(6, 4)
/// X is computed here, and no load moves past this.
#define PIN(X) __asm__ volatile("" : "+w"(X) : : "memory")
#define BLOCK_ROWS 6
/// The most chains of a block of more than two vectors that stands beside others.
#define CHAINS_BESIDE 24
/// The most chains of a block where they are short and B is not large.
#define SHORT_CHAINS 24
/// Up to so many rows may be one block, and need no other below it, whatever the columns.
#define FEW_ROWS 6
/// Blocks of up to so many rows take them from anywhere; those of a taller one are evenly spaced.
#define FREE_ROWS 6
/// The most vectors of a block, and the most rows of one of each width from 1 on, where there are more than two: with
/// a B from the second cache, and with a larger one.
#define BLOCK_WIDTH 4
#define TALLEST 6, 6, 6, 6
#define TALLEST_LARGE 6, 6, 6, 6

#include "Math.h"
#include "Activation.h"
#include "Blocks.h"
#include "Product.h"
#include "Winograd.h"
#include "Convolution.h"
#include "Rows.h"
#include "Addition.h"
#include "LayerNormalization.h"
#include "Attention.h"
#include "LSTM.h"
#include "Pooling.h"
#include "Depthwise.h"
#include "Convert.h"
#include "Packing.h"
#include "Panels.h"
#include "Bfloat16.h"
#include "Int8.h"
#include "Peak.h"
#include "Table.h"
#else
typedef int swiftlet_neon_absent;
#endif
