/// Sums and maxima along rows, softmax, scaling and copying.

typedef float v4 __attribute__((vector_size(16)));
/// Sixteen virtual lanes: element i of a row belongs to lane i mod 16.
typedef struct lanes {
  vf part[PER_PANEL];
} lanes;

INLINE lanes lanes_of(float x) {
  lanes y;
  UNROLL
  for (int i = 0; i < PER_PANEL; i++) y.part[i] = vset(x);
  return y;
}

/// -1 in the lanes below `count`, 0 in the others.
INLINE vi below(size_t count) {
  static const int32_t order[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  vi index;
  memcpy(&index, order, sizeof index);
  return index < viset((int32_t)count);
}

/// Elements of the last, incomplete group of sixteen that fall into its vector i.
INLINE size_t share(size_t count, int i) {
  size_t before = (size_t)i * LANES;
  return count <= before ? 0 : count - before < LANES ? count - before : LANES;
}

/// The tree: lanes i and i + 8, then i and i + 4, then i and i + 2, then 0 and 1.
INLINE float tree_sum(lanes x) {
  v4 y;
#if LANES == 16
  __typeof__(__builtin_shufflevector(x.part[0], x.part[0], 0, 1, 2, 3, 4, 5, 6, 7)) half =
    __builtin_shufflevector(x.part[0], x.part[0], 0, 1, 2, 3, 4, 5, 6, 7)
    + __builtin_shufflevector(x.part[0], x.part[0], 8, 9, 10, 11, 12, 13, 14, 15);
  y = __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
#elif LANES == 8
  vf half = x.part[0] + x.part[1];
  y = __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
#else
  y = (x.part[0] + x.part[2]) + (x.part[1] + x.part[3]);
#endif
  y = y + __builtin_shufflevector(y, y, 2, 3, 2, 3);
  return y[0] + y[1];
}

INLINE v4 v4_maximum(v4 a, v4 b) { return (v4)(((a > b) & (__typeof__(a > b))a) | (~(a > b) & (__typeof__(a > b))b)); }

/// As `tree_sum`, with a > b ? a : b in place of a + b. The order decides only the sign of a zero.
INLINE float tree_maximum(lanes x) {
  v4 y;
#if LANES == 16
  vf half = vmax(x.part[0], __builtin_shufflevector(x.part[0], x.part[0], 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  y = v4_maximum(__builtin_shufflevector(half, half, 0, 1, 2, 3), __builtin_shufflevector(half, half, 4, 5, 6, 7));
#elif LANES == 8
  vf half = vmax(x.part[0], x.part[1]);
  y = v4_maximum(__builtin_shufflevector(half, half, 0, 1, 2, 3), __builtin_shufflevector(half, half, 4, 5, 6, 7));
#else
  y = vmax(vmax(x.part[0], x.part[2]), vmax(x.part[1], x.part[3]));
#endif
  y = v4_maximum(y, __builtin_shufflevector(y, y, 2, 3, 2, 3));
  return y[0] > y[1] ? y[0] : y[1];
}

static float sum(const float *x, size_t count) {
  lanes total = lanes_of(0);
  size_t n = 0;
  for (; n + SWIFTLET_PANEL <= count; n += SWIFTLET_PANEL) {
    UNROLL
    for (int i = 0; i < PER_PANEL; i++) total.part[i] = total.part[i] + vload(x + n + i * LANES);
  }
  for (int i = 0; i < PER_PANEL && n < count; i++) {
    size_t here = share(count - n, i);
    if (here == 0) break;
    total.part[i] = total.part[i] + (vload_some(x + n + i * LANES, here));
  }
  return tree_sum(total);
}

/// The maximum over the elements that are not NaN, and whether any is NaN.
INLINE float maximum_and_nan(const float *x, size_t count, bool *anyNaN) {
  lanes most = lanes_of(-INFINITY);
  vi nan = viset(0);
  size_t n = 0;
  for (; n + SWIFTLET_PANEL <= count; n += SWIFTLET_PANEL) {
    UNROLL
    for (int i = 0; i < PER_PANEL; i++) {
      vf y = vload(x + n + i * LANES);
      // The second operand is what a comparison with NaN gives, so the lane keeps its value.
      most.part[i] = vmax(y, most.part[i]);
      nan |= y != y;
    }
  }
  for (int i = 0; i < PER_PANEL && n < count; i++) {
    size_t here = share(count - n, i);
    if (here == 0) break;
    vf y = vload_some(x + n + i * LANES, here);
    nan |= y != y;
    most.part[i] = vmax(vselect(below(here), y, vset(-INFINITY)), most.part[i]);
  }
  int32_t seen = 0;
  for (int i = 0; i < LANES; i++) seen |= nan[i];
  *anyNaN = seen != 0;
  return tree_maximum(most);
}

static float maximum(const float *x, size_t count) {
  bool anyNaN;
  float most = maximum_and_nan(x, count, &anyNaN);
  return anyNaN ? NAN : most;
}

/// x[i] = exp(x[i]) for x[i] <= 0 or NaN.
INLINE void vexps_negative(const int count, vf *x) {
  EACH x[i] = vmax(vset(-104), x[i]);
  vexps_within(count, x);
}

/// The same of one vector.
INLINE vf vexp_negative(vf x) {
  vexps_negative(1, &x);
  return x;
}

INLINE void softmax_row(const float *x, float *y, size_t count) {
  // NaN in a row reaches every output by way of the sum, so the maximum may pass it over.
  lanes most = lanes_of(-INFINITY), total = lanes_of(0);
  size_t n = 0;
  for (; n + SWIFTLET_PANEL <= count; n += SWIFTLET_PANEL) {
    UNROLL
    for (int i = 0; i < PER_PANEL; i++) most.part[i] = vmax(vload(x + n + i * LANES), most.part[i]);
  }
  UNROLL
  for (int i = 0; i < PER_PANEL; i++) {
    const size_t here = share(count - n, i);
    if (here == 0) continue;
    vf z = vselect(below(here), vload_some(x + n + i * LANES, here), vset(-INFINITY));
    most.part[i] = vmax(z, most.part[i]);
  }
  const vf largest = vset(tree_maximum(most));
  for (n = 0; n + SWIFTLET_PANEL <= count; n += SWIFTLET_PANEL) {
    UNROLL
    for (int i = 0; i < PER_PANEL; i++) {
      vf e = vexp_negative(vload(x + n + i * LANES) - largest);
      vstore(y + n + i * LANES, e);
      total.part[i] = total.part[i] + e;
    }
  }
  UNROLL
  for (int i = 0; i < PER_PANEL; i++) {
    const size_t here = share(count - n, i);
    if (here == 0) continue;
    vf e = vexp_negative(vload_some(x + n + i * LANES, here) - largest);
    vstore_some(y + n + i * LANES, e, here);
    total.part[i] = total.part[i] + (vf)(below(here) & (vi)e);
  }
  const vf whole = vset(tree_sum(total));
  for (n = 0; n + LANES <= count; n += LANES) vstore(y + n, vload(y + n) / whole);
  if (n < count) vstore_part(y + n, vload_part(y + n, count - n) / whole, count - n);
}

/// How many short rows are taken at once.
#define SOFTMAX_ROWS 8

/// R rows of at most sixteen elements, one behind another: nothing waits in memory between the passes. All rows are
/// read before any is written, because a load that follows a masked store on its heels waits for it, though the two
/// have no element in common.
INLINE void softmax_short(const int R, const float *x, float *y, size_t count) {
  lanes z[SOFTMAX_ROWS];
  vi inside[PER_PANEL];
  UNROLL
  for (int i = 0; i < PER_PANEL; i++) inside[i] = below(share(count, i));
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int i = 0; i < PER_PANEL; i++) {
      const size_t here = share(count, i);
      const vf whole = here ? vload_some(x + (size_t)r * count + i * LANES, here) : vset(0);
      z[r].part[i] = vselect(inside[i], whole, vset(-INFINITY));
    }
  }
  UNROLL
  for (int r = 0; r < R; r++) {
    lanes most, total;
    UNROLL
    for (int i = 0; i < PER_PANEL; i++) most.part[i] = vmax(z[r].part[i], vset(-INFINITY));
    const vf largest = vset(tree_maximum(most));
    UNROLL
    for (int i = 0; i < PER_PANEL; i++) {
      z[r].part[i] = vexp_negative(z[r].part[i] - largest);
      total.part[i] = vset(0) + (vf)(inside[i] & (vi)z[r].part[i]);
    }
    const vf whole = vset(tree_sum(total));
    UNROLL
    for (int i = 0; i < PER_PANEL; i++) z[r].part[i] = z[r].part[i] / whole;
  }
  UNROLL
  for (int r = 0; r < R; r++) {
    UNROLL
    for (int i = 0; i < PER_PANEL; i++) {
      const size_t here = share(count, i);
      if (here) vstore_some(y + (size_t)r * count + i * LANES, z[r].part[i], here);
    }
  }
}

static void softmax_rows(const float *x, float *y, size_t rows, size_t columns) {
  if (columns == 0) return;  // Rows of no elements may be more than can be counted through.
  if (columns <= SWIFTLET_PANEL) {
    size_t m = 0;
    for (; m + SOFTMAX_ROWS <= rows; m += SOFTMAX_ROWS)
      softmax_short(SOFTMAX_ROWS, x + m * columns, y + m * columns, columns);
    for (; m < rows; m++) softmax_short(1, x + m * columns, y + m * columns, columns);
  } else
    for (size_t m = 0; m < rows; m++) softmax_row(x + m * columns, y + m * columns, columns);
}

/// Softmax along the first axis of (axis, inner), for `count` <= LANES neighbours on the inner axis. The sums
/// have the same sixteen lanes and tree as along a row.
INLINE void softmax_columns(const float *x, float *y, size_t axis, size_t inner, size_t count) {
  vf total[SWIFTLET_PANEL], most[SWIFTLET_PANEL];
  for (int i = 0; i < SWIFTLET_PANEL; i++) {
    total[i] = vset(0);
    most[i] = vset(-INFINITY);
  }
  for (size_t k = 0; k < axis; k++)
    most[k % SWIFTLET_PANEL] = vmax(vload_some(x + k * inner, count), most[k % SWIFTLET_PANEL]);
  for (int w = SWIFTLET_PANEL / 2; w > 0; w /= 2)
    for (int i = 0; i < w; i++) most[i] = vmax(most[i], most[i + w]);
  for (size_t k = 0; k < axis; k++) {
    vf e = vexp_negative(vload_some(x + k * inner, count) - most[0]);
    total[k % SWIFTLET_PANEL] = total[k % SWIFTLET_PANEL] + e;
    vstore_some(y + k * inner, e, count);
  }
  for (int w = SWIFTLET_PANEL / 2; w > 0; w /= 2)
    for (int i = 0; i < w; i++) total[i] = total[i] + total[i + w];
  for (size_t k = 0; k < axis; k++) vstore_some(y + k * inner, vload_some(y + k * inner, count) / total[0], count);
}

static void softmax(const void *parameters, const swiftlet_run *run) {
  const swiftlet_softmax *p = parameters;
  const float *x = run->tensors[p->input];
  float *y = run->tensors[p->output];
  const size_t groups = run->rows * p->outer, inner = p->inner, axis = p->axis;
  if (inner == 1) return softmax_rows(x, y, groups, axis);
  for (size_t g = 0; g < groups; g++, x += axis * inner, y += axis * inner) {
    for (size_t n = 0; n < inner; n += LANES)
      softmax_columns(x + n, y + n, axis, inner, inner - n < LANES ? inner - n : LANES);
  }
}

/// y = f(x, first[i], second[i]) where i is the place in a row of `features`; one place is for all.
#define BY_FEATURE(NAME, STRUCT, FIRST, SECOND, EXPRESSION) \
  INLINE void NAME##_row(const float *x, float *y, const float *first, const float *second, size_t count, bool one) { \
    const vf onlyFirst = vset(*first), onlySecond = vset(*second); \
    for (size_t n = 0; n < count; n += LANES) { \
      const size_t here = count - n < LANES ? count - n : LANES; \
      const vf u = vload_some(x + n, here); \
      const vf s = one ? onlyFirst : vload_some(first + n, here), t = one ? onlySecond : vload_some(second + n, here); \
      vstore_some(y + n, EXPRESSION, here); \
    } \
  } \
  static void NAME(const void *parameters, const swiftlet_run *run) { \
    const STRUCT *p = parameters; \
    const float *x = run->tensors[p->input]; \
    float *y = run->tensors[p->output]; \
    const size_t count = run->rows * p->count; \
    if (p->features == 1) return NAME##_row(x, y, p->FIRST, p->SECOND, count, true); \
    for (size_t n = 0; n < count; n += p->features) \
      NAME##_row(x + n, y + n, p->FIRST, p->SECOND, p->features, false); \
  }

BY_FEATURE(rescale, swiftlet_rescale, scale, offset, u * s + t)
BY_FEATURE(normalize, swiftlet_normalize, mean, deviation, (u - s) / t)

static void copy(const void *parameters, const swiftlet_run *run) {
  const swiftlet_copy *p = parameters;
  const void *from = run->tensors[p->input];
  void *to = run->tensors[p->output];
  if (to != from) memcpy(to, from, run->rows * p->count * sizeof(float));
}
