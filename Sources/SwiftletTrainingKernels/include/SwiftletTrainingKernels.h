/// Vector loops that training needs and the runtime does not. Every operation is rounded by itself, so each
/// instruction set gives the same bits.
#ifndef SWIFTLET_TRAINING_KERNELS_H
#define SWIFTLET_TRAINING_KERNELS_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// A step of Adam on `count` numbers, which must not overlap: mean += (gradient - mean) * rest1,
/// square += (gradient^2 - square) * rest2, weight -= mean * rate / (sqrt(square) + epsilon).
/// A mean below 1e-30 and a square below 1e-36 become zero.
void swiftlet_adam_step(
  float *weight, const float *gradient, float *mean, float *square, size_t count, float rest1, float rest2,
  float rate, float epsilon);

#pragma clang assume_nonnull end

#endif
