/// Element-wise activations over rows that may lie apart.

/// The first `count` <= LANES elements.
INLINE vf vload_some(const float *p, size_t count) { return count == LANES ? vload(p) : vload_part(p, count); }
INLINE void vstore_some(float *p, vf x, size_t count) {
  if (count == LANES)
    vstore(p, x);
  else
    vstore_part(p, x, count);
}

/// The smallest float above a positive x: ReLU's threshold itself counts as below, unless it is 0.
static float above(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  if (x > 0 && bits < 0x7f800000u) bits++;
  memcpy(&x, &bits, sizeof bits);
  return x;
}

INLINE vf vclip(vf x, float low, float high) { return vmin(vset(high), vmax(vset(low), x)); }

/// f(x). `kind` is a constant wherever this is inlined.
INLINE vf vactivate(const uint32_t kind, const swiftlet_activation *f, vf x) {
  const vf zero = vset(0), one = vset(1);
  switch (kind) {
    case SWIFTLET_RELU: {
      vf below = f->alpha == 0 ? (vf)((vi)x & (x != x)) : vset(f->alpha) * (x - vset(f->threshold));
      return vselect(x < vset(f->threshold), below, vmin(vset(f->beta), x));
    }
    case SWIFTLET_RELU6: return vclip(x, 0, 6);
    case SWIFTLET_LEAKY_RELU: return vselect(x < zero, vset(f->alpha) * x, x);
    case SWIFTLET_ELU: return vselect(x > zero, x, vset(f->alpha) * vexpm1_negative(x));
    case SWIFTLET_SELU:
      return vselect(x > zero, vset(1.05070098f) * x, vset(1.75809934f) * vexpm1_negative(x));
    case SWIFTLET_SIGMOID: return vsigmoid(x);
    case SWIFTLET_TANH: return vtanh(x);
    case SWIFTLET_SOFTPLUS: return vsoftplus(x);
    case SWIFTLET_SOFTSIGN: return x / (one + vabs(x));
    case SWIFTLET_GELU_TANH: return vgelu_tanh(x);
    case SWIFTLET_SILU: return x * vsigmoid(x);
    case SWIFTLET_EXPONENTIAL: return vexp(x);
    case SWIFTLET_HARD_SIGMOID: return vclip(vfma(x, vset(1.0f / 6), vset(0.5f)), 0, 1);
    case SWIFTLET_HARD_SIGMOID_LEGACY: return vclip(vfma(x, vset(0.2f), vset(0.5f)), 0, 1);
    case SWIFTLET_HEAVISIDE:
      return vselect(x == zero, vset(f->alpha), vselect(x < zero, zero, vselect(x > zero, one, x)));
    case SWIFTLET_SIGN:
      return vselect(x == zero, zero, vselect(x < zero, -one, vselect(x > zero, one, x)));
    case SWIFTLET_HARD_SILU: return x * vclip(vfma(x, vset(1.0f / 6), vset(0.5f)), 0, 1);
    default: return x;
  }
}

/// x[i] = f(x[i]).
INLINE void vactivate_each(const uint32_t kind, const swiftlet_activation *f, const int count, vf *x) {
  if (kind == SWIFTLET_GELU) return vgelus(count, x);
  EACH x[i] = vactivate(kind, f, x[i]);
}

/// y = f(x), `count` vectors at a time, as far as whole ones go. Returns how many columns that are.
INLINE size_t activate_vectors(
  const uint32_t kind, const swiftlet_activation *f, const int count, const float *x, float *y, size_t columns) {
  size_t n = 0;
  KEEP_ROLLED
  for (; n + (size_t)count * LANES <= columns; n += (size_t)count * LANES) {
    vf v[TOGETHER];
    EACH v[i] = vload(x + n + i * LANES);
    vactivate_each(kind, f, count, v);
    EACH vstore(y + n + i * LANES, v[i]);
  }
  return n;
}

INLINE void activate_kind(
  const uint32_t kind, const swiftlet_activation *f, const float *x, size_t xStride, float *y, size_t yStride,
  size_t rows, size_t columns) {
  for (size_t m = 0; m < rows; m++, x += xStride, y += yStride) {
    size_t n = 0;
    // What gains by it goes several vectors at a time, as far as there are registers for them.
    if (kind == SWIFTLET_GELU) {
      if (LANES == 16) n = activate_vectors(kind, f, TOGETHER, x, y, columns);
      n += activate_vectors(kind, f, 2, x + n, y + n, columns - n);
    }
    n += activate_vectors(kind, f, 1, x + n, y + n, columns - n);
    if (n == columns) continue;
    vf v = vload_part(x + n, columns - n);
    vactivate_each(kind, f, 1, &v);
    vstore_part(y + n, v, columns - n);
  }
}

/// y[m, n] = f(x[m, n]) for (rows, columns) with rows xStride and yStride apart. `x` may be `y`.
static void activate_rows(
  const swiftlet_activation *f, const float *x, size_t xStride, float *y, size_t yStride, size_t rows,
  size_t columns) {
  swiftlet_activation g = *f;
  if (g.kind == SWIFTLET_RELU) g.threshold = above(g.threshold);
  if (xStride == columns && yStride == columns) {
    columns *= rows;
    rows = 1;
  }
  switch (g.kind) {
#define KIND(K) \
  case K: activate_kind(K, &g, x, xStride, y, yStride, rows, columns); return;
    KIND(SWIFTLET_RELU) KIND(SWIFTLET_RELU6) KIND(SWIFTLET_LEAKY_RELU) KIND(SWIFTLET_ELU) KIND(SWIFTLET_SELU)
    KIND(SWIFTLET_SIGMOID) KIND(SWIFTLET_TANH) KIND(SWIFTLET_SOFTPLUS) KIND(SWIFTLET_SOFTSIGN)
    KIND(SWIFTLET_GELU) KIND(SWIFTLET_GELU_TANH) KIND(SWIFTLET_SILU) KIND(SWIFTLET_EXPONENTIAL)
    KIND(SWIFTLET_HARD_SIGMOID) KIND(SWIFTLET_HARD_SIGMOID_LEGACY) KIND(SWIFTLET_HEAVISIDE)
    KIND(SWIFTLET_SIGN) KIND(SWIFTLET_HARD_SILU)
#undef KIND
    default:
      if (x != y)
        for (size_t m = 0; m < rows; m++) memcpy(y + m * yStride, x + m * xStride, columns * sizeof(float));
  }
}

static void activate_array(const swiftlet_activation *f, const float *x, float *y, size_t count) {
  activate_rows(f, x, 0, y, 0, 1, count);
}

/// What a step that is compiled elsewhere calls by the table.
#define ACTIVATE_ARRAY activate_array

static void activate(const void *parameters, const swiftlet_run *run) {
  const swiftlet_activate *p = parameters;
  activate_array(&p->activation, run->tensors[p->input], run->tensors[p->output], run->rows * p->count);
}
