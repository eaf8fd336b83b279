/// Kernels of low precision: which the processor has, and how weights are packed for them.
#include "Kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>

/// AVX-VNNI, which older compilers' __builtin_cpu_supports does not know.
static bool has_avx_vnni(void) {
  unsigned a, b, c, d;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 1u << 4);
}
#endif

swiftlet_kernel swiftlet_dense_bfloat16_kernel(swiftlet_isa isa) {
  const swiftlet_kernels *kernels = swiftlet_kernels_for(isa);
  if (!kernels) return NULL;
#if defined(__x86_64__)
  if (isa == SWIFTLET_ISA_AVX512 && __builtin_cpu_supports("avx512bf16")) return swiftlet_avx512_dense_bfloat16;
#endif
  return kernels->dense_bfloat16;
}

swiftlet_kernel swiftlet_dense_int8_kernel(swiftlet_isa isa) {
  const swiftlet_kernels *kernels = swiftlet_kernels_for(isa);
  if (!kernels) return NULL;
#if defined(__x86_64__)
  if (isa == SWIFTLET_ISA_AVX512 && __builtin_cpu_supports("avx512vnni")) return swiftlet_avx512_dense_int8;
  if (isa == SWIFTLET_ISA_AVX2 && has_avx_vnni()) return swiftlet_avx2_dense_int8;
#endif
  return kernels->dense_int8;
}

size_t swiftlet_precision_scratch(size_t inputs) {
  // Room for the tallest block of rows in the widest form, as floats an odd number of cache lines apart; and
  // enough rows, where they are short, that panels are read for many of them.
  const size_t rowBytes = (inputs + 33) / 16 * 64 + 64, most = 256 * 1024;
  const size_t all = 96 * rowBytes, least = 12 * rowBytes;
  return (all < most ? all : least > most ? least : most) + 64;
}

// MARK: bfloat16

size_t swiftlet_bfloat16_packed_bytes(size_t inputs, size_t outputs) {
  return (outputs + SWIFTLET_PANEL - 1) / SWIFTLET_PANEL * SWIFTLET_PANEL * ((inputs + 1) / 2) * 4;
}

/// Rounded to nearest, ties to even; subnormal numbers to zero of their sign.
static uint16_t bfloat16_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  if ((bits & 0x7f800000u) == 0) return (uint16_t)(bits >> 16 & 0x8000u);
  if (x != x) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

void swiftlet_bfloat16_pack(
  const float *rows, size_t first, size_t count, size_t inputs, size_t outputs, uint16_t *packed) {
  const size_t steps = (inputs + 1) / 2;
  for (size_t k = first; k < first + count; k++, rows += outputs)
    for (size_t n = 0; n < outputs; n++) {
      const size_t word = (n / SWIFTLET_PANEL * steps + k / 2) * SWIFTLET_PANEL + n % SWIFTLET_PANEL;
      packed[word * 2 + k % 2] = bfloat16_of(rows[n]);
    }
}

float swiftlet_bfloat16_least(const uint16_t *packed, size_t inputs, size_t outputs, const float *bias) {
  for (size_t n = 0; bias && n < outputs; n++)
    if (bias[n] != 0 && fabsf(bias[n]) < 0x1p-103f) return 0;
  uint32_t least = 0x7f80;
  const size_t count = swiftlet_bfloat16_packed_bytes(inputs, outputs) / 2;
  for (size_t i = 0; i < count; i++) {
    const uint32_t magnitude = packed[i] & 0x7fff;
    if (magnitude != 0 && magnitude < least) least = magnitude;
  }
  least <<= 16;
  float smallest;
  memcpy(&smallest, &least, sizeof smallest);
  return smallest;
}

// MARK: int8

size_t swiftlet_int8_packed_bytes(size_t inputs, size_t outputs) {
  return (outputs + SWIFTLET_PANEL - 1) / SWIFTLET_PANEL * SWIFTLET_PANEL * ((inputs + 3) / 4) * 4;
}

void swiftlet_int8_largest(const float *rows, size_t count, size_t outputs, float *largest) {
  for (size_t k = 0; k < count; k++, rows += outputs)
    for (size_t n = 0; n < outputs; n++) {
      const float magnitude = fabsf(rows[n]);
      // A NaN that is there stays.
      if (!(magnitude <= largest[n]) && largest[n] == largest[n]) largest[n] = magnitude;
    }
}

void swiftlet_int8_scales(const float *largest, size_t outputs, float *scales) {
  for (size_t n = 0; n < outputs; n++) {
    scales[n] = largest[n] / 127;
    if (scales[n] < 0x1p-100f) scales[n] = 0;
    if (!isfinite(scales[n])) scales[n] = NAN;
  }
}

/// The integer nearest to a number below 2^22, ties to even.
static float nearest(float x) { return (x + 0x1.8p23f) - 0x1.8p23f; }

void swiftlet_int8_pack(
  const float *rows, size_t first, size_t count, size_t inputs, size_t outputs, const float *scales,
  int8_t *packed, int32_t *sums) {
  const size_t steps = (inputs + 3) / 4;
  for (size_t k = first; k < first + count; k++, rows += outputs)
    for (size_t n = 0; n < outputs; n++) {
      // No number of the column is larger than 127 scales; a column without a scale stays zero.
      const float place = scales[n] > 0 ? rows[n] / scales[n] : 0;
      const int8_t byte = (int8_t)nearest(place < -127 ? -127 : place > 127 ? 127 : place);
      const size_t word = (n / SWIFTLET_PANEL * steps + k / 4) * SWIFTLET_PANEL + n % SWIFTLET_PANEL;
      packed[word * 4 + k % 4] = byte;
      sums[n] += byte;
    }
}
