/// The matrix product C = f(initial + A x B), B packed in panels of sixteen columns.
///
/// A block of R rows by V vectors of columns is kept in registers while k runs; vector lanes run across
/// columns, so each element of C is one chain of fused multiply-adds however the matrix is cut. Where k is
/// cut too, the partial chain waits in C, exactly.

/// Vectors in a panel.
#define PER_PANEL (SWIFTLET_PANEL / LANES)
/// How much of k is taken at once where A has more rows than a block, so that the panels stay in L2.
#define INNER_BLOCK 512
/// Floats of a matrix B that stays in the second cache.
#define CACHED (1 << 17)
/// A larger B is fetched so many floats ahead of its use: a page, behind which the processor's own prefetching
/// would have to find its way anew.
#define FETCH_AHEAD 1024
/// Floats in a page: elements that lie so far apart share one set of the first cache.
#define PAGE 1024
/// Row blocks that share a panel before the next panel is read.
#define BLOCKS_IN_CHUNK 8
/// How many columns of C an activation goes over at once, at least: each change from one to the other empties the
/// processor's pipes, and more columns than these would leave the first cache.
#define ACTIVATED_COLUMNS 128

typedef struct block {
  const float *a[BLOCK_ROWS];  ///< where the block's rows of A begin
  /// A row of A is lines x taps segments of `segment` neighbours; one segment is a plain matrix.
  size_t lines, taps, segment;
  size_t lineStride, tapStride;  ///< between the segments of a row
  const float *b;
  size_t panelStride;
  size_t fetchAhead;  ///< how many floats ahead of their use panels are fetched
  const float *initial;  ///< NULL for zeros
  size_t initialStride;
  const float *residual;  ///< NULL for none
  size_t residualStride;
  float *c;
  size_t cStride;
  size_t lastLanes;  ///< columns in the last vector, 1 ... LANES
  float low, high;  ///< what the results are clipped to: -infinity and infinity where they are not
} block;

/// Register blocks take no more columns at once.
#define WIDEST 128
static const float zeros[WIDEST];

/// V vectors that begin at `from`, the last of which holds `last` columns.
INLINE void load_row(vf *row, const int V, const float *from, size_t last) {
  UNROLL
  for (int v = 0; v < V - 1; v++) row[v] = vload(from + v * LANES);
  row[V - 1] = last == LANES ? vload(from + (V - 1) * LANES) : vload_part(from + (V - 1) * LANES, last);
}

INLINE void multiply_block(const int R, const int V, const block *t) {
  vf sum[BLOCK_ROWS][16];
  const size_t last = t->lastLanes, panelStride = t->panelStride;
  // Rows are walked by pointers that the compiler must not see through: it would hold one for each row.
#define NEXT_ROW(POINTER, STRIDE) \
  POINTER += STRIDE; \
  __asm__("" : "+r"(POINTER))
  const float *initial = t->initial ? t->initial : zeros;
  if (t->initial && t->initialStride) {
    const size_t stride = t->initialStride;
    UNROLL
    for (int r = 0; r < R; r++) {
      load_row(sum[r], V, initial, last);
      NEXT_ROW(initial, stride);
    }
  } else {
    load_row(sum[0], V, initial, last);
    UNROLL
    for (int r = 1; r < R; r++) {
      UNROLL
      for (int v = 0; v < V; v++) sum[r][v] = sum[0][v];
    }
  }

  // All rows of A share one index, so that they may lie anywhere. One pointer serves three panels (a single row
  // can spare a pointer for each panel). The compiler must not see how index and pointers hang together, or it
  // computes each address anew in every round. Where two or more products hide the load of a row's pointer, only
  // as many rows have theirs in a register as there are registers.
  const int held = V == 1 || R <= 7 ? R : 7, sharePanels = R == 1 ? 1 : 3;
  const float *a[BLOCK_ROWS], *b[16];
  // With few rows the loads that wait are the bound, and more of them only delay them.
  const bool fetchAhead = R >= 6;
  const size_t ahead = t->fetchAhead;
  const int bCount = (V + PER_PANEL * sharePanels - 1) / (PER_PANEL * sharePanels);
  UNROLL
  for (int r = 0; r < held; r++) a[r] = t->a[r];
  UNROLL
  for (int i = 0; i < bCount; i++) b[i] = t->b + (size_t)(i * sharePanels) * panelStride;
#define STEP(U) \
  do { \
    vf column[16]; \
    UNROLL \
    for (int v = 0; v < V; v++) { \
      const int panel = v / PER_PANEL; \
      column[v] = vload( \
        b[panel / sharePanels] + (size_t)(panel % sharePanels) * panelStride + (v % PER_PANEL) * LANES + (U) * SWIFTLET_PANEL); \
      if (fetchAhead && v % PER_PANEL == 0) \
        __builtin_prefetch( \
          b[panel / sharePanels] + (size_t)(panel % sharePanels) * panelStride + ahead + (U) * SWIFTLET_PANEL); \
    } \
    UNROLL \
    for (int r = 0; r < R; r++) { \
      const vf input = vset((r < held ? a[r] : t->a[r])[k + (U)]); \
      UNROLL \
      for (int v = 0; v < V; v++) sum[r][v] = vfma(input, column[v], sum[r][v]); \
      /* Loads that move ahead of earlier rows would cost registers that there are not. */ \
      UNROLL \
      for (int v = 0; v < V; v++) PIN(sum[r][v]); \
    } \
  } while (0)
#define ADVANCE(BY) \
  k += (BY); \
  __asm__("" : "+r"(k)); \
  UNROLL \
  for (int i = 0; i < bCount; i++) { \
    b[i] += (BY) * SWIFTLET_PANEL; \
    __asm__("" : "+r"(b[i])); \
  }
  const size_t segment = t->segment;
  size_t line = 0;
  KEEP_ROLLED
  for (size_t lines = t->lines; lines > 0; lines--, line += t->lineStride) {
    size_t tap = line;
    KEEP_ROLLED
    for (size_t taps = t->taps; taps > 0; taps--, tap += t->tapStride) {
      size_t k = tap, left = segment;
      KEEP_ROLLED
      for (; left >= 4; left -= 4) {
        STEP(0);
        STEP(1);
        STEP(2);
        STEP(3);
        ADVANCE(4)
      }
      KEEP_ROLLED
      for (; left > 0; left--) {
        STEP(0);
        ADVANCE(1)
      }
    }
  }
#undef STEP
#undef ADVANCE

  if (t->residual) {
    const float *residual = t->residual;
    const size_t stride = t->residualStride;
    UNROLL
    for (int r = 0; r < R; r++) {
      vf row[16];
      load_row(row, V, residual, last);
      UNROLL
      for (int v = 0; v < V; v++) sum[r][v] = sum[r][v] + row[v];
      NEXT_ROW(residual, stride);
    }
  }
  const vf low = vset(t->low), high = vset(t->high);
  float *to = t->c;
  const size_t stride = t->cStride;
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int v = 0; v < V; v++) {
      const vf y = vmin(high, vmax(low, sum[r][v]));
      if (v < V - 1 || last == LANES)
        vstore(to + v * LANES, y);
      else
        vstore_part(to + v * LANES, y, last);
    }
    NEXT_ROW(to, stride);
  }
#undef NEXT_ROW
}

// A function for each block size that BLOCKS names, and for the narrower ones that end a row.
#define UPTO_1(M, R) M(R, 1)
#define UPTO_2(M, R) UPTO_1(M, R) M(R, 2)
#define UPTO_3(M, R) UPTO_2(M, R) M(R, 3)
#define UPTO_4(M, R) UPTO_3(M, R) M(R, 4)
#define UPTO_6(M, R) UPTO_4(M, R) M(R, 5) M(R, 6)
#define UPTO_8(M, R) UPTO_6(M, R) M(R, 7) M(R, 8)
#define UPTO_12(M, R) UPTO_8(M, R) M(R, 9) M(R, 10) M(R, 11) M(R, 12)
#define UPTO_16(M, R) UPTO_12(M, R) M(R, 13) M(R, 14) M(R, 15) M(R, 16)
#define FUNCTION(R, V) \
  static void block_##R##_##V(const block *t) { multiply_block(R, V, t); }
#define FUNCTIONS(R, W) UPTO_##W(FUNCTION, R)
BLOCKS(FUNCTIONS)
#define ENTRY(R, V) [V] = block_##R##_##V,
#define ROW(R, W) [R] = {UPTO_##W(ENTRY, R)},
static void (*const blocks[BLOCK_ROWS + 1][17])(const block *) = {BLOCKS(ROW)};
#define WIDTH(R, W) [R] = W,
static const uint8_t widths[BLOCK_ROWS + 1] = {BLOCKS(WIDTH)};

INLINE size_t parts(size_t whole, size_t part) { return (whole + part - 1) / part; }

/// The block size that cuts `rows` evenly.
INLINE size_t even_rows(size_t rows) { return rows <= BLOCK_ROWS ? rows : parts(rows, parts(rows, BLOCK_ROWS)); }

/// Where the rows of A begin: a grid of positions, from left to right, line by line, image by image.
typedef struct grid {
  const float *at;
  size_t step;  ///< between neighbours on a line
  size_t width, height;  ///< of an image, in positions
  ptrdiff_t lineSkip, imageSkip;  ///< from behind a line to the next one, and from behind an image
  size_t x, y;  ///< of `at`
} grid;

/// The rows of a matrix.
INLINE grid matrix_rows(const float *a, size_t stride) {
  return (grid){.at = a, .step = stride, .width = SIZE_MAX, .height = 1};
}

/// Lets `a` point to the next `count` rows.
INLINE void next_rows(grid *g, const float *a[BLOCK_ROWS], size_t count) {
  if (g->width - g->x > count) {
    UNROLL
    for (int r = 0; r < BLOCK_ROWS; r++) a[r] = g->at + (size_t)r * g->step;
    g->at += count * g->step;
    g->x += count;
    return;
  }
  KEEP_ROLLED
  for (size_t r = 0; r < count; r++) {
    a[r] = g->at;
    g->at += g->step;
    if (++g->x < g->width) continue;
    g->x = 0;
    g->at += g->lineSkip;
    if (++g->y < g->height) continue;
    g->y = 0;
    g->at += g->imageSkip;
  }
}

/// The product of the next `rows` rows of A, which `g` passes; `t`'s other members are set, and are left as they
/// were. `after` is applied to each part of C as it is finished; NULL for nothing.
static void multiply_rows(block *t, grid *g, size_t rows, size_t columns, const swiftlet_activation *after) {
  const size_t vectors = parts(columns, LANES), tall = even_rows(rows), widest = widths[tall];
  size_t wide = vectors;
  if (vectors > widest) wide = parts(parts(vectors, parts(vectors, widest)), PER_PANEL) * PER_PANEL;
  const size_t lastLanes = columns - (vectors - 1) * LANES;
  const float *const b = t->b, *const initial = t->initial, *const residual = t->residual;
  float *const c = t->c;
  const grid first = *g;
  size_t activated = 0;
  for (size_t v = 0; v < vectors; v += wide) {
    size_t width = wide;
    t->lastLanes = LANES;
    if (v + wide >= vectors) {
      width = vectors - v;
      t->lastLanes = lastLanes;
    }
    *g = first;
    for (size_t m = 0; m < rows; m += tall) {
      const size_t height = rows - m < tall ? rows - m : tall;
      next_rows(g, t->a, height);
      if (initial) t->initial = initial + m * t->initialStride + v * LANES;
      if (residual) t->residual = residual + m * t->residualStride + v * LANES;
      t->c = c + m * t->cStride + v * LANES;
      blocks[height][width](t);
    }
    const size_t end = (v + width - 1) * LANES + t->lastLanes;
    if (after && (end == columns || end - activated >= ACTIVATED_COLUMNS)) {
      float *done = c + activated;
      activate_rows(after, done, t->cStride, done, t->cStride, rows, end - activated);
      activated = end;
    }
    t->b += wide / PER_PANEL * t->panelStride;
  }
  t->b = b;
  t->initial = initial;
  t->residual = residual;
  t->c = c;
}

/// As `multiply_rows`, so many rows at a time that their part of A stays in the cache. Leaves `t` behind the last.
static void multiply_chunks(block *t, grid *g, size_t rows, size_t columns, const swiftlet_activation *after) {
  const size_t chunk = BLOCKS_IN_CHUNK * BLOCK_ROWS;
  for (size_t m = 0; m < rows; m += chunk) {
    const size_t count = rows - m < chunk ? rows - m : chunk;
    multiply_rows(t, g, count, columns, after);
    if (t->initial) t->initial += count * t->initialStride;
    if (t->residual) t->residual += count * t->residualStride;
    t->c += count * t->cStride;
  }
}

/// `t` for a part of k that begins at `k`: the partial chain is taken from C and left in C, as it is.
INLINE block part_of(block t, const swiftlet_product *p, size_t k, bool isFinal) {
  t.b += k * SWIFTLET_PANEL;
  if (k > 0) {
    t.initial = p->c;
    t.initialStride = p->cRowStride;
  }
  if (!isFinal) {
    t.residual = NULL;
    t.low = -INFINITY;
    t.high = INFINITY;
  }
  return t;
}

/// As `multiply_chunks`, with A brought together first, a part at a time: for an A whose columns lie apart, or
/// whose rows lie so that many of them share a few sets of the cache.
static void multiply_gathered(const swiftlet_product *p, block t, const swiftlet_activation *after) {
  // Rows that lie in memory as they are come a block at a time, so that k need hardly be cut and C is seldom read
  // again; columns that lie apart are read by the line, and want more rows.
  enum { GAP = 16, LONG = 1024, SHORT = 256, FEW = 14 / BLOCK_ROWS * BLOCK_ROWS, MANY = 4 * BLOCK_ROWS };
  enum { LONG_ROOM = FEW * (LONG + GAP), SHORT_ROOM = MANY * (SHORT + GAP) };
  float gathered[LONG_ROOM > SHORT_ROOM ? LONG_ROOM : SHORT_ROOM] __attribute__((aligned(64)));
  const bool areNeighbours = p->aColumnStride == 1;
  const size_t longest = areNeighbours ? LONG : SHORT;
  const size_t most = parts(p->rows, parts(p->rows, areNeighbours ? FEW : MANY));
  // An odd number of cache lines between rows spreads them over all sets.
  const size_t stride = longest + GAP, step = parts(p->inner, parts(p->inner, longest));
  for (size_t m = 0; m < p->rows; m += most) {
    const size_t rows = p->rows - m < most ? p->rows - m : most;
    for (size_t k = 0; k < p->inner; k += step) {
      const bool isFinal = p->inner - k <= step;
      const size_t inner = isFinal ? p->inner - k : step;
      const float *from = p->a + m * p->aRowStride + k * p->aColumnStride;
      for (size_t r = 0; r < rows; r++, from += p->aRowStride) {
        if (areNeighbours)
          memcpy(gathered + r * stride, from, inner * sizeof *from);
        else
          for (size_t j = 0; j < inner; j++) gathered[r * stride + j] = from[j * p->aColumnStride];
      }
      block part = part_of(t, p, k, isFinal);
      part.segment = inner;
      if (part.initial) part.initial += m * part.initialStride;
      if (part.residual) part.residual += m * part.residualStride;
      part.c += m * part.cStride;
      grid g = matrix_rows(gathered, stride);
      multiply_rows(&part, &g, rows, p->columns, isFinal ? after : NULL);
    }
  }
}

/// A product whose C is one block: nothing has to be cut.
INLINE void multiply_once(block *t, const swiftlet_product *p, size_t vectors, const swiftlet_activation *after) {
  UNROLL
  for (int r = 0; r < BLOCK_ROWS; r++) t->a[r] = p->a + (size_t)r * p->aRowStride;
  t->lastLanes = p->columns - (vectors - 1) * LANES;
  blocks[p->rows][vectors](t);
  if (after) activate_rows(after, p->c, p->cRowStride, p->c, p->cRowStride, p->rows, p->columns);
}

INLINE void multiply(const swiftlet_product *p) {
  if (p->rows == 0 || p->columns == 0) return;
  block t = {
    .lines = 1, .taps = 1, .segment = p->inner, .b = p->packed, .panelStride = p->inner * SWIFTLET_PANEL,
    .fetchAhead = p->inner * p->columns > CACHED ? FETCH_AHEAD : 0, .initial = p->initial, .initialStride = p->initialStride,
    .residual = p->residual, .residualStride = p->residualStride, .c = p->c, .cStride = p->cRowStride,
  };
  const swiftlet_activation *after = clip_of(&p->activation, &t.low, &t.high);
  if (p->aColumnStride != 1 && p->inner > 1) return multiply_gathered(p, t, after);
  const size_t vectors = parts(p->columns, LANES);
  if (p->rows <= BLOCK_ROWS && vectors <= widths[p->rows]) return multiply_once(&t, p, vectors, after);
  // Where k is cut, C holds partial chains, and cannot hold the residual too.
  const bool mayCut = p->rows > BLOCK_ROWS && p->residual != p->c;
  if (mayCut && p->columns >= 128 && p->inner >= 128 && p->aRowStride % PAGE == 0)
    return multiply_gathered(p, t, after);
  size_t step = p->inner;
  if (mayCut && p->inner > INNER_BLOCK + INNER_BLOCK / 4) step = parts(p->inner, parts(p->inner, INNER_BLOCK));
  size_t k = 0;
  do {
    const bool isFinal = p->inner - k <= step;
    block part = part_of(t, p, k, isFinal);
    part.segment = isFinal ? p->inner - k : step;
    grid g = matrix_rows(p->a + k, p->aRowStride);
    multiply_chunks(&part, &g, p->rows, p->columns, isFinal ? after : NULL);
    k += step;
  } while (k < p->inner);
}

static void matmul(const swiftlet_product *p) { multiply(p); }

static void dense(const void *parameters, const swiftlet_run *run) {
  const swiftlet_dense *p = parameters;
  const swiftlet_product product = {
    .rows = run->rows * p->positions, .inner = p->inputs, .columns = p->outputs,
    .a = run->tensors[p->input], .aRowStride = p->inputs, .aColumnStride = 1,
    .packed = p->kernel, .initial = p->bias,
    .residual = p->residual == SWIFTLET_NO_SLOT ? NULL : run->tensors[p->residual], .residualStride = p->outputs,
    .c = run->tensors[p->output], .cRowStride = p->outputs, .activation = p->activation,
  };
  multiply(&product);
}
