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
/// output is (rows, queries, heads, valueLength) and overlaps none of them. Spec/arithmetic.md has the order.
typedef struct swiftlet_attention {
  uint32_t query, key, value, output;  ///< slots
  size_t queries, keys, heads, keyLength, valueLength;
  size_t queryOffset, queryStride, queryRow;  ///< `…Row` is the floats of one batch row
  size_t keyOffset, keyStride, keyRow;
  size_t valueOffset, valueStride, valueRow;
  float scale;
  bool isCausal;  ///< whether position i sees positions 0 ... i alone
} swiftlet_attention;

/// Bytes of scratch that the step `attend` uses, however many rows, queries and heads there are.
size_t swiftlet_attention_scratch(size_t keys, size_t keyLength, size_t valueLength);

/// Step `lstm`: long short-term memory, after the product of all inputs, which one dense step makes.
///
/// The gates' columns stand as `swiftlet_lstm_column` says. input is (rows, steps, swiftlet_lstm_columns(units)):
/// inputs x kernel + bias. output is (rows, steps, units) in the order in which the steps are taken, or
/// (rows, units), the last step's. They must not overlap.
typedef struct swiftlet_lstm {
  uint32_t input, output;  ///< slots
  size_t steps, units;
  const float *recurrent;  ///< packed by `swiftlet_lstm_pack`
  swiftlet_activation activation, recurrentActivation;
  bool returnsSequences;
  bool goesBackwards;  ///< whether the last step of the input is taken first
} swiftlet_lstm;

/// Columns of an LSTM's products: four gates for each unit, the units filled up to a multiple of sixteen.
size_t swiftlet_lstm_columns(size_t units);
/// Where the column of `unit` of gate 0 ... 3 stands among them. Keras has it at gate * units + unit, the gates
/// being i, f, c and o.
size_t swiftlet_lstm_column(size_t gate, size_t unit);
/// Packs Keras's recurrent kernel (units, 4 * units) into units * swiftlet_lstm_columns(units) floats.
void swiftlet_lstm_pack(const float *kernel, size_t units, float *packed);
/// Bytes of scratch that the step `lstm` uses, however many rows there are.
size_t swiftlet_lstm_scratch(size_t units);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
