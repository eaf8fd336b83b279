/// AVX512-VNNI: step `dense_int8` by VPDPBUSD.
#if defined(__x86_64__)
#include <immintrin.h>
#include "Kernels.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512vnni,avx2,fma"))), apply_to = function)
#else
#pragma GCC optimize("fp-contract=off")
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx512vnni,avx2,fma")
#endif

#include "AVX512.h"

#define HAS_BYTE_SUMS
INLINE vi vadd_bytes(vi sum, vi a, vi b) {
  return (vi)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}
#define ACTIVATE_ARRAY swiftlet_avx512_kernels.activate_array

#include "Panels.h"
#include "Int8.h"

void swiftlet_avx512_dense_int8(const void *parameters, const swiftlet_run *run) { dense_int8(parameters, run); }

#if defined(__clang__)
#pragma clang attribute pop
#endif
#else
typedef int swiftlet_avx512_int8_absent;
#endif
