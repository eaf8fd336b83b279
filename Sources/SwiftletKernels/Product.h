/// The matrix product C = f(initial + A x B), B packed in panels of sixteen columns.
///
/// C is cut into register blocks, which leaves each of its elements one chain along k. Where k is cut too, the
/// partial chain waits in C, exactly.

/// How much of k is taken at once where A has more rows than a block, so that a few panels stay in the second cache.
/// Less would read C again from where it is farther away.
#define INNER_BLOCK 2048
/// Floats of a matrix B that stays in the second cache.
#define CACHED (1 << 17)
/// A larger B is fetched before it is used: the panels of the next columns, where two blocks or more use these, at least
/// one for each panel, and otherwise so many floats ahead: a page, behind which the processor's own prefetching would
/// start anew.
#define FETCH_AHEAD 1024
/// Few rows read so many of its panels side by side, at most: more streams are not all fetched ahead by the processor.
#define STREAMS 4
/// Rows of A that lie a multiple of so many floats apart crowd into a few lines of the first cache,
#define CROWDING_STEP 1024
/// which hold no more of them than these beside the panels.
#define CROWDED_ROWS 10
/// Chains of so many steps and fewer are short.
#define SHORT_CHAIN 128
/// Rows that share a panel before the next panel is read, at most: a multiple of eight.
#define CHUNK_ROWS 112
/// How many columns of C an activation goes over at once, at least: each change from one to the other empties the
/// processor's pipes, and more columns than these would leave the first cache.
#define ACTIVATED_COLUMNS 128

INLINE size_t parts(size_t whole, size_t part) { return (whole + part - 1) / part; }

/// A whole in as many parts as have at most `most` each: `larger` parts of size + 1, and the others of `size`. Panels,
/// and rows of a chunk, can be counted in 32 bits, of which quotients cost less.
typedef struct cut {
  uint32_t count, size, larger;
} cut;

INLINE cut even_cut(size_t whole, size_t most) {
  if (whole <= most) return (cut){1, (uint32_t)whole, 0};
  const uint32_t all = (uint32_t)whole, count = (all + (uint32_t)most - 1) / (uint32_t)most;
  return (cut){count, all / count, all % count};
}

/// Where the rows of an A that is no matrix begin: a grid of positions, from left to right, line by line, image by
/// image.
typedef struct grid {
  const float *at;
  size_t step;  ///< between neighbours on a line
  size_t width, height;  ///< of an image, in positions
  ptrdiff_t lineSkip, imageSkip;  ///< from behind a line to the next one, and from behind an image
  size_t x, y;  ///< of `at`
} grid;

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

/// Whether `rows` rows by so many vectors of columns, with chains of `inner` steps, are best computed as one block.
INLINE bool is_block(size_t rows, size_t vectors, size_t inner) {
  return vectors <= widths[rows] && (inner > SHORT_CHAIN || rows * vectors <= SHORT_CHAINS);
}

/// Whether so many rows need no block below another, whatever the columns.
INLINE bool are_few(size_t rows, size_t inner) {
  return rows <= FEW_ROWS && (inner > SHORT_CHAIN || rows * widthsBeside[rows] <= SHORT_CHAINS);
}

/// Sets `t` to what of C is `count` rows below.
INLINE void pass_rows(block *t, ptrdiff_t count) {
  if (t->initial) t->initial += count * (ptrdiff_t)t->initialStride;
  if (t->residual) t->residual += count * (ptrdiff_t)t->residualStride;
  t->c += count * (ptrdiff_t)t->cStride;
}

/// Sets `t` to the rows that are `count` below, of A and of C.
INLINE void pass_all_rows(block *t, ptrdiff_t count) {
  t->a += count * (ptrdiff_t)t->rowStride;
  if (t->rows) t->rows += count;
  pass_rows(t, count);
}

/// Sets `t` to the columns that are `count` vectors farther: whole panels of them.
INLINE void pass_vectors(block *t, size_t count) {
  t->b += count / PER_PANEL * t->panelStride;
  if (t->initial) t->initial += count * LANES;
  if (t->residual) t->residual += count * LANES;
  t->c += count * LANES;
}

/// The most rows of a block of `width` vectors.
INLINE size_t tallest_block(bool isLarge, size_t width) {
  static const uint8_t tallest[2][BLOCK_WIDTH] = {{TALLEST}, {TALLEST_LARGE}};
  return tallest[isLarge][width - 1];
}

/// The product of `rows` rows of A and the `width` vectors of columns that begin at `b`, by blocks of at most `tall`
/// rows, one below the other.
INLINE void multiply_down(block *t, size_t rows, size_t width, size_t tall) {
  const cut down = even_cut(rows, tall);
  if (t->isLarge) {
    const size_t panels = width / PER_PANEL;
    t->fetching = down.count > 1 && down.count >= panels ? panels : 0;
    t->fetchAhead = t->fetching == 0 ? FETCH_AHEAD : panels * t->panelStride;
  }
  const size_t passed = (size_t)down.larger * (down.size + 1);
  if (passed > 0) {
    const size_t fetched = t->fetching < down.larger ? t->fetching : down.larger;
    t->count = down.larger;
    blocks[down.size + 1][width](t);
    t->fetching -= fetched;
    t->fetchAhead = t->fetching > 0 ? t->fetchAhead + fetched * t->panelStride : 0;
    pass_all_rows(t, (ptrdiff_t)passed);
  }
  t->count = down.count - down.larger;
  blocks[down.size][width](t);
  if (passed > 0) pass_all_rows(t, -(ptrdiff_t)passed);
}

/// As `multiply_rows`, where blocks of one width stand side by side at all rows. Leaves `t` at the last columns.
static void multiply_beside(block *t, size_t rows, size_t columns) {
  const size_t vectors = parts(columns, LANES), whole = columns / LANES;
  // Of a large B the memory gives more at a time where several panels are read at a time.
  const size_t streams = widths[rows] < STREAMS * PER_PANEL ? widths[rows] : STREAMS * PER_PANEL;
  // What can be one block, as where the plain product has it, is not cut.
  const size_t beside = vectors <= widths[rows] ? widths[rows] : widthsBeside[rows];
  const size_t widest = t->isLarge ? streams : beside;
  const cut across = even_cut(parts(vectors, PER_PANEL), widest / PER_PANEL);
  t->areBeside = true;
  t->fetching = 0;
  t->fetchAhead = t->isLarge ? FETCH_AHEAD : 0;
  t->lastLanes = LANES;
  size_t left = across.count, larger = across.larger;
  for (size_t v = 0;;) {
    size_t width = (across.size + (larger > 0)) * PER_PANEL;
    t->count = larger > 0 ? larger : left;
    // What ends with a part of a vector goes alone.
    if (v + t->count * width > whole && --t->count == 0) {
      t->count = 1;
      width = vectors - v;
      t->lastLanes = columns - (vectors - 1) * LANES;
    }
    blocks[rows][width](t);
    v += t->count * width;
    if (v >= vectors) break;
    left -= t->count;
    if (larger > 0) larger -= t->count;
    pass_vectors(t, t->count * width);
  }
  t->areBeside = false;
}

/// As `multiply_rows`, where blocks stand both beside and below one another. Leaves `t` at the last columns.
static void multiply_across(block *t, size_t rows, size_t columns, size_t most, const swiftlet_activation *after) {
  // A large B is read once for each block that stands below another.
  const size_t half = parts(rows, 2);
  const bool areTwo = t->isLarge && half <= most && half <= FEW_ROWS;
  const size_t vectors = parts(columns, LANES), panels = (areTwo ? widths[half] : BLOCK_WIDTH) / PER_PANEL;
  // Two blocks fetch two panels. Where each has no more than half of FEW_ROWS, that would be too few chains.
  const cut across = even_cut(parts(vectors, PER_PANEL), areTwo && rows > FEW_ROWS && panels > 2 ? 2 : panels);
  float *const c = t->c;
  t->lastLanes = LANES;
  for (size_t i = 0, v = 0, activated = 0; i < across.count; i++) {
    size_t width = (across.size + (i < across.larger)) * PER_PANEL;
    if (i + 1 == across.count) {
      width = vectors - v;
      t->lastLanes = columns - (vectors - 1) * LANES;
    }
    const size_t tall = areTwo ? half : tallest_block(t->isLarge, width);
    multiply_down(t, rows, width, tall < most ? tall : most);
    v += width;
    const size_t end = (v - 1) * LANES + t->lastLanes;
    if (after && (end == columns || end - activated >= ACTIVATED_COLUMNS)) {
      float *done = c + activated;
      activate_rows(after, done, t->cStride, done, t->cStride, rows, end - activated);
      activated = end;
    }
    if (i + 1 < across.count) pass_vectors(t, width);
  }
}

/// The product of `rows` rows of A, at most CHUNK_ROWS, that begin where `t` says. `after` is applied to each part of C
/// as it is finished; NULL for nothing.
static void multiply_rows(block *t, size_t rows, size_t columns, const swiftlet_activation *after) {
  const size_t vectors = parts(columns, LANES), inner = t->panelStride / SWIFTLET_PANEL;
  const size_t most = most_rows(t->rows == NULL, t->rowStride);
  const bool areFew = rows <= most && are_few(rows, inner);
  if (vectors <= BLOCK_WIDTH && !t->isLarge && !(areFew && is_block(rows, vectors, inner))) {
    const size_t tall = tallest_block(false, vectors);
    t->lastLanes = columns - (vectors - 1) * LANES;
    multiply_down(t, rows, vectors, tall < most ? tall : most);
    if (after) activate_rows(after, t->c, t->cStride, t->c, t->cStride, rows, columns);
    return;
  }
  const float *const b = t->b, *const initial = t->initial, *const residual = t->residual;
  float *const c = t->c;
  if (areFew)
    multiply_beside(t, rows, columns);
  else
    multiply_across(t, rows, columns, most, after);
  t->b = b;
  t->initial = initial;
  t->residual = residual;
  t->c = c;
  if (areFew && after) activate_rows(after, c, t->cStride, c, t->cStride, rows, columns);
}

/// The product of all rows of `g`, so many at a time that their part of A stays in the cache. Leaves `t` behind them.
static void multiply_grid(block *t, grid *g, size_t rows, size_t columns, const swiftlet_activation *after) {
  const float *rowsOfA[CHUNK_ROWS];
  for (size_t m = 0; m < rows; m += CHUNK_ROWS) {
    const size_t count = rows - m < CHUNK_ROWS ? rows - m : CHUNK_ROWS;
    t->a = g->at;
    t->rowStride = g->step;
    t->rows = next_rows(g, rowsOfA, count) ? NULL : rowsOfA;
    multiply_rows(t, count, columns, after);
    pass_rows(t, (ptrdiff_t)count);
  }
}

/// As `multiply_grid`, for the rows of a matrix.
INLINE void multiply_chunks(block *t, size_t rows, size_t columns, const swiftlet_activation *after) {
  while (rows > CHUNK_ROWS) {
    multiply_rows(t, CHUNK_ROWS, columns, after);
    pass_all_rows(t, CHUNK_ROWS);
    rows -= CHUNK_ROWS;
  }
  multiply_rows(t, rows, columns, after);
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

/// As `multiply_grid`, with A brought together first, a part at a time: for an A whose columns lie apart.
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
      part.a = gathered;
      part.rowStride = STRIDE;
      multiply_rows(&part, rows, p->columns, isFinal ? after : NULL);
    }
    pass_rows(&t, (ptrdiff_t)rows);
  }
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
  const bool isOne = p->rows <= most && is_block(p->rows, vectors, p->inner);
  if (isOne || (p->rows <= most && vectors > BLOCK_WIDTH && are_few(p->rows, p->inner))) {
    if (isOne) {
      t.count = 1;
      t.lastLanes = p->columns - (vectors - 1) * LANES;
      blocks[p->rows][vectors](&t);
    } else {
      multiply_beside(&t, p->rows, p->columns);
    }
    if (after) activate_rows(after, p->c, p->cRowStride, p->c, p->cRowStride, p->rows, p->columns);
    return;
  }
  // Where k is cut, C holds partial chains, and cannot hold the residual too.
  const bool isCut = p->rows > FEW_ROWS && p->residual != p->c && p->inner > INNER_BLOCK + INNER_BLOCK / 4;
  if (!isCut) return multiply_chunks(&t, p->rows, p->columns, after);
  const size_t step = parts(p->inner, parts(p->inner, INNER_BLOCK));
  for (size_t m = 0; m < p->rows; m += CHUNK_ROWS) {
    const size_t rows = p->rows - m < CHUNK_ROWS ? p->rows - m : CHUNK_ROWS;
    for (size_t k = 0; k < p->inner; k += step) {
      const bool isFinal = p->inner - k <= step;
      block part = part_of(t, k, isFinal ? p->inner - k : step, isFinal);
      part.a = p->a + m * p->aRowStride + k;
      multiply_rows(&part, rows, p->columns, isFinal ? after : NULL);
    }
    pass_rows(&t, (ptrdiff_t)rows);
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
