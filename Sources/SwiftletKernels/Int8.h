/// Step `dense_int8`. With HAS_BYTE_SUMS the includer has defined
///   vi vadd_bytes(vi sum, vi a, vi b): VPDPBUSD, four products of unsigned bytes of a with signed bytes of b;
/// without it, the same sums come from products of int16.

#if defined(HAS_BYTE_SUMS)
#define BYTE_WORDS 1
#else
/// A quantized row of A is int16: in each step the first and the third number, then the second and the fourth.
#define BYTE_WORDS 2
#endif

typedef uint8_t vbytes __attribute__((vector_size(LANES)));
typedef int16_t vhalves __attribute__((vector_size(LANES * 4)));
typedef uint16_t vuhalves __attribute__((vector_size(LANES * 4)));

/// From sums of products of integers to results.
static __attribute__((noinline)) void finish_int8(const panel_block *t, int R, int V, const vi *sums) {
  for (int v = 0; v < V; v++) {
    const size_t count = columns_of(t, (size_t)v);
    const vf scale = row_vector(t->scales, (size_t)v, count), bias = bias_vector(t, (size_t)v);
    const vi columnSum = (vi)row_vector(t->sums, (size_t)v, count);
    for (int r = 0; r < R; r++) {
      const vi products = sums[r * V + v] - viset(t->rows[r].zero) * columnSum;
      finish(
        t, (size_t)r, (size_t)v,
        vfma(__builtin_convertvector(products, vf), vset(t->rows[r].scale) * scale, bias));
    }
  }
}

INLINE void int8_block(const int R, const int V, const panel_block *t) {
  vi sum[12][8 * PANEL_VECTORS];
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int v = 0; v < V; v++) sum[r][v] = viset(0);
  }
  words at = first_words(R, V, t);
  KEEP_ROLLED
  for (size_t left = t->steps; left > 0; left--) {
#if defined(HAS_BYTE_SUMS)
    vi bytes[8 * PANEL_VECTORS];
    UNROLL
    for (int v = 0; v < V; v++) bytes[v] = words_of_b(&at, v);
    UNROLL
    for (int r = 0; r < R; r++) {
      const vi input = word_of_a(&at, r, 0);
      UNROLL
      for (int v = 0; v < V; v++) sum[r][v] = vadd_bytes(sum[r][v], input, bytes[v]);
    }
#else
    vi even[8 * PANEL_VECTORS], odd[8 * PANEL_VECTORS];
    UNROLL
    for (int v = 0; v < V; v++) {
      const vi four = words_of_b(&at, v);
      even[v] = (vi)((vhalves)((vuhalves)four << 8) >> 8);
      odd[v] = (vi)((vhalves)four >> 8);
    }
    UNROLL
    for (int r = 0; r < R; r++) {
      const vi evenInput = word_of_a(&at, r, 0), oddInput = word_of_a(&at, r, 1);
      UNROLL
      for (int v = 0; v < V; v++) sum[r][v] += vmadd16(evenInput, even[v]) + vmadd16(oddInput, odd[v]);
    }
#endif
    next_words(&at, R, V, BYTE_WORDS);
  }
  vi sums[BLOCK_VECTORS];
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int v = 0; v < V; v++) sums[r * V + v] = sum[r][v];
  }
  finish_int8(t, R, V, sums);
}

#define INT8_FUNCTION(R, P) \
  static void int8_##R##_##P(const panel_block *t) { int8_block(R, (P) * PANEL_VECTORS, t); }
#define INT8_FUNCTIONS(I, R, P) PANELS_##P(INT8_FUNCTION, R)
PANEL_BLOCKS(INT8_FUNCTIONS)
#define INT8_ENTRY(R, P) [P] = int8_##R##_##P,
#define INT8_ENTRIES(I, R, P) [I] = {PANELS_##P(INT8_ENTRY, R)},
static block_function int8Blocks[BLOCK_SIZES][9] = {PANEL_BLOCKS(INT8_ENTRIES)};

/// Least and greatest of a row and of 0; low is -infinity where an element is not finite.
typedef struct row_range {
  float low, high;
} row_range;

// Both ends go down one tree: the left half of the lanes for the least, the right half for the greatest, negated.
#if LANES == 16
#define LEFT_HALVES(x, y) __builtin_shufflevector(x, y, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define RIGHT_HALVES(x, y) __builtin_shufflevector(x, y, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define LEVELS(L) \
  L(4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11) L(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13) \
  L(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#elif LANES == 8
#define LEFT_HALVES(x, y) __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11)
#define RIGHT_HALVES(x, y) __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15)
#define LEVELS(L) L(2, 3, 0, 1, 6, 7, 4, 5) L(1, 0, 3, 2, 5, 4, 7, 6)
#else
#define LEFT_HALVES(x, y) __builtin_shufflevector(x, y, 0, 1, 4, 5)
#define RIGHT_HALVES(x, y) __builtin_shufflevector(x, y, 2, 3, 6, 7)
#define LEVELS(L) L(1, 0, 3, 2)
#endif

INLINE row_range range_of(const float *x, size_t count) {
  vf low = vset(0), high = vset(0), flaw = vset(0), low2 = low, high2 = high, flaw2 = flaw;
  size_t k = 0;
  // Two chains, since each of them waits for its own last step.
  for (; k + 2 * LANES <= count; k += 2 * LANES) {
    const vf y = vload(x + k), y2 = vload(x + k + LANES);
    low = vmin(y, low), low2 = vmin(y2, low2);
    high = vmax(y, high), high2 = vmax(y2, high2);
    flaw = vfma(y, vset(0), flaw), flaw2 = vfma(y2, vset(0), flaw2);
  }
  for (; k < count; k += LANES) {
    const vf y = count - k < LANES ? vload_part(x + k, count - k) : vload(x + k);
    low = vmin(y, low);
    high = vmax(y, high);
    flaw = vfma(y, vset(0), flaw);
  }
  low = vmin(low2, low), high = vmax(high2, high), flaw = flaw2 + flaw;
  low = vselect(flaw != vset(0), vset(-INFINITY), low);
  high = -high;
  vf ends = vmin(LEFT_HALVES(low, high), RIGHT_HALVES(low, high));
#define LEVEL(...) ends = vmin(__builtin_shufflevector(ends, ends, __VA_ARGS__), ends);
  LEVELS(LEVEL)
#undef LEVEL
  return (row_range){ends[0], -ends[LANES / 2]};
}

/// 0 ... 255 of a float that lies between them, ties to even: its integer stands in the lowest bits of x + 2^23.
INLINE vi vinteger(vf x) { return (vi)(x + vset(0x1p23f)) & 0xff; }

/// The bytes of LANES numbers.
INLINE void store_places(uint8_t *to, vf x, float inverse, float zero) {
  const vf place = vmin(vmax(vfma(x, vset(inverse), vset(zero)), vset(0)), vset(255));
  const vbytes narrow = __builtin_convertvector(vinteger(place), vbytes);
  memcpy(to, &narrow, sizeof narrow);
}

INLINE quantized_row quantize_row(const float *x, size_t count, size_t steps, uint32_t *to) {
  const row_range range = range_of(x, count);
  const float step = 1.0f / 255;
  float scale = range.high * step - range.low * step, inverse = 0, zero = 0;
  if (scale < 0x1p-100f) {
    scale = 0;
  } else if (scale < INFINITY) {
    inverse = 1 / scale;
    zero = (-range.low * inverse + 0x1p23f) - 0x1p23f;
  } else {
    // Whatever comes of a row that holds what is not finite is NaN.
    scale = NAN;
  }
  uint8_t *bytes = (uint8_t *)(to + (BYTE_WORDS - 1) * steps);
  size_t k = 0;
  for (; k + LANES <= count; k += LANES) store_places(bytes + k, vload(x + k), inverse, zero);
  if (k < count) store_places(bytes + k, vload_part(x + k, count - k), inverse, zero);
#if !defined(HAS_BYTE_SUMS)
  // The bytes lie in the second half of the row, and are read before they are written over.
  for (size_t s = 0; s < steps; s++) {
    uint32_t four;
    memcpy(&four, bytes + 4 * s, sizeof four);
    to[2 * s] = four & 0x00ff00ff;
    to[2 * s + 1] = four >> 8 & 0x00ff00ff;
  }
#endif
  return (quantized_row){scale, (int32_t)zero};
}

static void dense_int8(const void *parameters, const swiftlet_run *run) {
  const swiftlet_dense_int8 *p = parameters;
  const size_t steps = (p->inputs + 3) / 4, stride = rounded_stride(BYTE_WORDS * steps);
  const size_t most = rounded_rows(stride, p->inputs), all = run->rows * p->positions;
  const float *input = run->tensors[p->input];
  uint32_t *quantized = run->scratch;
  quantized_row each[ROUNDED_ROWS];
  panel_block t = {
    .a = quantized, .aStride = stride, .steps = steps, .b = (const uint32_t *)p->kernel,
    .panelStride = steps * SWIFTLET_PANEL, .bias = p->bias,
    .residual = p->residual == SWIFTLET_NO_SLOT ? NULL : run->tensors[p->residual],
    .c = run->tensors[p->output], .cStride = p->outputs, .rows = each, .scales = p->scales, .sums = p->sums,
  };
  const swiftlet_activation *after = clip_of(&p->activation, &t.low, &t.high);
  for (size_t m = 0; m < all; m += most) {
    const size_t rows = all - m < most ? all - m : most;
    for (size_t r = 0; r < rows; r++)
      each[r] = quantize_row(input + (m + r) * p->inputs, p->inputs, steps, quantized + r * stride);
    multiply_panels(&t, int8Blocks, rows, p->outputs);
    if (after) ACTIVATE_ARRAY(after, t.c, t.c, rows * p->outputs);
    t.c += rows * t.cStride;
    if (t.residual) t.residual += rows * t.cStride;
  }
}
