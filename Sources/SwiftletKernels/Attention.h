/// Scaled dot product attention. For each head of a batch row the keys are packed as a transposed matrix and the
/// values as a plain one; then some queries at a time get their scores, exponentials and weighted sum of values.

INLINE v4 v4_load(const float *p) {
  v4 x;
  memcpy(&x, p, sizeof x);
  return x;
}

/// Packs the transpose of (count, length), whose rows lie `stride` apart, in panels of sixteen columns.
static void pack_transposed(const float *from, size_t stride, size_t count, size_t length, float *packed) {
  for (size_t n = 0; n < parts(count, SWIFTLET_PANEL) * SWIFTLET_PANEL; n += 4) {
    float *to = packed + n / SWIFTLET_PANEL * SWIFTLET_PANEL * length + n % SWIFTLET_PANEL;
    const float *row = from + n * stride;
    size_t k = 0;
    if (n + 4 <= count) {
      for (; k + 4 <= length; k += 4) {
        const v4 a = v4_load(row + k), b = v4_load(row + stride + k);
        const v4 c = v4_load(row + 2 * stride + k), d = v4_load(row + 3 * stride + k);
        const v4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), AB = __builtin_shufflevector(a, b, 2, 6, 3, 7);
        const v4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5), CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
        const v4 columns[] = {
          __builtin_shufflevector(ab, cd, 0, 1, 4, 5), __builtin_shufflevector(ab, cd, 2, 3, 6, 7),
          __builtin_shufflevector(AB, CD, 0, 1, 4, 5), __builtin_shufflevector(AB, CD, 2, 3, 6, 7)};
        UNROLL
        for (int i = 0; i < 4; i++) memcpy(to + (k + (size_t)i) * SWIFTLET_PANEL, &columns[i], sizeof columns[i]);
      }
    }
    for (; k < length; k++)
      for (size_t i = 0; i < 4; i++) to[k * SWIFTLET_PANEL + i] = n + i < count ? row[i * stride + k] : 0;
  }
}

/// How many rows of scores are taken at once, so that none waits for each of its results alone.
#define ATTENTION_ROWS 4

/// In each of R rows, `stride` apart, replaces `count` scores by exp(scale * score - the largest of these), and those
/// behind them, up to `whole`, by 0. `sums` gets the rows' sums, by sixteen lanes and the tree. A NaN reaches every
/// output by way of the sum.
INLINE void exponentials(
  const int R, float *x, size_t stride, size_t count, size_t whole, const vf scale, float *sums) {
  lanes most[ATTENTION_ROWS], total[ATTENTION_ROWS];
  vf largest[ATTENTION_ROWS];
  UNROLL
  for (int r = 0; r < R; r++) {
    most[r] = lanes_of(-INFINITY);
    total[r] = lanes_of(0);
  }
  const size_t full = count / SWIFTLET_PANEL * SWIFTLET_PANEL, left = count - full;
  for (size_t n = 0; n < full; n += SWIFTLET_PANEL) {
    UNROLL
    for (int r = 0; r < R; r++) {
      UNROLL
      for (int i = 0; i < PER_PANEL; i++)
        most[r].part[i] = vmax(vload(x + (size_t)r * stride + n + i * LANES), most[r].part[i]);
    }
  }
  // The room for a row's scores ends with a panel, so that whole vectors can be read and written.
  for (int i = 0; i < PER_PANEL && left > 0; i++) {
    const vi inside = below(share(left, i));
    UNROLL
    for (int r = 0; r < R; r++) {
      const vf score = vload(x + (size_t)r * stride + full + i * LANES);
      most[r].part[i] = vmax(vselect(inside, score, vset(-INFINITY)), most[r].part[i]);
    }
  }
  // The scale is positive: the largest product is that of the largest score.
  UNROLL
  for (int r = 0; r < R; r++) largest[r] = vset(tree_maximum(most[r])) * scale;
  for (size_t n = 0; n < full; n += SWIFTLET_PANEL) {
    UNROLL
    for (int i = 0; i < PER_PANEL; i++) {
      float *const at = x + n + i * LANES;
      vf e[ATTENTION_ROWS];
      UNROLL
      for (int r = 0; r < R; r++) e[r] = vload(at + (size_t)r * stride) * scale - largest[r];
      vexps_negative(R, e);
      UNROLL
      for (int r = 0; r < R; r++) {
        vstore(at + (size_t)r * stride, e[r]);
        total[r].part[i] = total[r].part[i] + e[r];
      }
    }
  }
  for (int i = 0; i < PER_PANEL && left > 0; i++) {
    const vi inside = below(share(left, i));
    UNROLL
    for (int r = 0; r < R; r++) {
      float *at = x + (size_t)r * stride + full + i * LANES;
      const vf e = (vf)(inside & (vi)vexp_negative(vload(at) * scale - largest[r]));
      vstore(at, e);
      total[r].part[i] = total[r].part[i] + e;
    }
  }
  const size_t end = left > 0 ? full + SWIFTLET_PANEL : full;
  UNROLL
  for (int r = 0; r < R; r++) {
    if (end < whole) memset(x + (size_t)r * stride + end, 0, (whole - end) * sizeof *x);
    sums[r] = tree_sum(total[r]);
  }
}

static void attend(const void *parameters, const swiftlet_run *run) {
  const swiftlet_attention *p = parameters;
  const size_t keys = p->keys, keyLength = p->keyLength, valueLength = p->valueLength;
  const size_t whole = parts(keys, SWIFTLET_PANEL) * SWIFTLET_PANEL, outputStride = p->heads * valueLength;
  float *const packedKeys = run->scratch;
  float *const packedValues = packedKeys + whole * keyLength;
  float *const scores = packedValues + swiftlet_packed_count(keys, valueLength);
  if (p->queries == 0) return;
  const size_t step = parts(p->queries, parts(p->queries, SWIFTLET_ATTENTION_QUERIES));
  const vf scale = vset(p->scale);
  for (size_t m = 0; m < run->rows; m++) {
    const float *query = (const float *)run->tensors[p->query] + m * p->queryRow + p->queryOffset;
    const float *key = (const float *)run->tensors[p->key] + m * p->keyRow + p->keyOffset;
    const float *value = (const float *)run->tensors[p->value] + m * p->valueRow + p->valueOffset;
    float *output = (float *)run->tensors[p->output] + m * p->queries * outputStride;
    for (size_t head = 0; head < p->heads; head++) {
      pack_transposed(key + head * keyLength, p->keyStride, keys, keyLength, packedKeys);
      swiftlet_pack(value + head * valueLength, p->valueStride, 1, keys, valueLength, packedValues);
      for (size_t i = 0; i < p->queries; i += step) {
        const size_t count = p->queries - i < step ? p->queries - i : step;
        float *y = output + i * outputStride + head * valueLength;
        matmul(&(swiftlet_product){
          .rows = count, .inner = keyLength, .columns = whole,
          .a = query + i * p->queryStride + head * keyLength, .aRowStride = p->queryStride, .aColumnStride = 1,
          .packed = packedKeys, .c = scores, .cRowStride = whole,
        });
        float sums[SWIFTLET_ATTENTION_QUERIES];
        size_t r = 0;
        if (!p->isCausal)
          for (; r + ATTENTION_ROWS <= count; r += ATTENTION_ROWS)
            exponentials(ATTENTION_ROWS, scores + r * whole, whole, keys, keys, scale, sums + r);
        for (; r < count; r++) {
          const size_t seen = p->isCausal && i + r + 1 < keys ? i + r + 1 : keys;
          exponentials(1, scores + r * whole, whole, seen, keys, scale, sums + r);
        }
        matmul(&(swiftlet_product){
          .rows = count, .inner = keys, .columns = valueLength, .a = scores, .aRowStride = whole, .aColumnStride = 1,
          .packed = packedValues, .c = y, .cRowStride = outputStride,
        });
        for (r = 0; r < count; r++) {
          const vf sum = vset(sums[r]);
          for (size_t c = 0; c < valueLength; c += LANES) {
            float *at = y + r * outputStride + c;
            const size_t here = valueLength - c < LANES ? valueLength - c : LANES;
            vstore_some(at, vload_some(at, here) / sum, here);
          }
        }
      }
    }
  }
}
