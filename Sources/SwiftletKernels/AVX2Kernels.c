/// AVX2 and FMA: eight lanes, 16 registers.
#if defined(__x86_64__)
#include <immintrin.h>
#include "Kernels.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC optimize("fp-contract=off")
#pragma GCC target("avx2,fma")
#endif

#include "AVX2.h"

#define ISA SWIFTLET_ISA_AVX2
#define TABLE swiftlet_avx2_kernels
#define BLOCKS(B) B(1, 8) B(2, 6) B(3, 4) B(4, 2) B(5, 2) B(6, 2)
/// X is computed here, and no load moves past this.
#define PIN(X) __asm__ volatile("" : "+x"(X) : : "memory")
#define BLOCK_ROWS 6
/// The most chains of a block of more than two vectors that stands beside others.
#define CHAINS_BESIDE 12
/// The most chains of a block where they are short and B is not large.
#define SHORT_CHAINS 12
/// Up to so many rows may be one block, and need no other below it, whatever the columns.
#define FEW_ROWS 6
/// Blocks of up to so many rows take them from anywhere; those of a taller one are evenly spaced.
#define FREE_ROWS 6
/// The most vectors of a block, and the most rows of one of each width from 1 on, where there are more than two: with
/// a B from the second cache, and with a larger one.
#define BLOCK_WIDTH 2
#define TALLEST 6, 6
#define TALLEST_LARGE 6, 6

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
typedef int swiftlet_avx2_absent;
#endif
