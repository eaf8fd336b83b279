/// The matrix product C = f(initial + A x B), B packed in panels of sixteen columns.
///
/// C is cut into register blocks, which leaves each of its elements one chain along k. Where k is cut too, the
/// partial chain waits in C, exactly.

/// How much of k is taken at once where A has more rows than a block, so that a few panels stay in the second cache.
/// Less would read C again from where it is farther away.
#define INNER_BLOCK 2048
/// Floats of a matrix B that stays in the second cache.
#define CACHED (1 << 17)
/// A larger B is fetched before it is used: the panels of the next columns while at least so many blocks use these,
#define FETCHING_BLOCKS 3
/// and otherwise so many floats ahead: a page, behind which the processor's own prefetching would start anew.
#define FETCH_AHEAD 1024
/// Rows of A that lie a multiple of so many floats apart crowd into a few lines of the first cache,
#define CROWDING_STEP 1024
/// which hold no more of them than these beside the panels.
#define CROWDED_ROWS 10
/// Rows that share a panel before the next panel is read, at most: a multiple of eight.
#define CHUNK_ROWS 112
/// How many columns of C an activation goes over at once, at least: each change from one to the other empties the
/// processor's pipes, and more columns than these would leave the first cache.
#define ACTIVATED_COLUMNS 128

INLINE size_t parts(size_t whole, size_t part) { return (whole + part - 1) / part; }

/// A whole in as many parts as have at most `most` each: `larger` parts of size + 1, and the others of `size`.
typedef struct cut {
  size_t count, size, larger;
} cut;

INLINE cut even_cut(size_t whole, size_t most) {
  if (whole <= most) return (cut){1, whole, 0};
  const size_t count = parts(whole, most);
  return (cut){count, whole / count, whole % count};
}

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

/// Passes the next `count` rows: whether they are evenly spaced. If they are not, lets `rows` point to them.
INLINE bool next_rows(grid *g, const float *rows[CHUNK_ROWS], size_t count) {
  if (g->width - g->x > count) {
    g->at += count * g->step;
    g->x += count;
    return true;
  }
  KEEP_ROLLED
  for (size_t r = 0; r < count; r++) {
    rows[r] = g->at;
    g->at += g->step;
    if (++g->x < g->width) continue;
    g->x = 0;
    g->at += g->lineSkip;
    if (++g->y < g->height) continue;
    g->y = 0;
    g->at += g->imageSkip;
  }
  return false;
}

/// The most rows that a block takes of rows that lie `step` apart, or of uneven ones.
INLINE size_t most_rows(bool areEven, size_t step) {
  if (!areEven) return FREE_ROWS;
  return step % CROWDING_STEP == 0 && CROWDED_ROWS < BLOCK_ROWS ? CROWDED_ROWS : BLOCK_ROWS;
}

/// Sets `t` to what is `count` rows below.
INLINE void pass_rows(block *t, size_t count) {
  if (t->initial) t->initial += count * t->initialStride;
  if (t->residual) t->residual += count * t->residualStride;
  t->c += count * t->cStride;
}

/// Computes `count` blocks of `rows` rows by `width` vectors, and passes them.
INLINE void multiply_down(block *t, size_t rows, size_t width, size_t count) {
  if (count == 0) return;
  t->count = count;
  blocks[rows][width](t);
  t->a += rows * count * t->rowStride;
  if (t->rows) t->rows += rows * count;
  const size_t fetched = t->fetching < count ? t->fetching : count;
  t->fetching -= fetched;
  t->fetchAhead = t->fetching > 0 ? t->fetchAhead + fetched * t->panelStride : 0;
  pass_rows(t, rows * count);
}

/// The product of the rows of one block, at which blocks of one width stand side by side.
static void multiply_beside(const block *t, size_t rows, size_t columns, const swiftlet_activation *after) {
  const size_t vectors = parts(columns, LANES);
  const cut across = even_cut(parts(vectors, PER_PANEL), widths[rows] / PER_PANEL);
  block part = *t;
  part.areBeside = true;
  part.fetchAhead = t->isLarge ? FETCH_AHEAD : 0;
  size_t v = 0;
  for (size_t i = 0; i < across.count; i += part.count) {
    size_t width = (across.size + (i < across.larger)) * PER_PANEL;
    part.count = (i < across.larger ? across.larger : across.count) - i;
    part.lastLanes = LANES;
    // What ends with a part of a vector goes alone.
    if (v + part.count * width > columns / LANES && --part.count == 0) {
      part.count = 1;
      width = vectors - v;
      part.lastLanes = columns - (vectors - 1) * LANES;
    }
    part.b = t->b + v / PER_PANEL * t->panelStride;
    if (t->initial) part.initial = t->initial + v * LANES;
    if (t->residual) part.residual = t->residual + v * LANES;
    part.c = t->c + v * LANES;
    blocks[rows][width](&part);
    v += part.count * width;
  }
  if (after) activate_rows(after, t->c, t->cStride, t->c, t->cStride, rows, columns);
}

/// The product of the next `rows` rows of A, at most CHUNK_ROWS, which `g` passes; `t`'s other members are set, and
/// are left as they were. `after` is applied to each part of C as it is finished; NULL for nothing.
static void multiply_rows(block *t, grid *g, size_t rows, size_t columns, const swiftlet_activation *after) {
  const float *const a = g->at, *rowsOfA[CHUNK_ROWS];
  const bool areEven = next_rows(g, rowsOfA, rows);
  t->a = a;
  t->rowStride = g->step;
  t->rows = areEven ? NULL : rowsOfA;
  const size_t most = most_rows(areEven, g->step);
  if (rows <= most && rows <= FEW_ROWS) return multiply_beside(t, rows, columns, after);
  // A large B is read once for each block that stands below another.
  const size_t half = parts(rows, 2);
  const bool areTwo = t->isLarge && half <= most && half <= FEW_ROWS;
  const size_t vectors = parts(columns, LANES), widest = areTwo ? widths[half] : BLOCK_WIDTH;
  const cut across = even_cut(parts(vectors, PER_PANEL), widest / PER_PANEL);
  const float *const b = t->b, *const initial = t->initial, *const residual = t->residual;
  float *const c = t->c;
  size_t width = 0, v = 0, activated = 0;
  cut down = {1, rows, 0};
  for (size_t i = 0; i < across.count; i++, v += width) {
    const size_t lastWidth = width;
    width = (across.size + (i < across.larger)) * PER_PANEL;
    t->lastLanes = LANES;
    if (i + 1 == across.count) {
      width = vectors - v;
      t->lastLanes = columns - (vectors - 1) * LANES;
    }
    if (width != lastWidth) {
      static const uint8_t tallest[2][BLOCK_WIDTH] = {{TALLEST}, {TALLEST_LARGE}};
      const size_t tall = areTwo ? half : tallest[t->isLarge][width - 1];
      down = even_cut(rows, tall < most ? tall : most);
    }
    t->a = a;
    t->rows = areEven ? NULL : rowsOfA;
    t->fetching = t->isLarge && down.count >= FETCHING_BLOCKS ? width / PER_PANEL : 0;
    t->fetchAhead = !t->isLarge ? 0 : t->fetching == 0 ? FETCH_AHEAD : width / PER_PANEL * t->panelStride;
    if (t->initial) t->initial = initial + v * LANES;
    if (t->residual) t->residual = residual + v * LANES;
    t->c = c + v * LANES;
    t->b = b + v / PER_PANEL * t->panelStride;
    multiply_down(t, down.size + 1, width, down.larger);
    multiply_down(t, down.size, width, down.count - down.larger);
    const size_t end = (v + width - 1) * LANES + t->lastLanes;
    if (after && (end == columns || end - activated >= ACTIVATED_COLUMNS)) {
      float *done = c + activated;
      activate_rows(after, done, t->cStride, done, t->cStride, rows, end - activated);
      activated = end;
    }
  }
  t->b = b;
  t->initial = initial;
  t->residual = residual;
  t->c = c;
}

/// As `multiply_rows`, so many rows at a time that their part of A stays in the cache. Leaves `t` behind the last.
static void multiply_chunks(block *t, grid *g, size_t rows, size_t columns, const swiftlet_activation *after) {
  for (size_t m = 0; m < rows; m += CHUNK_ROWS) {
    const size_t count = rows - m < CHUNK_ROWS ? rows - m : CHUNK_ROWS;
    multiply_rows(t, g, count, columns, after);
    pass_rows(t, count);
  }
}

/// `t` for `inner` steps of k from `k` on: the partial chain is taken from C and left in C, as it is.
INLINE block part_of(block t, size_t k, size_t inner, bool isFinal) {
  t.segment = inner;
  t.b += k * SWIFTLET_PANEL;
  if (k > 0) {
    t.initial = t.c;
    t.initialStride = t.cStride;
  }
  if (!isFinal) {
    t.residual = NULL;
    t.low = -INFINITY;
    t.high = INFINITY;
  }
  return t;
}

/// As `multiply_chunks`, with A brought together first, a part at a time: for an A whose columns lie apart.
static void multiply_gathered(const swiftlet_product *p, block t, const swiftlet_activation *after) {
  enum { ROWS = 56, LONGEST = 256, GAP = 16 };
  // An odd number of cache lines between rows spreads them over all sets.
  enum { STRIDE = LONGEST + GAP };
  float gathered[ROWS * STRIDE] __attribute__((aligned(64)));
  const size_t most = parts(p->rows, parts(p->rows, ROWS)), step = parts(p->inner, parts(p->inner, LONGEST));
  for (size_t m = 0; m < p->rows; m += most) {
    const size_t rows = p->rows - m < most ? p->rows - m : most;
    for (size_t k = 0; k < p->inner; k += step) {
      const bool isFinal = p->inner - k <= step;
      const size_t inner = isFinal ? p->inner - k : step;
      const float *from = p->a + m * p->aRowStride + k * p->aColumnStride;
      for (size_t r = 0; r < rows; r++, from += p->aRowStride)
        for (size_t j = 0; j < inner; j++) gathered[r * STRIDE + j] = from[j * p->aColumnStride];
      block part = part_of(t, k, inner, isFinal);
      grid g = matrix_rows(gathered, STRIDE);
      multiply_rows(&part, &g, rows, p->columns, isFinal ? after : NULL);
    }
    pass_rows(&t, rows);
  }
}

/// A product whose C is one block: nothing has to be cut.
INLINE void multiply_once(block *t, const swiftlet_product *p, size_t vectors, const swiftlet_activation *after) {
  t->count = 1;
  t->lastLanes = p->columns - (vectors - 1) * LANES;
  blocks[p->rows][vectors](t);
  if (after) activate_rows(after, p->c, p->cRowStride, p->c, p->cRowStride, p->rows, p->columns);
}

INLINE void multiply(const swiftlet_product *p) {
  if (p->rows == 0 || p->columns == 0) return;
  block t = {
    .a = p->a, .rowStride = p->aRowStride, .lines = 1, .taps = 1, .segment = p->inner,
    .b = p->packed, .panelStride = p->inner * SWIFTLET_PANEL,
    .isLarge = p->inner * p->columns > CACHED, .initial = p->initial, .initialStride = p->initialStride,
    .residual = p->residual, .residualStride = p->residualStride, .c = p->c, .cStride = p->cRowStride,
  };
  const swiftlet_activation *after = clip_of(&p->activation, &t.low, &t.high);
  if (p->aColumnStride != 1 && p->inner > 1) return multiply_gathered(p, t, after);
  const size_t vectors = parts(p->columns, LANES);
  const size_t most = most_rows(true, p->aRowStride);
  if (p->rows <= most && vectors <= widths[p->rows]) return multiply_once(&t, p, vectors, after);
  if (p->rows <= most && p->rows <= FEW_ROWS) return multiply_beside(&t, p->rows, p->columns, after);
  grid g = matrix_rows(p->a, p->aRowStride);
  // Where k is cut, C holds partial chains, and cannot hold the residual too.
  const bool isCut = p->rows > FEW_ROWS && p->residual != p->c && p->inner > INNER_BLOCK + INNER_BLOCK / 4;
  if (!isCut) return multiply_chunks(&t, &g, p->rows, p->columns, after);
  const size_t step = parts(p->inner, parts(p->inner, INNER_BLOCK));
  for (size_t m = 0; m < p->rows; m += CHUNK_ROWS) {
    const size_t rows = p->rows - m < CHUNK_ROWS ? p->rows - m : CHUNK_ROWS;
    for (size_t k = 0; k < p->inner; k += step) {
      const bool isFinal = p->inner - k <= step;
      block part = part_of(t, k, isFinal ? p->inner - k : step, isFinal);
      g = matrix_rows(p->a + m * p->aRowStride + k, p->aRowStride);
      multiply_rows(&part, &g, rows, p->columns, isFinal ? after : NULL);
    }
    pass_rows(&t, rows);
  }
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
