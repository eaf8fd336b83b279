/// Any processor: four lanes of plain C.
#include "Kernels.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize("fp-contract=off")
#endif

#define LANES 4
typedef float vf __attribute__((vector_size(16)));
typedef int32_t vi __attribute__((vector_size(16)));

INLINE vf vset(float x) { return (vf){x, x, x, x}; }
INLINE vi viset(int32_t x) { return (vi){x, x, x, x}; }
INLINE vf vload(const float *p) {
  vf x;
  memcpy(&x, p, sizeof x);
  return x;
}
INLINE void vstore(float *p, vf x) { memcpy(p, &x, sizeof x); }
/// The first `count` < LANES elements, zeros after them.
INLINE vf vload_part(const float *p, size_t count) {
  vf x = {0};
  memcpy(&x, p, count * sizeof(float));
  return x;
}
INLINE void vstore_part(float *p, vf x, size_t count) { memcpy(p, &x, count * sizeof(float)); }

#if defined(__FP_FAST_FMAF) || defined(__FMA__) || defined(__ARM_FEATURE_FMA)
INLINE vf vfma(vf a, vf b, vf c) {
  vf y;
  UNROLL
  for (int i = 0; i < LANES; i++) y[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return y;
}
#else
/// a * b + c rounded once, without the instruction. The product is exact in double; the sum is rounded to
/// odd there (what it lost is found by Knuth's two-sum), after which rounding to float is right, since
/// double has two bits more than twice float's (Boldo and Melquiond 2008). A C library's fmaf gives the
/// same bits, one at a time.
typedef double vd __attribute__((vector_size(32)));
typedef int64_t vl __attribute__((vector_size(32)));
static __attribute__((noinline)) vf vfma(vf a, vf b, vf c) {
  vd product = __builtin_convertvector(a, vd) * __builtin_convertvector(b, vd);
  vd addend = __builtin_convertvector(c, vd);
  vd sum = product + addend;
  vd back = sum - product;
  vd lost = (product - (sum - back)) + (addend - back);
  // NaN compares false, so infinite sums stay. Towards the lost part is one step in the bits.
  vl inexact = (lost > 0) | (lost < 0);
  vl bits = (vl)sum;
  vl away = (lost > 0) ^ (sum < 0);
  vl step = (away & 1) + (~away & -1);
  bits += inexact & ~(-(bits & 1)) & step;
  return __builtin_convertvector((vd)bits, vf);
}
#endif
INLINE vf vselect(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }
/// a > b ? a : b, so b where either is NaN.
INLINE vf vmax(vf a, vf b) { return vselect(a > b, a, b); }
/// a < b ? a : b, so b where either is NaN.
INLINE vf vmin(vf a, vf b) { return vselect(a < b, a, b); }

/// For each 32-bit lane, the sum of the products of its two int16 halves.
INLINE vi vmadd16(vi a, vi b) {
  // The arithmetic shifts give the halves their signs.
  return ((a << 16) >> 16) * ((b << 16) >> 16) + (a >> 16) * (b >> 16);
}

#define ISA SWIFTLET_ISA_PORTABLE
#define TABLE swiftlet_portable_kernels
#define BLOCKS(B) B(1, 4) B(2, 4)
/// X is computed here, and no load moves past this.
#define PIN(X) __asm__ volatile("" : : : "memory")
#define BLOCK_ROWS 2
/// The most chains of a block of more than two vectors that stands beside others.
#define CHAINS_BESIDE 8
/// The most chains of a block where they are short and B is not large.
#define SHORT_CHAINS 8
/// Up to so many rows may be one block, and need no other below it, whatever the columns.
#define FEW_ROWS 2
/// Blocks of up to so many rows take them from anywhere; those of a taller one are evenly spaced.
#define FREE_ROWS 2
/// The most vectors of a block, and the most rows of one of each width from 1 on, where there are more than two: with
/// a B from the second cache, and with a larger one.
#define BLOCK_WIDTH 4
#define TALLEST 2, 2, 2, 2
#define TALLEST_LARGE 2, 2, 2, 2

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
