/// Pooling, and padding with zeros. Vector lanes run across channels; Spec/arithmetic.md has the order of sums.

/// The elements of one window that lie within the input.
typedef struct pooled_window {
  const float *x;  ///< the first of them, channel 0
  size_t height, width;
  size_t rowStride, columnStride;  ///< floats between neighbours in the window
  size_t channels;
  float *y;  ///< (channels)
} pooled_window;

/// a, where b is the larger; NaN where either is NaN.
INLINE vf larger(vf x, vf most) { return vselect(x == x, vmax(x, most), x); }

INLINE void pool_window(const bool isMaximum, const pooled_window *t, const size_t height, const size_t width) {
  const size_t rowStride = t->rowStride, columnStride = t->columnStride, channels = t->channels;
  const vf divisor = vset((float)(height * width));
  for (size_t c = 0; c < channels; c += LANES) {
    const size_t here = channels - c < LANES ? channels - c : LANES;
    vf y = vset(isMaximum ? -INFINITY : 0);
    for (size_t i = 0; i < height; i++) {
      const float *x = t->x + c + i * rowStride;
      for (size_t j = 0; j < width; j++, x += columnStride) {
        const vf z = vload_some(x, here);
        y = isMaximum ? larger(z, y) : y + z;
      }
    }
    vstore_some(t->y + c, isMaximum ? y : y / divisor, here);
  }
}

/// Which of a window's places along one axis lie within the input: `count` from the input's `start` on.
typedef struct window_part {
  size_t start, count;
} window_part;

INLINE window_part part_within(
  size_t output, size_t stride, size_t padding, size_t dilation, size_t size, size_t input) {
  size_t start = output * stride, skipped = 0;
  if (start < padding) {
    skipped = parts(padding - start, dilation);
    start += skipped * dilation;
  }
  start -= padding;
  if (skipped >= size || start >= input) return (window_part){0, 0};
  const size_t room = parts(input - start, dilation);
  return (window_part){start, size - skipped < room ? size - skipped : room};
}

INLINE void pool(const bool isMaximum, const swiftlet_pooling *p, const swiftlet_run *run) {
  const swiftlet_window w = p->window;
  const float *x = run->tensors[p->input];
  pooled_window t = {
    .rowStride = w.dilationHeight * w.inputWidth * p->channels, .columnStride = w.dilationWidth * p->channels,
    .channels = p->channels, .y = run->tensors[p->output],
  };
  for (size_t m = 0; m < run->rows; m++, x += w.inputHeight * w.inputWidth * p->channels) {
    for (size_t i = 0; i < w.outputHeight; i++) {
      const window_part rows =
        part_within(i, w.strideHeight, w.paddingTop, w.dilationHeight, w.height, w.inputHeight);
      for (size_t j = 0; j < w.outputWidth; j++, t.y += p->channels) {
        const window_part columns =
          part_within(j, w.strideWidth, w.paddingLeft, w.dilationWidth, w.width, w.inputWidth);
        t.x = x + (rows.start * w.inputWidth + columns.start) * p->channels;
        // With constant sizes the loops over the window become straight code.
        if (rows.count == 2 && columns.count == 2)
          pool_window(isMaximum, &t, 2, 2);
        else if (rows.count == 3 && columns.count == 3)
          pool_window(isMaximum, &t, 3, 3);
        else if (rows.count == 1 && columns.count == 2)
          pool_window(isMaximum, &t, 1, 2);
        else
          pool_window(isMaximum, &t, rows.count, columns.count);
      }
    }
  }
}

static void pool_maximum(const void *parameters, const swiftlet_run *run) { pool(true, parameters, run); }
static void pool_average(const void *parameters, const swiftlet_run *run) { pool(false, parameters, run); }

/// One vector of channels over all positions: position p belongs to virtual lane p mod 16.
INLINE vf pool_positions(const bool isMaximum, const float *x, size_t positions, size_t channels, const size_t here) {
  const vf start = vset(isMaximum ? -INFINITY : 0);
  vf lane[SWIFTLET_PANEL];
  UNROLL
  for (int i = 0; i < SWIFTLET_PANEL; i++) lane[i] = start;
  size_t p = 0;
  KEEP_ROLLED
  for (; p + SWIFTLET_PANEL <= positions; p += SWIFTLET_PANEL) {
    UNROLL
    for (int i = 0; i < SWIFTLET_PANEL; i++, x += channels) {
      const vf z = vload_some(x, here);
      lane[i] = isMaximum ? larger(z, lane[i]) : lane[i] + z;
    }
  }
  const size_t left = positions - p;
  UNROLL
  for (int i = 0; i < SWIFTLET_PANEL - 1; i++) {
    if ((size_t)i >= left) break;
    const vf z = vload_some(x + (size_t)i * channels, here);
    lane[i] = isMaximum ? larger(z, lane[i]) : lane[i] + z;
  }
  UNROLL
  for (int w = SWIFTLET_PANEL / 2; w > 0; w /= 2) {
    UNROLL
    for (int i = 0; i < w; i++) lane[i] = isMaximum ? larger(lane[i], lane[i + w]) : lane[i] + lane[i + w];
  }
  return lane[0];
}

INLINE void pool_global(const bool isMaximum, const swiftlet_global_pooling *p, const swiftlet_run *run) {
  const size_t channels = p->channels, positions = p->positions;
  const float *x = run->tensors[p->input];
  float *y = run->tensors[p->output];
  const vf divisor = vset((float)positions);
  for (size_t m = 0; m < run->rows; m++, x += positions * channels, y += channels) {
    size_t c = 0;
    for (; c + LANES <= channels; c += LANES) {
      const vf z = pool_positions(isMaximum, x + c, positions, channels, LANES);
      vstore(y + c, isMaximum ? z : z / divisor);
    }
    if (c < channels) {
      const vf z = pool_positions(isMaximum, x + c, positions, channels, channels - c);
      vstore_some(y + c, isMaximum ? z : z / divisor, channels - c);
    }
  }
}

static void pool_global_maximum(const void *parameters, const swiftlet_run *run) { pool_global(true, parameters, run); }
static void pool_global_average(const void *parameters, const swiftlet_run *run) { pool_global(false, parameters, run); }

static void pad(const void *parameters, const swiftlet_run *run) {
  const swiftlet_padding *p = parameters;
  const float *x = run->tensors[p->input];
  float *y = run->tensors[p->output];
  const size_t wide = p->inputWidth * p->channels, whole = p->outputWidth * p->channels;
  const size_t before = p->left * p->channels;
  // Lines of no elements take no memory, and so there may be more of them than can be counted through.
  if (whole == 0) return;
  for (size_t m = 0; m < run->rows; m++) {
    for (size_t i = 0; i < p->outputHeight; i++, y += whole) {
      if (i < p->top || i - p->top >= p->inputHeight) {
        memset(y, 0, whole * sizeof *y);
        continue;
      }
      memset(y, 0, before * sizeof *y);
      memcpy(y + before, x, wide * sizeof *y);
      memset(y + before + wide, 0, (whole - before - wide) * sizeof *y);
      x += wide;
    }
  }
}
