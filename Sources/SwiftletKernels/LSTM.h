/// Long short-term memory. The products of the inputs are made for all steps beforehand; here each step adds the
/// recurrent product, and what the gates do with it follows in registers.
///
/// A block is R rows by W vectors of units, with the four gates of each: vector lanes run across units, so each sum
/// is one chain that goes on from the inputs' chain.

/// Columns of a panel: the gates i, f, c and o of sixteen units.
#define GATES_PANEL (4 * SWIFTLET_PANEL)
/// The most rows of a block, and the vectors of units of a block of one row: four accumulators for each vector.
#if LANES == 16
#define GATES_ROWS 6
#elif LANES == 8
#define GATES_ROWS 2
#else
#define GATES_ROWS BLOCK_ROWS
#endif
#define GATES_WIDTH 2

typedef struct gates_block {
  const float *z;  ///< what the inputs give, (rows, padded units / 16, 4, 16), from the block's first vector on
  size_t zStride;
  const float *kernel;  ///< (units, 64) for each sixteen units, from the block's first vector on
  const float *h;  ///< of the step before
  float *c, *next;  ///< carry, and this step's h, from the block's first vector on
  size_t stride, units;
  float *y;  ///< where this step's h goes as well, or NULL
  size_t yStride, lastLanes;  ///< lanes of the last vector that are units
} gates_block;

/// `vactivate` for a kind that is not known before: through memory.
INLINE vf activate_vector(const swiftlet_activation *f, vf x) {
  float y[LANES];
  vstore(y, x);
  activate_array(f, y, y, LANES);
  return vload(y);
}

/// f c + i g. With sigmoid and tanh as quotients, sigmoid(x) = 1 / (exp(-x) + 1) and
/// tanh(x) = -e / (e + 2), e = exp(-2 x) - 1, the whole is one quotient; three such factors cannot overflow.
INLINE vf next_carry(const bool isUsual, const swiftlet_lstm *p, vf i, vf f, vf g, vf c) {
  if (isUsual) {
    const vf forget = vexp2_plus(f * vset(-LOG2E), 1), e = vexp2_plus(g * vset(-2 * LOG2E), -1);
    const vf input = vexp2_plus(i * vset(-LOG2E), 1) * (e + vset(2));
    return vfma(-e, forget, c * input) / (forget * input);
  }
  const vf kept = activate_vector(&p->recurrentActivation, f);
  return vfma(kept, c, activate_vector(&p->recurrentActivation, i) * activate_vector(&p->activation, g));
}

/// o activation(c), as one quotient likewise.
INLINE vf next_output(const bool isUsual, const swiftlet_lstm *p, vf o, vf c) {
  if (isUsual) {
    const vf e = vexp2_plus(c * vset(-2 * LOG2E), -1);
    return -e / (vexp2_plus(o * vset(-LOG2E), 1) * (e + vset(2)));
  }
  return activate_vector(&p->recurrentActivation, o) * activate_vector(&p->activation, c);
}

INLINE void step_gates(const bool isUsual, const int R, const int W, const gates_block *t, const swiftlet_lstm *p) {
  vf sum[GATES_ROWS][GATES_WIDTH][4];
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int w = 0; w < W; w++) {
      UNROLL
      for (int g = 0; g < 4; g++)
        sum[r][w][g] = vload(
          t->z + (size_t)r * t->zStride + w / PER_PANEL * GATES_PANEL + w % PER_PANEL * LANES + g * SWIFTLET_PANEL);
    }
  }
  const size_t units = t->units, stride = t->stride;
  const float *b = t->kernel, *h = t->h;
  KEEP_ROLLED
  for (size_t k = 0; k < units; k++, b += GATES_PANEL, h++) {
    vf column[GATES_WIDTH][4];
    UNROLL
    for (int w = 0; w < W; w++) {
      UNROLL
      for (int g = 0; g < 4; g++)
        column[w][g] = vload(
          b + (size_t)(w / PER_PANEL) * units * GATES_PANEL + w % PER_PANEL * LANES + g * SWIFTLET_PANEL);
    }
    UNROLL
    for (int r = 0; r < R; r++) {
      const vf input = vset(h[(size_t)r * stride]);
      UNROLL
      for (int w = 0; w < W; w++) {
        UNROLL
        for (int g = 0; g < 4; g++) sum[r][w][g] = vfma(input, column[w][g], sum[r][w][g]);
      }
    }
  }
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int w = 0; w < W; w++) {
      float *const c = t->c + (size_t)r * stride + (size_t)w * LANES;
      vstore(c, next_carry(isUsual, p, sum[r][w][0], sum[r][w][1], sum[r][w][2], vload(c)));
    }
  }
  // A loop of its own, because the chain of operations from a sum to the output is so long that the processor's
  // window holds few of them.
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int w = 0; w < W; w++) {
      const size_t place = (size_t)r * stride + (size_t)w * LANES;
      const vf y = next_output(isUsual, p, sum[r][w][3], vload(t->c + place));
      vstore(t->next + place, y);
      if (t->y) vstore_some(t->y + (size_t)r * t->yStride + (size_t)w * LANES, y, w < W - 1 ? LANES : t->lastLanes);
    }
  }
}

// A function for each number of rows.
typedef void (*gates_function)(const gates_block *, const swiftlet_lstm *);
#define GATES_FUNCTION(NAME, IS_USUAL, R, W) \
  static __attribute__((noinline)) void NAME(const gates_block *t, const swiftlet_lstm *p) { \
    step_gates(IS_USUAL, R < GATES_ROWS ? R : GATES_ROWS, W, t, p); \
  }
GATES_FUNCTION(gates_any, false, 1, 1)
GATES_FUNCTION(gates_wide, true, 1, GATES_WIDTH)
GATES_FUNCTION(gates_1, true, 1, 1)
GATES_FUNCTION(gates_2, true, 2, 1)
#if GATES_ROWS > 2
GATES_FUNCTION(gates_3, true, 3, 1)
GATES_FUNCTION(gates_4, true, 4, 1)
GATES_FUNCTION(gates_5, true, 5, 1)
GATES_FUNCTION(gates_6, true, 6, 1)
static const gates_function gates[] = {NULL, gates_1, gates_2, gates_3, gates_4, gates_5, gates_6};
#else
static const gates_function gates[] = {NULL, gates_1, gates_2};
#endif

static void lstm(const void *parameters, const swiftlet_run *run) {
  const swiftlet_lstm *p = parameters;
  const size_t units = p->units, vectors = parts(units, LANES), stride = parts(units, SWIFTLET_PANEL) * SWIFTLET_PANEL;
  const float *z = run->tensors[p->input];
  float *y = run->tensors[p->output];
  const size_t yRow = p->returnsSequences ? p->steps * units : units;
  const bool isUsual = p->activation.kind == SWIFTLET_TANH && p->recurrentActivation.kind == SWIFTLET_SIGMOID;
  for (size_t m = 0; m < run->rows; m += SWIFTLET_LSTM_ROWS) {
    const size_t rows = run->rows - m < SWIFTLET_LSTM_ROWS ? run->rows - m : SWIFTLET_LSTM_ROWS;
    const size_t most = isUsual ? GATES_ROWS : 1, tall = parts(rows, parts(rows, most));
    const size_t widest = isUsual && rows == 1 ? GATES_WIDTH : 1, groups = parts(vectors, widest);
    float *h = run->scratch, *next = h + rows * stride, *c = next + rows * stride;
    memset(h, 0, rows * stride * sizeof *h);
    memset(c, 0, rows * stride * sizeof *c);
    for (size_t s = 0; s < p->steps; s++) {
      const size_t step = p->goesBackwards ? p->steps - 1 - s : s;
      const float *now = z + (m * p->steps + step) * 4 * stride;
      const bool isKept = p->returnsSequences || s == p->steps - 1;
      float *to = y + m * yRow + (p->returnsSequences ? s * units : 0);
      for (size_t n = 0; n < groups; n++) {
        // Every other step goes backwards through the kernel, and so begins with the part that the cache holds.
        const size_t v = (s % 2 ? groups - 1 - n : n) * widest, width = vectors - v < widest ? vectors - v : widest;
        const size_t panel = v / PER_PANEL, part = v % PER_PANEL * LANES;
        gates_block t = {
          .zStride = p->steps * 4 * stride, .kernel = p->recurrent + panel * units * GATES_PANEL + part,
          .stride = stride, .units = units, .yStride = yRow,
          .lastLanes = v + width < vectors ? LANES : units - (vectors - 1) * LANES,
        };
        for (size_t r = 0; r < rows; r += tall) {
          const size_t height = rows - r < tall ? rows - r : tall;
          t.z = now + r * t.zStride + panel * GATES_PANEL + part;
          t.h = h + r * stride;
          t.c = c + r * stride + v * LANES;
          t.next = next + r * stride + v * LANES;
          t.y = isKept ? to + r * yRow + v * LANES : NULL;
          (!isUsual ? gates_any : width > 1 ? gates_wide : gates[height])(&t, p);
        }
      }
      float *const last = h;
      h = next;
      next = last;
    }
  }
}
