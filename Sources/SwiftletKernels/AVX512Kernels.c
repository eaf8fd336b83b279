/// AVX-512: sixteen lanes, 32 registers.
#if defined(__x86_64__)
#include <immintrin.h>
#include "Kernels.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#else
#pragma GCC optimize("fp-contract=off")
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")
#endif

#define LANES 16
typedef float vf __attribute__((vector_size(64)));
typedef int32_t vi __attribute__((vector_size(64)));

INLINE vf vset(float x) { return (vf)_mm512_set1_ps(x); }
INLINE vi viset(int32_t x) { return (vi)_mm512_set1_epi32(x); }
INLINE vf vload(const float *p) { return (vf)_mm512_loadu_ps(p); }
INLINE void vstore(float *p, vf x) { _mm512_storeu_ps(p, (__m512)x); }
INLINE __mmask16 first(size_t count) { return (__mmask16)((1u << count) - 1); }
/// The first `count` < LANES elements, zeros after them.
INLINE vf vload_part(const float *p, size_t count) { return (vf)_mm512_maskz_loadu_ps(first(count), p); }
INLINE void vstore_part(float *p, vf x, size_t count) { _mm512_mask_storeu_ps(p, first(count), (__m512)x); }
INLINE vf vfma(vf a, vf b, vf c) { return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
INLINE vf vselect(vi mask, vf a, vf b) {
  return (vf)_mm512_mask_blend_ps(_mm512_movepi32_mask((__m512i)mask), (__m512)b, (__m512)a);
}
/// a > b ? a : b, so b where either is NaN.
INLINE vf vmax(vf a, vf b) { return (vf)_mm512_max_ps((__m512)a, (__m512)b); }
/// a < b ? a : b, so b where either is NaN.
INLINE vf vmin(vf a, vf b) { return (vf)_mm512_min_ps((__m512)a, (__m512)b); }
/// x 2^n for integers n, rounded once.
INLINE vf vscaled(vf x, vf n, vf biased) {
  (void)biased;
  return (vf)_mm512_scalef_ps((__m512)x, (__m512)n);
}
#define HAS_VSCALED

#define ISA SWIFTLET_ISA_AVX512
#define TABLE swiftlet_avx512_kernels
// How many vectors of columns a block of R rows takes: R * WIDTH_R accumulators, and as many registers
// beside them as R broadcast inputs need.
#define BLOCKS(B) \
  B(1, 8) B(2, 8) B(3, 8) B(4, 6) B(5, 4) B(6, 4) B(7, 3) B(8, 3) B(9, 3) B(10, 2) B(11, 2) B(12, 2) B(13, 2) B(14, 2)
#define BLOCK_ROWS 14

#include "Math.h"
#include "Activation.h"
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
#include "Peak.h"
#include "Table.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#else
typedef int swiftlet_avx512_absent;
#endif
