/// Step `dense_bfloat16`. With HAS_BFLOAT16_PAIRS the includer has defined
///   vf vadd_pairs(vf sum, vi a, vi b): VDPBF16PS, and
///   void vstore_bfloat16(void *, vf): VCVTNEPS2BF16 of LANES floats;
/// without it, the same bits come from fused multiply-adds.

#if defined(HAS_BFLOAT16_PAIRS)
#define PAIR_WORDS 1
#else
/// A rounded row of A is floats: the two of a step stand in words of their own.
#define PAIR_WORDS 2
#endif

INLINE vi vexponent_is_least(vf x) { return ((vi)x & 0x7f800000) == 0; }

/// Subnormal numbers to zero of their sign.
INLINE vf vflush(vf x) { return vselect(vexponent_is_least(x), (vf)((vi)x & viset(INT32_MIN)), x); }

/// A bfloat16's value: rounded to nearest, ties to even, subnormal numbers to zero first.
INLINE vf vround_bfloat16(vf x) {
  const vu bits = (vu)x;
  const vf rounded = (vf)((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000u);
  return vselect(x != x, x, vflush(vselect(vexponent_is_least(x), x, rounded)));
}

static __attribute__((noinline)) void finish_bfloat16(const panel_block *t, int R, int V, const vf *sums) {
  for (int r = 0; r < R; r++)
    for (int v = 0; v < V; v++) finish(t, (size_t)r, (size_t)v, sums[r * V + v]);
}

INLINE void bfloat16_block(const int R, const int V, const panel_block *t) {
  vf sum[12][8 * PANEL_VECTORS];
  UNROLL
  for (int v = 0; v < V; v++) {
    const vf bias = bias_vector(t, (size_t)v);
    UNROLL
    for (int r = 0; r < R; r++) sum[r][v] = bias;
  }
  words at = first_words(R, V, t);
  KEEP_ROLLED
  for (size_t left = t->steps; left > 0; left--) {
#if defined(HAS_BFLOAT16_PAIRS)
    vi pairs[8 * PANEL_VECTORS];
    UNROLL
    for (int v = 0; v < V; v++) pairs[v] = words_of_b(&at, v);
    UNROLL
    for (int r = 0; r < R; r++) {
      const vi input = word_of_a(&at, r, 0);
      UNROLL
      for (int v = 0; v < V; v++) sum[r][v] = vadd_pairs(sum[r][v], input, pairs[v]);
    }
#else
    vf even[8 * PANEL_VECTORS], odd[8 * PANEL_VECTORS];
    UNROLL
    for (int v = 0; v < V; v++) {
      const vu pair = (vu)words_of_b(&at, v);
      even[v] = (vf)(pair << 16);
      odd[v] = (vf)(pair & 0xffff0000u);
    }
    UNROLL
    for (int r = 0; r < R; r++) {
      const vf evenInput = (vf)word_of_a(&at, r, 0), oddInput = (vf)word_of_a(&at, r, 1);
      UNROLL
      for (int v = 0; v < V; v++) sum[r][v] = vfma(evenInput, even[v], vfma(oddInput, odd[v], sum[r][v]));
    }
#endif
    next_words(&at, R, V, PAIR_WORDS);
  }
  vf sums[BLOCK_VECTORS];
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int v = 0; v < V; v++) sums[r * V + v] = sum[r][v];
  }
  finish_bfloat16(t, R, V, sums);
}

#define BFLOAT16_FUNCTION(R, P) \
  static void bfloat16_##R##_##P(const panel_block *t) { bfloat16_block(R, (P) * PANEL_VECTORS, t); }
#define BFLOAT16_FUNCTIONS(I, R, P) PANELS_##P(BFLOAT16_FUNCTION, R)
PANEL_BLOCKS(BFLOAT16_FUNCTIONS)
#define BFLOAT16_ENTRY(R, P) [P] = bfloat16_##R##_##P,
#define BFLOAT16_ENTRIES(I, R, P) [I] = {PANELS_##P(BFLOAT16_ENTRY, R)},
static block_function bfloat16Blocks[BLOCK_SIZES][9] = {PANEL_BLOCKS(BFLOAT16_ENTRIES)};

#if defined(HAS_BFLOAT16_PAIRS)
INLINE bool round_row(const float *x, size_t count, uint32_t *to, float least) {
  (void)least;
  uint16_t *out = (uint16_t *)to;
  size_t k = 0;
  KEEP_ROLLED
  for (; k + LANES <= count; k += LANES) vstore_bfloat16(out + k, vload(x + k));
  if (k < count) vstore_bfloat16(out + k, vload_part(x + k, count - k));
  return true;
}
#else
/// Rounds a row. Returns whether it can be shown that no sum of its products with the kernel, whose least magnitude
/// is `least`, is ever subnormal: numbers from 2^e up in bfloat16 are multiples of 2^(e-7), so all products and
/// sums are multiples of 2^-126 where the product of the least magnitudes is at least 2^-110.
INLINE bool round_row(const float *x, size_t count, uint32_t *to, float least) {
  float *out = (float *)to;
  vf smallest = vset(INFINITY);
  for (size_t k = 0; k < count; k += LANES) {
    const vf y = vround_bfloat16(count - k < LANES ? vload_part(x + k, count - k) : vload(x + k));
    vstore(out + k, y);
    const vf magnitude = (vf)((vi)y & 0x7fffffff);
    smallest = vmin(vselect(magnitude == vset(0), smallest, magnitude), smallest);
  }
  float each[LANES], smallestOfAll = INFINITY;
  vstore(each, smallest);
  for (int i = 0; i < LANES; i++) smallestOfAll = each[i] < smallestOfAll ? each[i] : smallestOfAll;
  return smallestOfAll * least >= 0x1p-110f;
}

/// a * b + c as VDPBF16PS has it: rounded once, to 24 bits and an exponent of any size, then zero of its sign
/// where that is below 2^-126. No factor is subnormal. A result of 2^-126 may be one that only the subnormal
/// numbers' coarser grid took up there; on a grid 2^64 times as coarse it shows.
INLINE vf vfma_flushed(vf a, vf b, vf c) {
  const vf y = vfma(a, b, c), magnitude = (vf)((vi)y & 0x7fffffff);
  const vf scaled = vfma(a * vset(0x1p32f), b * vset(0x1p32f), c * vset(0x1p64f));
  const vf scaledMagnitude = (vf)((vi)scaled & 0x7fffffff);
  const vi tiny = (magnitude < vset(0x1p-126f))
    | ((magnitude == vset(0x1p-126f)) & (scaledMagnitude < vset(0x1p-62f)));
  return vselect(tiny, (vf)((vi)y & viset(INT32_MIN)), y);
}

/// One row of a product whose sums may be subnormal.
static void multiply_row_flushed(const panel_block *t, size_t columns) {
  const float *a = (const float *)t->a;
  panel_block part = *t;
  part.columns = columns;
  for (size_t v = 0; v * LANES < columns; v++) {
    vf sum = vflush(bias_vector(&part, v));
    const uint32_t *b = t->b + v / PANEL_VECTORS * t->panelStride + v % PANEL_VECTORS * LANES;
    for (size_t k = 0; k < t->steps; k++, b += SWIFTLET_PANEL) {
      const vu pair = (vu)vload((const float *)b);
      sum = vfma_flushed(vset(a[2 * k + 1]), (vf)(pair & 0xffff0000u), sum);
      sum = vfma_flushed(vset(a[2 * k]), (vf)(pair << 16), sum);
    }
    finish(&part, 0, v, sum);
  }
}
#endif

static void dense_bfloat16(const void *parameters, const swiftlet_run *run) {
  const swiftlet_dense_bfloat16 *p = parameters;
  const size_t steps = (p->inputs + 1) / 2, stride = rounded_stride(PAIR_WORDS * steps);
  const size_t most = rounded_rows(stride, p->inputs), all = run->rows * p->positions;
  const float *input = run->tensors[p->input];
  uint32_t *rounded = run->scratch;
  panel_block t = {
    .a = rounded, .aStride = stride, .steps = steps, .b = (const uint32_t *)p->kernel,
    .panelStride = steps * SWIFTLET_PANEL, .bias = p->bias,
    .residual = p->residual == SWIFTLET_NO_SLOT ? NULL : run->tensors[p->residual],
    .c = run->tensors[p->output], .cStride = p->outputs,
  };
  const swiftlet_activation *after = clip_of(&p->activation, &t.low, &t.high);
  for (size_t m = 0; m < all; m += most) {
    const size_t rows = all - m < most ? all - m : most;
    bool ordinary = true;
    for (size_t r = 0; r < rows; r++)
      ordinary &= round_row(input + (m + r) * p->inputs, p->inputs, rounded + r * stride, p->least);
#if !defined(HAS_BFLOAT16_PAIRS)
    for (size_t r = 0; r < rows && !ordinary; r++) {
      panel_block row = t;
      row.a += r * stride;
      row.c += r * t.cStride;
      if (t.residual) row.residual += r * t.cStride;
      multiply_row_flushed(&row, p->outputs);
    }
#endif
    if (ordinary) multiply_panels(&t, bfloat16Blocks, rows, p->outputs);
    if (after) ACTIVATE_ARRAY(after, t.c, t.c, rows * p->outputs);
    t.c += rows * t.cStride;
    if (t.residual) t.residual += rows * t.cStride;
  }
}
