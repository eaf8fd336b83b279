/// Convolutions of three by three by Winograd's algorithm F(4 x 4, 3 x 3), which needs a quarter of the
/// multiplications: tiles of 6 x 6 inputs are transformed, each of their 36 elements is a matrix product of its own
/// over the channels, and the 36 results are transformed into 4 x 4 outputs.
///
/// The transforms are polynomial evaluation and interpolation at 0, +-a, +-b and infinity. The usual points, 1 and 2,
/// give three times the rounding error of 11/16 and 11/8, all of whose products below are exact in binary.

#define POINT_A 0.6875f
#define POINT_B 1.375f

/// Values of six inputs' polynomial at the points.
INLINE void transform_inputs(const vf d[6], vf v[6]) {
  const vf a = vset(POINT_A), b = vset(POINT_B), a2 = vset(-POINT_A * POINT_A), b2 = vset(-POINT_B * POINT_B);
  const vf product = vset(POINT_A * POINT_A * POINT_B * POINT_B);
  const vf sum = vset(-(POINT_A * POINT_A + POINT_B * POINT_B));
  const vf evenA = vfma(b2, d[2], d[4]), oddA = vfma(b2, d[1], d[3]);
  const vf evenB = vfma(a2, d[2], d[4]), oddB = vfma(a2, d[1], d[3]);
  v[0] = vfma(product, d[0], vfma(sum, d[2], d[4]));
  v[1] = vfma(a, oddA, evenA);
  v[2] = vfma(-a, oddA, evenA);
  v[3] = vfma(b, oddB, evenB);
  v[4] = vfma(-b, oddB, evenB);
  v[5] = vfma(product, d[1], vfma(sum, d[3], d[5]));
}

/// Four outputs from six products.
INLINE void transform_outputs(const vf m[6], vf y[4]) {
  const vf sumA = m[1] + m[2], differenceA = m[1] - m[2], sumB = m[3] + m[4], differenceB = m[3] - m[4];
  y[0] = (m[0] + sumA) + sumB;
  y[1] = vfma(vset(POINT_B), differenceB, vset(POINT_A) * differenceA);
  y[2] = vfma(vset(POINT_B * POINT_B), sumB, vset(POINT_A * POINT_A) * sumA);
  y[3] = vfma(
    vset(POINT_B * POINT_B * POINT_B), differenceB,
    vfma(vset(POINT_A * POINT_A * POINT_A), differenceA, m[5]));
}

/// One vector of channels of a tile whose elements lie `at`. `to` is where the first of the 36 goes, `step` apart.
INLINE void transform_tile(
  const float *const at[36], size_t n, const bool whole, size_t lanes, float *to, size_t step) {
  vf t[6][6];
  UNROLL
  for (int j = 0; j < 6; j++) {
    vf d[6], v[6];
    UNROLL
    for (int i = 0; i < 6; i++) d[i] = whole ? vload(at[i * 6 + j] + n) : vload_part(at[i * 6 + j] + n, lanes);
    transform_inputs(d, v);
    UNROLL
    for (int i = 0; i < 6; i++) t[i][j] = v[i];
  }
  UNROLL
  for (int i = 0; i < 6; i++) {
    vf v[6];
    transform_inputs(t[i], v);
    UNROLL
    for (int j = 0; j < 6; j++) {
      float *place = to + (size_t)(i * 6 + j) * step + n;
      if (whole)
        vstore(place, v[j]);
      else
        vstore_part(place, v[j], lanes);
    }
  }
}

/// Where a tile's results go: up to 4 x 4 elements of the output.
typedef struct winograd_target {
  float *to;
  const float *residual;  ///< NULL for none
  const float *bias;  ///< NULL for none
  size_t line, filters;  ///< between lines of the output, and between neighbours
  size_t height, width;  ///< how many of the four there are
  float low, high;
} winograd_target;

/// One vector of filters of a tile, from 36 products that lie `step` apart.
INLINE void finish_tile(
  const float *from, size_t step, const winograd_target *o, size_t n, const bool whole, size_t lanes) {
  vf t[6][4];
  UNROLL
  for (int j = 0; j < 6; j++) {
    vf m[6];
    UNROLL
    for (int i = 0; i < 6; i++) {
      const float *place = from + (size_t)(i * 6 + j) * step + n;
      m[i] = whole ? vload(place) : vload_part(place, lanes);
    }
    transform_outputs(m, t[j]);
  }
  const vf low = vset(o->low), high = vset(o->high);
  const vf bias = !o->bias ? vset(0) : whole ? vload(o->bias + n) : vload_part(o->bias + n, lanes);
  UNROLL
  for (int i = 0; i < 4; i++) {
    const vf m[6] = {t[0][i], t[1][i], t[2][i], t[3][i], t[4][i], t[5][i]};
    vf y[4];
    transform_outputs(m, y);
    if ((size_t)i >= o->height) continue;
    UNROLL
    for (int j = 0; j < 4; j++) {
      if ((size_t)j >= o->width) continue;
      const size_t place = (size_t)i * o->line + (size_t)j * o->filters + n;
      vf x = y[j] + bias;
      if (o->residual) x = x + (whole ? vload(o->residual + place) : vload_part(o->residual + place, lanes));
      x = vmin(high, vmax(low, x));
      if (whole)
        vstore(o->to + place, x);
      else
        vstore_part(o->to + place, x, lanes);
    }
  }
}

/// A tile of one of the images.
typedef struct winograd_tile {
  size_t image, y, x;  ///< y and x in the output
} winograd_tile;

INLINE winograd_tile tile_at(const swiftlet_window *w, size_t index) {
  const size_t across = parts(w->outputWidth, 4), each = across * parts(w->outputHeight, 4);
  const size_t within = index % each;
  return (winograd_tile){index / each, within / across * 4, within % across * 4};
}

static void transform_tile_inputs(
  const swiftlet_convolution *p, const float *image, winograd_tile tile, const float *zeros, float *to, size_t step) {
  const swiftlet_window *w = &p->window;
  const float *at[36];
  for (size_t i = 0; i < 6; i++)
    for (size_t j = 0; j < 6; j++) {
      const size_t y = tile.y + i - w->paddingTop, x = tile.x + j - w->paddingLeft;
      at[i * 6 + j] = y < w->inputHeight && x < w->inputWidth ? image + (y * w->inputWidth + x) * p->channels : zeros;
    }
  size_t n = 0;
  for (; n + LANES <= p->channels; n += LANES) transform_tile(at, n, true, LANES, to, step);
  if (n < p->channels) transform_tile(at, n, false, p->channels - n, to, step);
}

static void finish_tile_outputs(
  const float *from, size_t step, winograd_target o, size_t filters, const swiftlet_activation *after) {
  size_t n = 0;
  if (o.height >= 4 && o.width >= 4) {
    o.height = o.width = 4;
    for (; n + LANES <= filters; n += LANES) finish_tile(from, step, &o, n, true, LANES);
  } else {
    for (; n + LANES <= filters; n += LANES) finish_tile(from, step, &o, n, true, LANES);
  }
  if (n < filters) finish_tile(from, step, &o, n, false, filters - n);
  if (!after) return;
  for (size_t i = 0; i < 4 && i < o.height; i++) {
    float *line = o.to + i * o.line;
    activate_rows(after, line, o.filters, line, o.filters, o.width < 4 ? o.width : 4, filters);
  }
}

static void convolve_winograd(const swiftlet_convolution *p, const swiftlet_run *run) {
  const swiftlet_window *w = &p->window;
  const swiftlet_winograd s = swiftlet_winograd_sizes(p);
  const float *input = run->tensors[p->input];
  float *output = run->tensors[p->output];
  const float *residual = p->residual == SWIFTLET_NO_SLOT ? NULL : run->tensors[p->residual];
  float *zeros = run->scratch, *inputs = zeros + s.zeros, *products = inputs + s.inputs;
  memset(zeros, 0, p->channels * sizeof *zeros);
  const size_t inputCount = w->inputHeight * w->inputWidth * p->channels;
  const size_t outputCount = w->outputHeight * w->outputWidth * p->filters;
  const size_t all = run->rows * parts(w->outputHeight, 4) * parts(w->outputWidth, 4);
  const size_t most = all > s.tiles ? parts(all, parts(all, s.tiles)) : all;
  block t = {
    .rowStride = s.inputRow, .lines = 1, .taps = 1, .segment = p->channels,
    .panelStride = p->channels * SWIFTLET_PANEL, .cStride = s.productRow,
    .low = -INFINITY, .high = INFINITY,
  };
  winograd_target o = {.line = w->outputWidth * p->filters, .filters = p->filters};
  const swiftlet_activation *after = clip_of(&p->activation, &o.low, &o.high);
  for (size_t first = 0; first < all; first += most) {
    const size_t tiles = all - first < most ? all - first : most;
    for (size_t i = 0; i < tiles; i++) {
      const winograd_tile tile = tile_at(w, first + i);
      transform_tile_inputs(p, input + tile.image * inputCount, tile, zeros, inputs + i * s.inputRow, s.inputStep);
    }
    t.b = p->kernel;
    for (size_t filter = 0; filter < p->filters; filter += SWIFTLET_WINOGRAD_FILTERS) {
      const size_t left = p->filters - filter;
      const size_t filters = left < SWIFTLET_WINOGRAD_FILTERS ? left : SWIFTLET_WINOGRAD_FILTERS;
      for (size_t e = 0; e < 36; e++) {
        t.a = inputs + e * s.inputStep;
        t.c = products + e * s.productStep;
        multiply_rows(&t, tiles, filters, NULL);
        t.b += swiftlet_packed_count(p->channels, filters);
      }
      o.bias = p->bias ? p->bias + filter : NULL;
      for (size_t i = 0; i < tiles; i++) {
        const winograd_tile tile = tile_at(w, first + i);
        const size_t place = tile.image * outputCount + (tile.y * w->outputWidth + tile.x) * p->filters + filter;
        o.to = output + place;
        o.residual = residual ? residual + place : NULL;
        o.height = w->outputHeight - tile.y;
        o.width = w->outputWidth - tile.x;
        finish_tile_outputs(products + i * s.productRow, s.productStep, o, filters, after);
      }
    }
  }
}
