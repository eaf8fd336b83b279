#include "SwiftletTrainingKernels.h"

// A fused multiply-add would round once where the portable loop rounds twice.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

INLINE void adam(
  float *restrict weight, const float *restrict gradient, float *restrict mean, float *restrict square,
  size_t count, float rest1, float rest2, float rate, float epsilon) {
  for (size_t i = 0; i < count; i++) {
    const float g = gradient[i];
    float m = mean[i] + (g - mean[i]) * rest1;
    float v = square[i] + (g * g - square[i]) * rest2;
    // Where gradients have become zero both means decay towards numbers so small that the processor takes a
    // hundred times as long for each. Far below what could move a weight they are zero.
    m = __builtin_elementwise_abs(m) < 1e-30f ? 0 : m;
    v = v < 1e-36f ? 0 : v;
    mean[i] = m;
    square[i] = v;
    // The builtin sets no errno, which would keep the loop from becoming vector code.
    weight[i] -= m * rate / (__builtin_elementwise_sqrt(v) + epsilon);
  }
}

#if defined(__x86_64__)
__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw"))) static void adam_avx512(
  float *weight, const float *gradient, float *mean, float *square, size_t count, float rest1, float rest2,
  float rate, float epsilon) {
  adam(weight, gradient, mean, square, count, rest1, rest2, rate, epsilon);
}

__attribute__((target("avx2"))) static void adam_avx2(
  float *weight, const float *gradient, float *mean, float *square, size_t count, float rest1, float rest2,
  float rate, float epsilon) {
  adam(weight, gradient, mean, square, count, rest1, rest2, rate, epsilon);
}
#endif

void swiftlet_adam_step(
  float *weight, const float *gradient, float *mean, float *square, size_t count, float rest1, float rest2,
  float rate, float epsilon) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return adam_avx512(weight, gradient, mean, square, count, rest1, rest2, rate, epsilon);
  if (__builtin_cpu_supports("avx2"))
    return adam_avx2(weight, gradient, mean, square, count, rest1, rest2, rate, epsilon);
#endif
  adam(weight, gradient, mean, square, count, rest1, rest2, rate, epsilon);
}
