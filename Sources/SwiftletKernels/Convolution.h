/// Convolutions as matrix products whose A is never written out: its rows are read where they lie in the image.

/// The image amid zeros, as far as the windows reach. The zeros are there from the image before, unless `isFirst`.
static void pad_image(const swiftlet_window *w, size_t channels, const float *image, float *padded, bool isFirst) {
  const swiftlet_extent reach = swiftlet_window_reach(w);
  if (isFirst) memset(padded, 0, reach.height * reach.width * channels * sizeof *padded);
  if (reach.height <= w->paddingTop || reach.width <= w->paddingLeft) return;
  const size_t below = reach.height - w->paddingTop, beside = reach.width - w->paddingLeft;
  const size_t height = below < w->inputHeight ? below : w->inputHeight;
  const size_t width = beside < w->inputWidth ? beside : w->inputWidth;
  padded += (w->paddingTop * reach.width + w->paddingLeft) * channels;
  for (size_t y = 0; y < height; y++, image += w->inputWidth * channels, padded += reach.width * channels)
    memcpy(padded, image, width * channels * sizeof *padded);
}

static void convolve_direct(const swiftlet_convolution *p, const swiftlet_run *run) {
  const swiftlet_window *w = &p->window;
  const size_t channels = p->channels, positions = w->outputHeight * w->outputWidth;
  const size_t inner = w->height * w->width * channels;
  const float *input = run->tensors[p->input];
  const bool isPadded = swiftlet_window_is_padded(w);
  const size_t imageWidth = isPadded ? swiftlet_window_reach(w).width : w->inputWidth;
  const size_t line = imageWidth * channels, image = w->inputHeight * w->inputWidth * channels;
  // Where the columns of a window are neighbours, so are all floats of one of its lines.
  const bool areNeighbours = w->dilationWidth == 1 || w->width == 1;
  block t = {
    .lines = w->height, .lineStride = w->dilationHeight * line,
    .taps = areNeighbours ? 1 : w->width, .tapStride = w->dilationWidth * channels,
    .segment = areNeighbours ? w->width * channels : channels,
    .b = p->kernel, .panelStride = inner * SWIFTLET_PANEL,
    .isLarge = inner * p->filters > CACHED,
    .initial = p->bias, .initialStride = 0,
    .residual = p->residual == SWIFTLET_NO_SLOT ? NULL : run->tensors[p->residual], .residualStride = p->filters,
    .c = run->tensors[p->output], .cStride = p->filters,
  };
  const swiftlet_activation *after = clip_of(&p->activation, &t.low, &t.high);
  const size_t lineStep = w->strideHeight * line;
  grid g = {
    .at = input, .step = w->strideWidth * channels, .width = w->outputWidth, .height = w->outputHeight,
    .lineSkip = (ptrdiff_t)lineStep - (ptrdiff_t)(w->outputWidth * w->strideWidth * channels),
    .imageSkip = (ptrdiff_t)image - (ptrdiff_t)(w->outputHeight * lineStep),
  };
  if (!isPadded) return multiply_grid(&t, &g, run->rows * positions, p->filters, after);
  for (size_t row = 0; row < run->rows; row++, input += image) {
    pad_image(w, channels, input, run->scratch, row == 0);
    g.at = run->scratch;
    multiply_grid(&t, &g, positions, p->filters, after);
  }
}

/// Whether the output is the product of the input, as it lies there, and the kernel.
INLINE bool is_product(const swiftlet_window *w) {
  return w->height == 1 && w->width == 1 && w->strideHeight == 1 && w->strideWidth == 1
    && w->outputHeight == w->inputHeight && w->outputWidth == w->inputWidth;
}

static void convolve(const void *parameters, const swiftlet_run *run) {
  const swiftlet_convolution *p = parameters;
  switch (p->method) {
    case SWIFTLET_CONVOLUTION_DIRECT: break;
    case SWIFTLET_CONVOLUTION_WINOGRAD: return convolve_winograd(p, run);
  }
  if (!is_product(&p->window)) return convolve_direct(p, run);
  dense(&(swiftlet_dense){
    .input = p->input, .output = p->output, .residual = p->residual, .inputs = p->channels, .outputs = p->filters,
    .positions = p->window.outputHeight * p->window.outputWidth, .kernel = p->kernel, .bias = p->bias,
    .activation = p->activation,
  }, run);
}
