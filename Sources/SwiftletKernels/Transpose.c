#include "SwiftletKernels.h"

void swiftlet_transpose_step(const void *parameters, const swiftlet_run *run) {
  const swiftlet_transpose *p = parameters;
  const float *in = run->tensors[p->input];
  float *out = run->tensors[p->output];
  size_t count = p->rows * p->columns;
  for (size_t row = 0; row < run->rows; row++, in += count, out += count) {
    for (size_t r = 0; r < p->rows; r++) {
      for (size_t c = 0; c < p->columns; c++) out[c * p->rows + r] = in[r * p->columns + c];
    }
  }
}
