/// AVX-512: sixteen lanes, 32 registers.
#if defined(__x86_64__)
#include <immintrin.h>
#include "Kernels.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#else
#pragma GCC optimize("fp-contract=off")
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")
#endif

#include "AVX512.h"

#define ISA SWIFTLET_ISA_AVX512
#define TABLE swiftlet_avx512_kernels
// How many vectors of columns a block of R rows takes, at most: R * WIDTH_R accumulators, and as many registers
// beside them as R broadcast inputs need. With one vector each product loads its input, so that tall blocks pay.
#define BLOCKS(B) \
  B(1, 8) B(2, 8) B(3, 6) B(4, 6) B(5, 4) B(6, 4) B(7, 3) B(8, 3) B(9, 3) B(10, 2) \
  B(11, 2) B(12, 2) B(13, 2) B(14, 2) B(15, 1) B(16, 1) B(17, 1) B(18, 1) B(19, 1) B(20, 1)
/// X is computed here, and no load moves past this.
#define PIN(X) __asm__ volatile("" : "+v"(X) : : "memory")
/// As many as leave one of 32 registers for an input. Few chains or rows wait for latencies and loads, not for stores.
#define ROWWISE_STEPS(R, V) \
  ((R) < 4 || (R) * (V) <= 8 ? 0 : FITS(4, R, V) ? 4 : FITS(3, R, V) ? 3 : FITS(2, R, V) ? 2 : FITS(1, R, V) ? 1 : 0)
#define FITS(STEPS, R, V) (((R) + (STEPS)) * (V) < 32)
#define BLOCK_ROWS 20
/// The most chains of a block of more than two vectors that stands beside others.
#define CHAINS_BESIDE 20
/// The most chains of a block where they are short and B is not large.
#define SHORT_CHAINS 26
/// Up to so many rows may be one block, and need no other below it, whatever the columns.
#define FEW_ROWS 14
/// Blocks of up to so many rows take them from anywhere; those of a taller one are evenly spaced.
#define FREE_ROWS 7
/// The most vectors of a block, and the most rows of one of each width from 1 on, where there are more than two: with
/// a B from the second cache, and with a larger one.
#define BLOCK_WIDTH 3
#define TALLEST 20, 9, 5
#define TALLEST_LARGE 20, 9, 9

#include "Math.h"
#include "Activation.h"
#include "Blocks.h"
#include "Product.h"
#include "Winograd.h"
#include "Convolution.h"
#include "Rows.h"
#include "Addition.h"
#include "LayerNormalization.h"
#include "Attention.h"
#include "LSTM.h"
#include "Pooling.h"
#include "Depthwise.h"
#include "Convert.h"
#include "Packing.h"
#include "Panels.h"
#include "Bfloat16.h"
#include "Int8.h"
#include "Peak.h"
#include "Table.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#else
typedef int swiftlet_avx512_absent;
#endif
