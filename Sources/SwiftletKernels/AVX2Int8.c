/// AVX-VNNI, for processors without AVX-512: step `dense_int8` by VPDPBUSD.
#if defined(__x86_64__)
#include <immintrin.h>
#include "Kernels.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#else
#pragma GCC optimize("fp-contract=off")
#pragma GCC target("avx2,fma,avxvnni")
#endif

#include "AVX2.h"

#define HAS_BYTE_SUMS
INLINE vi vadd_bytes(vi sum, vi a, vi b) {
  return (vi)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)a, (__m256i)b);
}
#define ACTIVATE_ARRAY swiftlet_avx2_kernels.activate_array

#include "Panels.h"
#include "Int8.h"

void swiftlet_avx2_dense_int8(const void *parameters, const swiftlet_run *run) { dense_int8(parameters, run); }

#if defined(__clang__)
#pragma clang attribute pop
#endif
#else
typedef int swiftlet_avx2_int8_absent;
#endif
