/// Register blocks: R rows of A times V vectors of columns of B, kept in registers while k runs.
///
/// Vector lanes run across columns, so each element of C is one chain of fused multiply-adds. Where a block's results
/// are stored in one go, the multipliers get no more to do, until the last of them is on its way, than what waits for
/// them already. So where there are rows enough, a block has no more chains than hide a multiply-add's latency and
/// its loads; one call computes many blocks, so that the next one's sums begin behind the stores of the last; and
/// where there are registers for it, the last steps go row by row, so that a row is stored among the sums of the next.

/// Vectors in a panel.
#define PER_PANEL (SWIFTLET_PANEL / LANES)

typedef struct block {
  const float *a;  ///< the first row of A
  size_t rowStride;  ///< between rows of A
  const float *const *rows;  ///< where each row begins, if they are not evenly spaced: up to FREE_ROWS; else NULL
  size_t count;  ///< how many blocks are computed, one below the other
  bool areBeside;  ///< whether they stand one beside the other instead, on the same rows of A; up to FEW_ROWS
  /// A row of A is lines x taps segments, at least one, of `segment` neighbours; one segment is a plain matrix.
  size_t lines, taps, segment;
  size_t lineStride, tapStride;  ///< between the segments of a row
  const float *b;
  size_t panelStride;
  bool isLarge;  ///< whether B is too large for the second cache
  /// The first so many blocks fetch one panel each while they run, the first of them so many floats behind `b`;
  /// where there are none, a block fetches all of its own panels so many floats ahead of their use.
  size_t fetching, fetchAhead;
  const float *initial;  ///< NULL for zeros
  size_t initialStride;
  const float *residual;  ///< NULL for none
  size_t residualStride;
  float *c;
  size_t cStride;
  size_t lastLanes;  ///< columns in the last vector, 1 ... LANES
  float low, high;  ///< what the results are clipped to: -infinity and infinity where they are not
} block;

#ifndef HAS_QUADS
#define HAS_QUADS 0
#define vload_quad(P) vset(*(P))
#define vsplat(QUAD, U) (QUAD)
#endif
/// How many of its last four steps a block of R rows by V vectors takes row by row. That needs registers for the
/// columns of all of them.
#ifndef ROWWISE_STEPS
#define ROWWISE_STEPS(R, V) 0
#endif
/// Register blocks take no more columns at once.
#define WIDEST 128
static const float zeros[WIDEST];

/// V vectors that begin at `from`, the last of which holds `last` columns.
INLINE void load_row(vf *row, const int V, const float *from, size_t last) {
  UNROLL
  for (int v = 0; v < V - 1; v++) row[v] = vload(from + v * LANES);
  row[V - 1] = vload_some(from + (V - 1) * LANES, last);
}

INLINE void store_row(float *to, const int V, const vf *row, size_t last) {
  UNROLL
  for (int v = 0; v < V - 1; v++) vstore(to + v * LANES, row[v]);
  vstore_some(to + (V - 1) * LANES, row[V - 1], last);
}

INLINE void multiply_blocks(const int R, const int V, const block *t) {
  // Rows are walked by pointers that the compiler must not see through: it would hold one for each row.
#define NEXT_ROW(POINTER, STRIDE) \
  POINTER += STRIDE; \
  __asm__("" : "+r"(POINTER))
  // Rows of A that may lie anywhere share one index. Of evenly spaced rows, three share a pointer, and so do three
  // panels (a single row can spare a pointer for each panel). The compiler must not see how index and pointers hang
  // together, or it computes each address anew in every round.
  const bool areEven = R > FREE_ROWS;
  const int sharePanels = R == 1 ? 1 : 3;
  const int aCount = (R + 2) / 3;
  const int bCount = (V + PER_PANEL * sharePanels - 1) / (PER_PANEL * sharePanels);
  // With fewer rows the loads that wait are the bound, and more of them only delay them.
  const bool mayFetch = R >= 4, mayFetchAll = R >= 6;
  // With one vector of columns each multiply-add loads its input, and more than two loads a cycle would be needed. So
  // every third row loads four inputs at once and spreads them out by shuffles, for which multiply-adds leave time.
  const bool haveQuads = HAS_QUADS && V == 1 && areEven;
  const size_t last = t->lastLanes, panelStride = t->panelStride, rowStride = t->rowStride;
  const size_t othersAhead = t->fetching > 0 ? 0 : t->fetchAhead;
  size_t ahead = t->fetchAhead, fetching = t->fetching;
  const float *first = t->a;
  const float *const *rows = t->rows;
  const float *initial = t->initial ? t->initial : zeros, *residual = t->residual;
  const size_t initialStride = t->initial ? t->initialStride : 0;
  float *c = t->c;
#define LOAD_COLUMNS(COLUMN, U, MAY_FETCH) \
  UNROLL \
  for (int v = 0; v < V; v++) { \
    const int panel = v / PER_PANEL; \
    const float *from = b[panel / sharePanels] + (size_t)(panel % sharePanels) * panelStride; \
    COLUMN[v] = vload(from + (v % PER_PANEL) * LANES + (U) * SWIFTLET_PANEL); \
    if ((MAY_FETCH) && (v == 0 ? mayFetch : mayFetchAll && v % PER_PANEL == 0)) \
      __builtin_prefetch(from + (v == 0 ? ahead : othersAhead) + (U) * SWIFTLET_PANEL); \
  }
  // Sums are pinned: loads that move ahead of earlier rows would cost registers that there are not.
#define ADD_PRODUCTS(ROW, COLUMN, U, QUADS) \
  do { \
    const float *from = areEven ? a[(ROW) / 3] + (size_t)((ROW) % 3) * rowStride : a[ROW] + k; \
    const bool isQuad = (QUADS) && (ROW) % 3 == 0; \
    if (isQuad && (U) == 0) { \
      quad[(ROW) / 3] = vload_quad(from); \
      PIN(quad[(ROW) / 3]); \
    } \
    const vf input = isQuad ? vsplat(quad[(ROW) / 3], U) : vset(from[U]); \
    UNROLL \
    for (int v = 0; v < V; v++) sum[ROW][v] = vfma(input, COLUMN[v], sum[ROW][v]); \
    UNROLL \
    for (int v = 0; v < V; v++) PIN(sum[ROW][v]); \
  } while (0)
#define STEP(U, QUADS) \
  do { \
    vf column[16]; \
    LOAD_COLUMNS(column, U, true) \
    UNROLL \
    for (int r = 0; r < R; r++) ADD_PRODUCTS(r, column, U, QUADS); \
  } while (0)
#define ADVANCE(BY) \
  k += (BY); \
  if (!areEven) __asm__("" : "+r"(k)); \
  UNROLL \
  for (int i = 0; areEven && i < aCount; i++) { \
    a[i] += (BY); \
    __asm__("" : "+r"(a[i])); \
  } \
  UNROLL \
  for (int i = 0; i < bCount; i++) { \
    b[i] += (BY) * SWIFTLET_PANEL; \
    __asm__("" : "+r"(b[i])); \
  }
  const int rowwise = ROWWISE_STEPS(R, V);
  // To add a residual, or to store a part of a vector, would cost more there than is won.
  const bool endsByRows = rowwise > 0 && !residual && last == LANES;
  const float *panels = t->b;
  vf quad[(BLOCK_ROWS + 2) / 3];
  KEEP_ROLLED
  for (size_t count = t->count; count > 0; count--) {
    vf sum[BLOCK_ROWS][16];
    if (initialStride > 0) {
      UNROLL
      for (int r = 0; r < R; r++) {
        load_row(sum[r], V, initial, last);
        NEXT_ROW(initial, initialStride);
      }
    } else {
      load_row(sum[0], V, initial, last);
      UNROLL
      for (int r = 1; r < R; r++) {
        UNROLL
        for (int v = 0; v < V; v++) sum[r][v] = sum[0][v];
      }
    }

    const float *a[BLOCK_ROWS], *b[16];
    if (!areEven && rows) {
      UNROLL
      for (int r = 0; r < R; r++) a[r] = rows[r];
    } else if (!areEven) {
      const float *row = first;
      UNROLL
      for (int r = 0; r < R; r++) {
        a[r] = row;
        NEXT_ROW(row, rowStride);
      }
    }
    UNROLL
    for (int i = 0; i < bCount; i++) b[i] = panels + (size_t)(i * sharePanels) * panelStride;
    // Of the last segment, `left` steps remain behind these loops: four that end by rows, or none.
    size_t line = 0, lines = t->lines, k, left;
    do {
      size_t tap = line, taps = t->taps;
      do {
        const float *row = first + tap;
        k = tap;
        left = t->segment;
        UNROLL
        for (int i = 0; areEven && i < aCount; i++) {
          a[i] = row;
          NEXT_ROW(row, 3 * rowStride);
        }
        const size_t kept = endsByRows && taps == 1 && lines == 1 && left >= 4 ? 4 : 0;
        KEEP_ROLLED
        for (; left >= 4 + kept; left -= 4) {
          STEP(0, haveQuads);
          STEP(1, haveQuads);
          STEP(2, haveQuads);
          STEP(3, haveQuads);
          ADVANCE(4)
        }
        KEEP_ROLLED
        for (; left > kept; left--) {
          STEP(0, false);
          ADVANCE(1)
        }
        tap += t->tapStride;
      } while (--taps > 0);
      line += t->lineStride;
    } while (--lines > 0);

    const vf low = vset(t->low), high = vset(t->high);
    const size_t stride = t->cStride;
    if (rowwise > 0 && left > 0) {
      if (rowwise < 4) STEP(0, haveQuads);
      if (rowwise < 3) STEP(1, haveQuads);
      if (rowwise < 2) STEP(2, haveQuads);
      vf column[4][16];
      UNROLL
      for (int u = 4 - rowwise; u < 4; u++) {
        LOAD_COLUMNS(column[u], u, false)
        UNROLL
        for (int v = 0; v < V; v++) PIN(column[u][v]);
      }
      UNROLL
      for (int r = 0; r < R; r++) {
        if (rowwise == 4) ADD_PRODUCTS(r, column[0], 0, haveQuads);
        if (rowwise >= 3) ADD_PRODUCTS(r, column[1], 1, haveQuads);
        if (rowwise >= 2) ADD_PRODUCTS(r, column[2], 2, haveQuads);
        ADD_PRODUCTS(r, column[3], 3, haveQuads);
        UNROLL
        for (int v = 0; v < V; v++) sum[r][v] = vmin(high, vmax(low, sum[r][v]));
        store_row(c, V, sum[r], LANES);
        NEXT_ROW(c, stride);
      }
    } else {
      if (residual) {
        UNROLL
        for (int r = 0; r < R; r++) {
          vf row[16];
          load_row(row, V, residual, last);
          UNROLL
          for (int v = 0; v < V; v++) sum[r][v] = sum[r][v] + row[v];
          NEXT_ROW(residual, t->residualStride);
        }
      }
      // All are clipped before the first is stored: stores that wait for nothing but one another go one at a time, and
      // what stands between them waits.
      UNROLL
      for (int r = 0; r < R; r++) {
        UNROLL
        for (int v = 0; v < V; v++) sum[r][v] = vmin(high, vmax(low, sum[r][v]));
      }
      UNROLL
      for (int r = 0; r < R; r++) {
        store_row(c, V, sum[r], last);
        NEXT_ROW(c, stride);
      }
    }
    if (R <= FEW_ROWS && t->areBeside) {
      panels += V / PER_PANEL * panelStride;
      if (t->initial) initial = initial - R * initialStride + V * LANES;
      if (residual) residual = residual - R * t->residualStride + V * LANES;
      c = c - R * stride + V * LANES;
    } else {
      first += R * rowStride;
      if (rows) rows += R;
    }
    // Each panel is fetched once, but for the lines of the steps that go row by row.
    if (__builtin_expect(fetching > 0, 0)) ahead = --fetching > 0 ? ahead + panelStride : 0;
  }
#undef STEP
#undef ADD_PRODUCTS
#undef LOAD_COLUMNS
#undef ADVANCE
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
  static void block_##R##_##V(const block *t) { multiply_blocks(R, V, t); }
#define FUNCTIONS(R, W) UPTO_##W(FUNCTION, R)
BLOCKS(FUNCTIONS)
#define ENTRY(R, V) [V] = block_##R##_##V,
#define ROW(R, W) [R] = {UPTO_##W(ENTRY, R)},
static void (*const blocks[BLOCK_ROWS + 1][17])(const block *) = {BLOCKS(ROW)};
#define WIDTH(R, W) [R] = W,
static const uint8_t widths[BLOCK_ROWS + 1] = {BLOCKS(WIDTH)};
/// As `widths`, for blocks beside one another.
#define MOST_BESIDE(R) (CHAINS_BESIDE / (R) > 2 ? CHAINS_BESIDE / (R) : 2)
#define WIDTH_BESIDE(R, W) [R] = (W) < MOST_BESIDE(R) ? (W) : MOST_BESIDE(R),
static const uint8_t widthsBeside[BLOCK_ROWS + 1] = {BLOCKS(WIDTH_BESIDE)};
