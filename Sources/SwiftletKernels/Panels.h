/// What the products of low precision share: blocks of rows by panels over words that hold two or four numbers.
/// Each row of A was rounded and lies in scratch memory; B was packed when the model was loaded.

typedef uint32_t vu __attribute__((vector_size(LANES * 4)));

/// Vectors in a panel.
#define PANEL_VECTORS (SWIFTLET_PANEL / LANES)
/// Rows of A that are rounded at a time, at most: a multiple of every block's.
#define ROUNDED_ROWS 96
/// Panels that all rows run over before the next ones are read, so that they stay in the cache.
#define PANEL_GROUP 8

/// How a row of A was quantized: x = scale * (u - zero). Unused for bfloat16.
typedef struct quantized_row {
  float scale;
  int32_t zero;
} quantized_row;

typedef struct panel_block {
  const uint32_t *a;  ///< the block's first row
  size_t aStride;  ///< words between rows
  size_t steps;  ///< words of a column
  const uint32_t *b;
  size_t panelStride;  ///< words between panels
  const float *bias;  ///< NULL for zeros
  const float *residual;  ///< NULL for none
  float *c;
  size_t cStride;  ///< also the residual's
  size_t columns;  ///< that the block's panels hold
  float low, high;  ///< what the results are clipped to
  const quantized_row *rows;
  const float *scales;
  const int32_t *sums;
} panel_block;

/// Columns of the block's `v`-th vector: 0 ... LANES.
INLINE size_t columns_of(const panel_block *t, size_t v) {
  const size_t first = v * LANES;
  return t->columns <= first ? 0 : t->columns - first < LANES ? t->columns - first : LANES;
}

/// As many elements of a row of floats or int32 as the `v`-th vector has columns; zeros behind them.
INLINE vf row_vector(const void *row, size_t v, size_t count) {
  const float *from = (const float *)row + v * LANES;
  return count == LANES ? vload(from) : vload_part(from, count);
}

INLINE vf bias_vector(const panel_block *t, size_t v) {
  return t->bias ? row_vector(t->bias, v, columns_of(t, v)) : vset(0);
}

/// The residual, the clipping, and the way out.
INLINE void finish(const panel_block *t, size_t r, size_t v, vf sum) {
  const size_t count = columns_of(t, v);
  if (count == 0) return;
  if (t->residual) sum = sum + row_vector(t->residual + r * t->cStride, v, count);
  const vf y = vmin(vset(t->high), vmax(vset(t->low), sum));
  float *to = t->c + r * t->cStride + v * LANES;
  if (count == LANES)
    vstore(to, y);
  else
    vstore_part(to, y, count);
}

/// Where a block's next words lie. One pointer serves three rows or panels; the compiler must not see how they hang
/// together, or it computes each address anew in every round.
typedef struct words {
  const uint32_t *a[4], *b[3];
  size_t aStride, panelStride;
} words;

INLINE words first_words(const int R, const int V, const panel_block *t) {
  words at = {.aStride = t->aStride, .panelStride = t->panelStride};
  UNROLL
  for (int i = 0; 3 * i < R; i++) at.a[i] = t->a + (size_t)(3 * i) * t->aStride;
  UNROLL
  for (int i = 0; 3 * i * PANEL_VECTORS < V; i++) at.b[i] = t->b + (size_t)(3 * i) * t->panelStride;
  return at;
}

/// `aWords` is how many words of a row of A belong to one word of a column of B.
INLINE void next_words(words *at, const int R, const int V, const int aWords) {
  UNROLL
  for (int i = 0; 3 * i < R; i++) {
    at->a[i] += aWords;
    __asm__("" : "+r"(at->a[i]));
  }
  UNROLL
  for (int i = 0; 3 * i * PANEL_VECTORS < V; i++) {
    at->b[i] += SWIFTLET_PANEL;
    __asm__("" : "+r"(at->b[i]));
  }
  // Loads that move ahead of earlier steps would cost registers that there are not.
  __asm__ volatile("" ::: "memory");
}

/// The `i`-th word of row r, in every lane.
INLINE vi word_of_a(const words *at, const int r, const int i) {
  return viset((int32_t)at->a[r / 3][(size_t)(r % 3) * at->aStride + (size_t)i]);
}

/// The `v`-th vector of words of the columns.
INLINE vi words_of_b(const words *at, const int v) {
  const int panel = v / PANEL_VECTORS;
  const uint32_t *from = at->b[panel / 3] + (size_t)(panel % 3) * at->panelStride + v % PANEL_VECTORS * LANES;
  return (vi)vload((const float *)from);
}

/// The most vectors that a block sums up.
#define BLOCK_VECTORS 32

// Block sizes: rows, and at most so many panels. PANEL_BLOCKS lists them from the tallest to a single row.
#if LANES == 16
#define PANEL_BLOCKS(B) B(0, 12, 2) B(1, 8, 2) B(2, 4, 4) B(3, 2, 4) B(4, 1, 8)
#elif LANES == 8
#define PANEL_BLOCKS(B) B(0, 4, 1) B(1, 2, 2) B(2, 1, 4)
#elif defined(__aarch64__)
#define PANEL_BLOCKS(B) B(0, 4, 1) B(1, 2, 2) B(2, 1, 2)
#else
#define PANEL_BLOCKS(B) B(0, 2, 1) B(1, 1, 1)
#endif
// A function for each size and each power of two of panels that it takes.
#define PANELS_1(M, R) M(R, 1)
#define PANELS_2(M, R) PANELS_1(M, R) M(R, 2)
#define PANELS_4(M, R) PANELS_2(M, R) M(R, 4)
#define PANELS_8(M, R) PANELS_4(M, R) M(R, 8)

typedef void (*block_function)(const panel_block *);
#define BLOCK_SIZE(I, R, P) {R, P},
static const struct {
  uint8_t rows, panels;
} blockSizes[] = {PANEL_BLOCKS(BLOCK_SIZE)};
enum { BLOCK_SIZES = sizeof blockSizes / sizeof *blockSizes };

/// C = A x B for `rows` rows and all `columns` of them. `functions` holds a block function for each size and for
/// each number of panels.
static void multiply_panels(
  const panel_block *whole, block_function functions[BLOCK_SIZES][9], size_t rows, size_t columns) {
  const size_t panels = (columns + SWIFTLET_PANEL - 1) / SWIFTLET_PANEL;
  for (size_t from = 0; from < panels; from += PANEL_GROUP) {
    const size_t to = panels - from < PANEL_GROUP ? panels : from + PANEL_GROUP;
    size_t row = 0;
    for (size_t i = 0; i < BLOCK_SIZES; i++) {
      const size_t tall = blockSizes[i].rows, end = row + (rows - row) / tall * tall;
      if (end == row) continue;
      size_t wide;
      for (size_t p = from; p < to; p += wide) {
        wide = blockSizes[i].panels;
        while (wide > to - p) wide /= 2;
        const size_t column = p * SWIFTLET_PANEL;
        panel_block t = *whole;
        t.b += p * t.panelStride;
        t.columns = columns - column < wide * SWIFTLET_PANEL ? columns - column : wide * SWIFTLET_PANEL;
        if (t.bias) t.bias += column;
        if (t.scales) t.scales += column, t.sums += column;
        for (size_t m = row; m < end; m += tall) {
          t.a = whole->a + m * t.aStride;
          t.c = whole->c + m * t.cStride + column;
          if (whole->residual) t.residual = whole->residual + m * t.cStride + column;
          if (whole->rows) t.rows = whole->rows + m;
          functions[i][wide](&t);
        }
      }
      row = end;
    }
  }
}

/// Words between rounded rows: an odd number of cache lines, so that rows do not share a few sets of the cache.
INLINE size_t rounded_stride(size_t words) { return (words + 15) / 16 * 16 | 16; }

/// How many rows of so many words are rounded at a time.
INLINE size_t rounded_rows(size_t stride, size_t inputs) {
  const size_t fitting = (swiftlet_precision_scratch(inputs) - 64) / (stride * 4) / blockSizes[0].rows;
  const size_t rows = fitting * blockSizes[0].rows;
  return rows < ROUNDED_ROWS ? rows : ROUNDED_ROWS;
}
