/// AVX512-BF16: step `dense_bfloat16` by VDPBF16PS.
#if defined(__x86_64__)
#include <immintrin.h>
#include "Kernels.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512bf16,avx2,fma"))), apply_to = function)
#else
#pragma GCC optimize("fp-contract=off")
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx512bf16,avx2,fma")
#endif

#include "AVX512.h"

#define HAS_BFLOAT16_PAIRS
INLINE vf vadd_pairs(vf sum, vi a, vi b) {
  return (vf)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}
INLINE void vstore_bfloat16(void *p, vf x) {
  const __m256bh rounded = _mm512_cvtneps_pbh((__m512)x);
  memcpy(p, &rounded, sizeof rounded);
}
#define ACTIVATE_ARRAY swiftlet_avx512_kernels.activate_array

#include "Panels.h"
#include "Bfloat16.h"

void swiftlet_avx512_dense_bfloat16(const void *parameters, const swiftlet_run *run) {
  dense_bfloat16(parameters, run);
}

#if defined(__clang__)
#pragma clang attribute pop
#endif
#else
typedef int swiftlet_avx512_bfloat16_absent;
#endif
