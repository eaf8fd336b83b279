/// Winograd's algorithm: its sizes, and its kernels.
#include "Kernels.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize("fp-contract=off")
#endif

bool swiftlet_winograd_pays(const swiftlet_convolution *p) {
  const swiftlet_window *w = &p->window;
  if (w->height != 3 || w->width != 3 || w->strideHeight != 1 || w->strideWidth != 1 || w->dilationHeight != 1
      || w->dilationWidth != 1)
    return false;
  if (p->channels < 8 || p->filters < 8) return false;
  // In multiply-adds; transforming a channel or a filter of a tile takes the time of about 266.
  const double tiles = (double)((w->outputHeight + 3) / 4) * (double)((w->outputWidth + 3) / 4);
  const double channels = (double)p->channels, filters = (double)p->filters;
  const double positions = (double)w->outputHeight * (double)w->outputWidth;
  const double direct = 9 * positions * channels * filters;
  const double winograd = tiles * (36 * channels * filters + 266 * (channels + filters));
  // A few tiles wait for their kernels, four times the direct method's, unless those stay in the cache.
  const bool isBound = tiles < 4 && (positions < 16 || 36 * channels * filters > 1 << 18);
  return winograd * 1.25 < direct && !isBound;
}

/// At least `count`, a multiple of 16 but of no higher power of two, so that neighbours do not share sets of the cache.
static size_t spread(size_t count) { return ((count + 15) / 16 | 1) * 16; }

swiftlet_winograd swiftlet_winograd_sizes(const swiftlet_convolution *p) {
  const size_t filters = p->filters < SWIFTLET_WINOGRAD_FILTERS ? p->filters : SWIFTLET_WINOGRAD_FILTERS;
  swiftlet_winograd s = {.tiles = SWIFTLET_WINOGRAD_TILES};
  s.zeros = (p->channels + 15) / 16 * 16;
  s.inputRow = spread(p->channels);
  s.inputStep = spread(s.tiles * s.inputRow);
  s.inputs = 36 * s.inputStep;
  s.productRow = spread(filters);
  s.productStep = spread(s.tiles * s.productRow);
  s.products = 36 * s.productStep;
  return s;
}

size_t swiftlet_winograd_scratch(const swiftlet_convolution *p) {
  const swiftlet_winograd s = swiftlet_winograd_sizes(p);
  return (s.zeros + s.inputs + s.products) * sizeof(float);
}

size_t swiftlet_winograd_packed_count(const swiftlet_convolution *p) {
  return 36 * swiftlet_packed_count(p->channels, p->filters);
}

/// A panel's columns side by side: what is done to one is done to all.
typedef double columns[SWIFTLET_PANEL];

/// x = G g for three numbers g of each column: the kernel's polynomial at the points 0, a, -a, b, -b and infinity, each
/// divided by the product of the point's differences from the other finite ones.
static void evaluate(const double *g0, const double *g1, const double *g2, columns x[6]) {
  const double a = 0.6875, b = 1.375;
  const double at0 = a * a * (b * b), atA = 2 * (a * a) * (a * a - b * b), atB = 2 * (b * b) * (b * b - a * a);
  for (size_t i = 0; i < SWIFTLET_PANEL; i++) {
    x[0][i] = g0[i] / at0;
    x[1][i] = ((g0[i] + a * g1[i]) + a * a * g2[i]) / atA;
    x[2][i] = ((g0[i] - a * g1[i]) + a * a * g2[i]) / atA;
    x[3][i] = ((g0[i] + b * g1[i]) + b * b * g2[i]) / atB;
    x[4][i] = ((g0[i] - b * g1[i]) + b * b * g2[i]) / atB;
    x[5][i] = g2[i];
  }
}

/// Packs the nine numbers of each of `count` columns, `step` apart, as 36 rows of a panel, `each` apart; the columns
/// that are not there are zero.
static void packColumns(const float *from, size_t step, size_t count, float *to, size_t each) {
  columns g[9] = {0};
  for (size_t tap = 0; tap < 9; tap++)
    for (size_t i = 0; i < count; i++) g[tap][i] = from[tap * step + i];
  columns down[3][6], across[6];
  for (size_t j = 0; j < 3; j++) evaluate(g[j], g[3 + j], g[6 + j], down[j]);
  for (size_t i = 0; i < 6; i++) {
    evaluate(down[0][i], down[1][i], down[2][i], across);
    for (size_t j = 0; j < 6; j++, to += each)
      for (size_t column = 0; column < SWIFTLET_PANEL; column++) to[column] = (float)across[j][column];
  }
}

void swiftlet_winograd_pack(const swiftlet_convolution *p, const float *hwio, float *packed) {
  const size_t step = p->channels * p->filters;
  for (size_t first = 0; first < p->filters; first += SWIFTLET_WINOGRAD_FILTERS) {
    const size_t left = p->filters - first;
    const size_t filters = left < SWIFTLET_WINOGRAD_FILTERS ? left : SWIFTLET_WINOGRAD_FILTERS;
    const size_t each = swiftlet_packed_count(p->channels, filters);
    // Whole cache lines are written, for the 36 places of a number lie in few of the cache's sets.
    for (size_t f = 0; f < filters; f += SWIFTLET_PANEL)
      for (size_t c = 0; c < p->channels; c++) {
        const size_t count = filters - f < SWIFTLET_PANEL ? filters - f : SWIFTLET_PANEL;
        packColumns(
          hwio + c * p->filters + first + f, step, count, packed + (f * p->channels + c * SWIFTLET_PANEL), each);
      }
    packed += 36 * each;
  }
}
