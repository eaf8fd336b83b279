/// Normalization along the last axis.

/// sum of (x[i] - mean)^2, by sixteen lanes and the tree.
INLINE float squared_deviations(const float *x, size_t count, vf mean) {
  lanes total = lanes_of(0);
  size_t n = 0;
  for (; n + SWIFTLET_PANEL <= count; n += SWIFTLET_PANEL) {
    UNROLL
    for (int i = 0; i < PER_PANEL; i++) {
      const vf d = vload(x + n + i * LANES) - mean;
      total.part[i] = vfma(d, d, total.part[i]);
    }
  }
  for (int i = 0; i < PER_PANEL && n < count; i++) {
    const size_t here = share(count - n, i);
    if (here == 0) break;
    const vf d = (vf)(below(here) & (vi)(vload_some(x + n + i * LANES, here) - mean));
    total.part[i] = vfma(d, d, total.part[i]);
  }
  return tree_sum(total);
}

static void normalize_layer(const void *parameters, const swiftlet_run *run) {
  const swiftlet_layer_normalization *p = parameters;
  const size_t rows = run->rows * p->groups, length = p->length;
  const float *x = run->tensors[p->input], *scale = p->scale, *offset = p->offset;
  float *y = run->tensors[p->output];
  if (length == 0) return;  // Rows of no elements may be more than can be counted through.
  for (size_t m = 0; m < rows; m++, x += length, y += length) {
    const vf mean = vset(sum(x, length) / (float)length);
    const float variance = squared_deviations(x, length, mean) / (float)length;
    const vf inverse = vset(1 / sqrtf(variance + p->epsilon));
    for (size_t n = 0; n < length; n += LANES) {
      const size_t here = length - n < LANES ? length - n : LANES;
      const vf s = scale ? vload_some(scale + n, here) : vset(1);
      const vf t = offset ? vload_some(offset + n, here) : vset(0);
      vstore_some(y + n, vfma((vload_some(x + n, here) - mean) * inverse, s, t), here);
    }
  }
}
