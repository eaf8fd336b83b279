/// What the micro-benchmarks share: numbers to compute with, and the least of many short times.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "SwiftletKernels.h"

static const swiftlet_kernels *kernels;
static volatile float sink;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *numbers(size_t count) {
  float *x = aligned_alloc(64, (count * sizeof(float) + 127) / 64 * 64);
  for (size_t i = 0; i < count; i++) x[i] = (float)(rand() % 2001 - 1000) / 4000.0f;
  return x;
}

/// The least time of one call of BODY so far, over one more window of about 0.1 ms.
#define WINDOW(BEST, BODY) \
  do { \
    size_t repeat_ = BEST > 0 ? (size_t)(0.0001 / BEST) + 1 : 1; \
    double t0_ = now(); \
    for (size_t i_ = 0; i_ < repeat_; i_++) { BODY; } \
    double took_ = (now() - t0_) / (double)repeat_; \
    if (BEST <= 0 || took_ < BEST) BEST = took_; \
  } while (0)

/// The kernels of the instruction set of that name; NULL where there is none, or not on this processor.
static const swiftlet_kernels *kernels_named(const char *name) {
  swiftlet_isa isa = SWIFTLET_ISA_PORTABLE;
  while (isa <= SWIFTLET_ISA_AVX512 && strcmp(name, swiftlet_isa_name(isa))) isa++;
  return swiftlet_kernels_for(isa);
}
