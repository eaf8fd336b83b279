/// Parameters of the steps for sequences, and of sums of tensors. Included by SwiftletKernels.h.
#ifndef SWIFTLET_SEQUENCE_H
#define SWIFTLET_SEQUENCE_H

#include "SwiftletActivation.h"

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// Step `add`: output = activation(first + second), element by element. output may be either of them.
typedef struct swiftlet_add {
  uint32_t first, second, output;  ///< slots
  size_t count;  ///< elements a batch row
  swiftlet_activation activation;
} swiftlet_add;

/// Step `normalize_layer`: y = (x - mean) / sqrt(variance + epsilon) * scale + offset along the last axis of
/// (rows * groups, length); Spec/arithmetic.md has the order. input may be output.
typedef struct swiftlet_layer_normalization {
  uint32_t input, output;  ///< slots
  size_t groups, length;
  float epsilon;
  const float *SWIFTLET_NULLABLE scale;  ///< (length), or NULL for ones
  const float *SWIFTLET_NULLABLE offset;  ///< (length), or NULL for zeros
} swiftlet_layer_normalization;

/// Step `attend`: for each head, softmax(scale * query x key^T) x value.
/// A batch row of the query is (queries, heads, keyLength), of the key (keys, heads, keyLength), of the value
/// (keys, heads, valueLength), each starting `…Offset` floats into its tensor's batch row and its positions
/// `…Stride` floats apart, so that one product can make all three side by side.
/// output is (rows, queries, heads, valueLength) and overlaps none of them.
typedef struct swiftlet_attention {
  uint32_t query, key, value, output;  ///< slots
  size_t queries, keys, heads, keyLength, valueLength;
  size_t queryOffset, queryStride, queryRow;  ///< `…Row` is the floats of one batch row
  size_t keyOffset, keyStride, keyRow;
  size_t valueOffset, valueStride, valueRow;
  float scale;
  bool isCausal;  ///< whether position i sees positions 0 ... i alone
} swiftlet_attention;

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
