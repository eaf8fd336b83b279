/// What a convolution's shape decides, the same for every instruction set.
#include "Kernels.h"

swiftlet_method swiftlet_convolution_method(const swiftlet_convolution *p) {
  return swiftlet_winograd_pays(p) ? SWIFTLET_CONVOLUTION_WINOGRAD : SWIFTLET_CONVOLUTION_DIRECT;
}

swiftlet_extent swiftlet_window_reach(const swiftlet_window *w) {
  return (swiftlet_extent){
    (w->outputHeight - 1) * w->strideHeight + (w->height - 1) * w->dilationHeight + 1,
    (w->outputWidth - 1) * w->strideWidth + (w->width - 1) * w->dilationWidth + 1,
  };
}

bool swiftlet_window_is_padded(const swiftlet_window *w) {
  const swiftlet_extent reach = swiftlet_window_reach(w);
  return w->paddingTop || w->paddingLeft || reach.height > w->inputHeight || reach.width > w->inputWidth;
}

size_t swiftlet_convolution_packed_count(const swiftlet_convolution *p) {
  switch (p->method) {
    case SWIFTLET_CONVOLUTION_DIRECT: break;
    case SWIFTLET_CONVOLUTION_WINOGRAD: return swiftlet_winograd_packed_count(p);
  }
  return swiftlet_packed_count(p->window.height * p->window.width * p->channels, p->filters);
}

void swiftlet_convolution_pack(const swiftlet_convolution *p, const float *hwio, float *packed) {
  switch (p->method) {
    case SWIFTLET_CONVOLUTION_DIRECT: break;
    case SWIFTLET_CONVOLUTION_WINOGRAD: return swiftlet_winograd_pack(p, hwio, packed);
  }
  swiftlet_pack(hwio, p->filters, 1, p->window.height * p->window.width * p->channels, p->filters, packed);
}

size_t swiftlet_convolution_scratch(const swiftlet_convolution *p) {
  switch (p->method) {
    case SWIFTLET_CONVOLUTION_DIRECT: break;
    case SWIFTLET_CONVOLUTION_WINOGRAD: return swiftlet_winograd_scratch(p);
  }
  if (!swiftlet_window_is_padded(&p->window)) return 0;
  const swiftlet_extent reach = swiftlet_window_reach(&p->window);
  return reach.height * reach.width * p->channels * sizeof(float);
}
