/// Depthwise convolution: every channel has kernels of its own, so the vector lanes run across channels.
///
/// Each output is one chain of fused multiply-adds from the bias along the kernel's rows and columns. Kernel rows
/// above or below the image are left out; elements left and right of it count as +0.

/// How many output columns share the elements that they load.
#define DEPTHWISE_ACROSS 8
/// How many vectors of channels the general path takes at once.
#define DEPTHWISE_VECTORS 4

/// Some output columns of one output row.
typedef struct depthwise_strip {
  const float *image;  ///< the first input row that the window touches within the image
  size_t rowStep;  ///< between the input rows that the window touches
  size_t width, channels;  ///< of the image
  size_t first;  ///< input column under the window's first column, modulo SIZE_MAX + 1: it may lie before the image
  const float *kernel;  ///< at the first of those rows
  size_t rows;  ///< how many kernel rows touch the image
  const float *bias;  ///< NULL for zeros
  float *to;
  float low, high;  ///< what the results are clipped to
} depthwise_strip;

static const float nothing[LANES] __attribute__((aligned(64)));

/// C columns of a kernel three columns wide, STRIDE apart, for LANES channels from channel `n` on.
INLINE void depthwise_three(const int C, const int STRIDE, const depthwise_strip *t, size_t n) {
  enum { MOST = (DEPTHWISE_ACROSS - 1) * 2 + 3 };
  const int count = (C - 1) * STRIDE + 3;
  const size_t channels = t->channels, width = t->width, first = t->first;
  const float *from = t->image + n, *kernel = t->kernel + n;
  vf sum[DEPTHWISE_ACROSS];
  const vf start = t->bias ? vload(t->bias + n) : vset(0);
  UNROLL
  for (int c = 0; c < C; c++) sum[c] = start;
  KEEP_ROLLED
  for (size_t rows = t->rows; rows > 0; rows--) {
    vf x[MOST];
    UNROLL
    for (int i = 0; i < count; i++) {
      const size_t column = first + (size_t)i;
      // Only two columns on either side can lie outside.
      const bool within = (i >= 2 && i < count - 2) || column < width;
      x[i] = vload(within ? from + column * channels : nothing);
    }
    UNROLL
    for (int k = 0; k < 3; k++) {
      const vf weight = vload(kernel + (size_t)k * channels);
      UNROLL
      for (int c = 0; c < C; c++) sum[c] = vfma(x[c * STRIDE + k], weight, sum[c]);
    }
    from += t->rowStep;
    kernel += 3 * channels;
  }
  const vf low = vset(t->low), high = vset(t->high);
  float *const to = t->to + n;
  UNROLL
  for (int c = 0; c < C; c++) vstore(to + (size_t)c * channels, vmin(high, vmax(low, sum[c])));
}

#define STRIP(C, S) \
  static void depthwise_##C##_by_##S(const depthwise_strip *t) { \
    /* The last vector may cover channels of the one before again. */ \
    KEEP_ROLLED \
    for (size_t n = 0; n < t->channels; n += LANES) \
      depthwise_three(C, S, t, t->channels - n < LANES ? t->channels - LANES : n); \
  }
#define STRIPS(M, S) M(1, S) M(2, S) M(3, S) M(4, S) M(5, S) M(6, S) M(7, S) M(8, S)
STRIPS(STRIP, 1)
STRIPS(STRIP, 2)
#define STRIP_ENTRY(C, S) [C] = depthwise_##C##_by_##S,
static void (*const depthwise_strips[3][DEPTHWISE_ACROSS + 1])(const depthwise_strip *) = {
  [1] = {STRIPS(STRIP_ENTRY, 1)}, [2] = {STRIPS(STRIP_ENTRY, 2)},
};

/// The kernel rows that touch the image.
typedef struct kernel_rows {
  size_t begin, end;
} kernel_rows;

/// Those of output row `row`.
INLINE kernel_rows rows_within(const swiftlet_window *w, size_t row) {
  const size_t down = row * w->strideHeight;
  kernel_rows r = {0, w->height};
  if (down < w->paddingTop) r.begin = parts(w->paddingTop - down, w->dilationHeight);
  if (r.begin > w->height) r.begin = w->height;
  const size_t bottom = w->inputHeight + w->paddingTop;
  const size_t below = down < bottom ? parts(bottom - down, w->dilationHeight) : 0;
  if (below < r.end) r.end = below;
  if (r.end < r.begin) r.end = r.begin;
  return r;
}

/// One output row of a three-column kernel with the strides 1 or 2, in vectors of LANES channels.
static void depthwise_row_of_three(
  const swiftlet_depthwise *p, depthwise_strip t, const float *image, const float *kernel, float *to) {
  const swiftlet_window *w = &p->window;
  const size_t across = parts(w->outputWidth, parts(w->outputWidth, DEPTHWISE_ACROSS));
  t.image = image;
  t.kernel = kernel;
  t.bias = p->bias;
  for (size_t column = 0; column < w->outputWidth; column += across) {
    const size_t left = w->outputWidth - column;
    t.first = column * w->strideWidth - w->paddingLeft;
    t.to = to + column * p->channels;
    depthwise_strips[w->strideWidth][left < across ? left : across](&t);
  }
}

/// One output element for up to DEPTHWISE_VECTORS vectors of output channels, `count` channels in all.
INLINE void depthwise_any(
  const swiftlet_depthwise *p, const depthwise_strip *t, size_t channel, size_t count) {
  const swiftlet_window *w = &p->window;
  const size_t outputs = p->channels * p->multiplier;
  vf sum[DEPTHWISE_VECTORS];
  size_t lanes[DEPTHWISE_VECTORS];
  UNROLL
  for (int v = 0; v < DEPTHWISE_VECTORS; v++) {
    const size_t before = (size_t)v * LANES;
    lanes[v] = count <= before ? 0 : count - before < LANES ? count - before : LANES;
    sum[v] = t->bias && lanes[v] ? vload_some(t->bias + channel + before, lanes[v]) : vset(0);
  }
  const float *row = t->image, *kernel = t->kernel + channel;
  for (size_t rows = t->rows; rows > 0; rows--, row += t->rowStep) {
    size_t column = t->first;
    for (size_t k = 0; k < w->width; k++, column += w->dilationWidth, kernel += outputs) {
      const float *at = column < w->inputWidth ? row + column * p->channels : NULL;
      UNROLL
      for (int v = 0; v < DEPTHWISE_VECTORS; v++) {
        if (lanes[v] == 0) continue;
        const size_t n = channel + (size_t)v * LANES;
        vf x = vset(0);
        if (at && p->multiplier == 1) {
          x = vload_some(at + n, lanes[v]);
        } else if (at) {
          float each[LANES];
          for (size_t i = 0; i < LANES; i++) each[i] = i < lanes[v] ? at[(n + i) / p->multiplier] : 0;
          x = vload(each);
        }
        sum[v] = vfma(x, vload_some(kernel + (size_t)v * LANES, lanes[v]), sum[v]);
      }
    }
  }
  const vf low = vset(t->low), high = vset(t->high);
  UNROLL
  for (int v = 0; v < DEPTHWISE_VECTORS; v++)
    if (lanes[v]) vstore_some(t->to + channel + (size_t)v * LANES, vmin(high, vmax(low, sum[v])), lanes[v]);
}

static void depthwise_row(
  const swiftlet_depthwise *p, depthwise_strip t, const float *image, const float *kernel, float *to) {
  const swiftlet_window *w = &p->window;
  const size_t outputs = p->channels * p->multiplier, most = DEPTHWISE_VECTORS * LANES;
  t.image = image;
  t.kernel = kernel;
  t.bias = p->bias;
  t.to = to;
  for (size_t column = 0; column < w->outputWidth; column++, t.to += outputs) {
    t.first = column * w->strideWidth - w->paddingLeft;
    for (size_t n = 0; n < outputs; n += most) depthwise_any(p, &t, n, outputs - n < most ? outputs - n : most);
  }
}

static void convolve_depthwise(const void *parameters, const swiftlet_run *run) {
  const swiftlet_depthwise *p = parameters;
  const swiftlet_window *w = &p->window;
  const size_t outputs = p->channels * p->multiplier, line = w->inputWidth * p->channels;
  const float *image = run->tensors[p->input];
  float *to = run->tensors[p->output];
  depthwise_strip strip = {.rowStep = w->dilationHeight * line, .width = w->inputWidth, .channels = p->channels};
  const swiftlet_activation *after = clip_of(&p->activation, &strip.low, &strip.high);
  // A strip asks only of the two outermost columns on either side whether they lie within the image.
  const bool three = w->width == 3 && w->dilationWidth == 1 && w->strideWidth <= 2 && w->paddingLeft <= 2
    && (w->outputWidth - 1) * w->strideWidth + 3 <= w->inputWidth + w->paddingLeft + 2
    && p->multiplier == 1 && p->channels >= LANES;
  for (size_t row = 0; row < run->rows; row++, image += w->inputHeight * line) {
    for (size_t y = 0; y < w->outputHeight; y++, to += w->outputWidth * outputs) {
      const kernel_rows r = rows_within(w, y);
      depthwise_strip t = strip;
      t.rows = r.end - r.begin;
      const size_t top = y * w->strideHeight + r.begin * w->dilationHeight - w->paddingTop;
      const float *from = t.rows ? image + top * line : image, *kernel = p->kernel + r.begin * w->width * outputs;
      if (three)
        depthwise_row_of_three(p, t, from, kernel, to);
      else
        depthwise_row(p, t, from, kernel, to);
      if (after) activate_array(after, to, to, w->outputWidth * outputs);
    }
  }
}
