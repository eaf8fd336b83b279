/// Which instruction sets there are, and what does not depend on them.
#include "Kernels.h"

const swiftlet_kernels *swiftlet_kernels_for(swiftlet_isa isa) {
  switch (isa) {
    case SWIFTLET_ISA_PORTABLE:
      return &swiftlet_portable_kernels;
    case SWIFTLET_ISA_NEON:
#if defined(__aarch64__)
      return &swiftlet_neon_kernels;
#else
      return NULL;
#endif
    case SWIFTLET_ISA_AVX2:
#if defined(__x86_64__)
      __builtin_cpu_init();
      if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &swiftlet_avx2_kernels;
#endif
      return NULL;
    case SWIFTLET_ISA_AVX512:
#if defined(__x86_64__)
      __builtin_cpu_init();
      if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
          && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return &swiftlet_avx512_kernels;
#endif
      return NULL;
  }
  return NULL;
}

bool swiftlet_isa_available(swiftlet_isa isa) { return swiftlet_kernels_for(isa) != NULL; }

swiftlet_isa swiftlet_isa_best(void) {
  const swiftlet_isa fastestFirst[] = {SWIFTLET_ISA_AVX512, SWIFTLET_ISA_AVX2, SWIFTLET_ISA_NEON};
  for (size_t i = 0; i < sizeof fastestFirst / sizeof *fastestFirst; i++)
    if (swiftlet_isa_available(fastestFirst[i])) return fastestFirst[i];
  return SWIFTLET_ISA_PORTABLE;
}

const char *swiftlet_isa_name(swiftlet_isa isa) {
  switch (isa) {
    case SWIFTLET_ISA_PORTABLE: return "portable";
    case SWIFTLET_ISA_NEON: return "neon";
    case SWIFTLET_ISA_AVX2: return "avx2";
    case SWIFTLET_ISA_AVX512: return "avx512";
  }
  return "unknown";
}

void swiftlet_run_steps(const swiftlet_step *steps, size_t count, const swiftlet_run *run) {
  for (size_t i = 0; i < count; i++) steps[i].kernel(steps[i].parameters, run);
}

size_t swiftlet_packed_count(size_t inner, size_t columns) {
  return (columns + SWIFTLET_PANEL - 1) / SWIFTLET_PANEL * SWIFTLET_PANEL * inner;
}

void swiftlet_pack(
  const float *b, size_t rowStride, size_t columnStride, size_t inner, size_t columns, float *packed) {
  for (size_t first = 0; first < columns; first += SWIFTLET_PANEL) {
    size_t wide = columns - first < SWIFTLET_PANEL ? columns - first : SWIFTLET_PANEL;
    for (size_t k = 0; k < inner; k++, packed += SWIFTLET_PANEL) {
      const float *from = b + k * rowStride + first * columnStride;
      if (columnStride == 1 && wide == SWIFTLET_PANEL)
        memcpy(packed, from, SWIFTLET_PANEL * sizeof *packed);
      else if (columnStride == 1)
        memcpy(packed, from, wide * sizeof *packed);
      else
        for (size_t n = 0; n < wide; n++) packed[n] = from[n * columnStride];
      for (size_t n = wide; n < SWIFTLET_PANEL; n++) packed[n] = 0;
    }
  }
}
