/// Normalization along the last axis.

/// How many rows are taken at once, so that one's sums are brought together while another's are still made.
#define NORMALIZED_ROWS 4

/// total + d, or total + d^2.
INLINE vf plus_deviation(const bool isSquared, vf total, vf d) { return isSquared ? vfma(d, d, total) : total + d; }

/// For each of R rows, `length` apart, the sum of x[i] - mean[r], or of its square, by sixteen lanes and the tree.
INLINE void deviations(
  const int R, const bool isSquared, const float *x, size_t length, const vf *mean, float *sums) {
  lanes total[NORMALIZED_ROWS];
  UNROLL
  for (int r = 0; r < R; r++) total[r] = lanes_of(0);
  size_t n = 0;
  for (; n + SWIFTLET_PANEL <= length; n += SWIFTLET_PANEL) {
    UNROLL
    for (int r = 0; r < R; r++) {
      UNROLL
      for (int i = 0; i < PER_PANEL; i++) {
        const vf d = vload(x + (size_t)r * length + n + i * LANES) - mean[r];
        total[r].part[i] = plus_deviation(isSquared, total[r].part[i], d);
      }
    }
  }
  for (int i = 0; i < PER_PANEL && n < length; i++) {
    const size_t here = share(length - n, i);
    if (here == 0) break;
    const vi inside = below(here);
    UNROLL
    for (int r = 0; r < R; r++) {
      const vf d = vload_some(x + (size_t)r * length + n + i * LANES, here) - mean[r];
      total[r].part[i] = plus_deviation(isSquared, total[r].part[i], (vf)(inside & (vi)d));
    }
  }
  UNROLL
  for (int r = 0; r < R; r++) sums[r] = tree_sum(total[r]);
}

INLINE void normalize_layer_rows(const int R, const swiftlet_layer_normalization *p, const float *x, float *y) {
  const size_t length = p->length;
  vf mean[NORMALIZED_ROWS], inverse[NORMALIZED_ROWS];
  float sums[NORMALIZED_ROWS];
  UNROLL
  for (int r = 0; r < R; r++) mean[r] = vset(0);
  deviations(R, false, x, length, mean, sums);
  UNROLL
  for (int r = 0; r < R; r++) mean[r] = vset(sums[r] / (float)length);
  deviations(R, true, x, length, mean, sums);
  UNROLL
  for (int r = 0; r < R; r++) inverse[r] = vset(1 / sqrtf(sums[r] / (float)length + p->epsilon));
  for (size_t n = 0; n < length; n += LANES) {
    const size_t here = length - n < LANES ? length - n : LANES;
    const vf s = p->scale ? vload_some(p->scale + n, here) : vset(1);
    const vf t = p->offset ? vload_some(p->offset + n, here) : vset(0);
    UNROLL
    for (int r = 0; r < R; r++) {
      const size_t at = (size_t)r * length + n;
      vstore_some(y + at, vfma((vload_some(x + at, here) - mean[r]) * inverse[r], s, t), here);
    }
  }
}

static void normalize_layer(const void *parameters, const swiftlet_run *run) {
  const swiftlet_layer_normalization *p = parameters;
  const size_t length = p->length;
  const float *x = run->tensors[p->input];
  float *y = run->tensors[p->output];
  if (length == 0) return;  // Rows of no elements may be more than can be counted through.
  size_t rows = run->rows * p->groups;
  for (; rows >= NORMALIZED_ROWS; rows -= NORMALIZED_ROWS, x += NORMALIZED_ROWS * length, y += NORMALIZED_ROWS * length)
    normalize_layer_rows(NORMALIZED_ROWS, p, x, y);
  for (; rows > 0; rows--, x += length, y += length) normalize_layer_rows(1, p, x, y);
}
