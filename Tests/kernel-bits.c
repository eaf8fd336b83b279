/// Prints a digest of what every kernel gives, for each instruction set that is available: `neon 0123456789abcdef`.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "SwiftletKernels.h"

static uint64_t state, digest;

static uint64_t next(void) {
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

static void fill(float *x, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] = (float)((int)(next() % 20001) - 10000) / 8192.0f;
}

/// FNV-1a over bits, every NaN being the same.
static void add(const float *x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = 0x7fc00000;
    if (!isnan(x[i])) memcpy(&bits, x + i, sizeof bits);
    digest = (digest ^ bits) * 0x100000001b3;
  }
}

enum { MOST = 1 << 16 };
static float a[MOST], b[MOST], packed[MOST * 2], initial[MOST], c[MOST];

static void products(const swiftlet_kernels *k) {
  const size_t shapes[][3] = {{1, 64, 32}, {1, 50, 100}, {2, 9, 7}, {5, 33, 129}, {13, 20, 64}, {14, 16, 48},
                              {16, 2600, 17}, {33, 40, 50}, {130, 13, 10}, {40, 128, 160}, {51, 9, 16}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
    for (uint32_t kind = 0; kind < SWIFTLET_ACTIVATION_KINDS; kind++) {
      const size_t rows = shapes[s][0], inner = shapes[s][1], columns = shapes[s][2];
      const int transposed = kind % 2;
      fill(a, rows * inner), fill(b, inner * columns), fill(initial, columns);
      swiftlet_pack(b, columns, 1, inner, columns, packed);
      const swiftlet_product p = {
        .rows = rows, .inner = inner, .columns = columns, .a = a, .aRowStride = transposed ? 1 : inner,
        .aColumnStride = transposed ? rows : 1, .packed = packed, .initial = kind % 3 ? initial : NULL, .c = c,
        .cRowStride = columns, .activation = {kind, 0.25f, 2, 0},
      };
      k->matmul(&p);
      add(c, rows * columns);
    }
}

static void convolutions(const swiftlet_kernels *k) {
  // Input, output, window, strides, dilations, padding in front.
  const swiftlet_window windows[] = {
    {8, 8, 8, 8, 3, 3, 1, 1, 1, 1, 1, 1},
    {7, 9, 4, 5, 3, 3, 2, 2, 1, 1, 1, 1},
    {9, 7, 9, 7, 1, 1, 1, 1, 1, 1, 0, 0},
    {9, 7, 5, 4, 1, 1, 2, 2, 1, 1, 0, 0},
    {1, 40, 1, 40, 1, 5, 1, 1, 1, 4, 0, 16},
    {10, 11, 6, 7, 3, 2, 1, 1, 2, 4, 0, 0},
  };
  const size_t sizes[][2] = {{1, 32}, {3, 20}, {16, 48}, {33, 17}};
  static float scratch[MOST * 2];
  for (size_t w = 0; w < sizeof windows / sizeof *windows; w++)
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
      for (uint32_t residual = 1; residual <= 3; residual++) {
        swiftlet_convolution p = {
          .input = 0, .output = 1, .residual = residual == 3 ? SWIFTLET_NO_SLOT : residual, .window = windows[w],
          .channels = sizes[s][0], .filters = sizes[s][1], .kernel = packed, .bias = initial,
          .activation = {residual == 3 ? SWIFTLET_GELU : SWIFTLET_RELU, 0, 6, 0},
        };
        // The first window is one that Winograd's algorithm can take.
        p.method = w == 0 && s != 1 ? SWIFTLET_CONVOLUTION_WINOGRAD : SWIFTLET_CONVOLUTION_DIRECT;
        const swiftlet_window *const window = &p.window;
        const size_t count = 2 * window->outputHeight * window->outputWidth * p.filters;
        static float other[MOST];
        fill(a, 2 * window->inputHeight * window->inputWidth * p.channels), fill(c, count), fill(other, count);
        fill(b, window->height * window->width * p.channels * p.filters), fill(initial, p.filters);
        swiftlet_convolution_pack(&p, b, packed);
        void *tensors[] = {a, c, other};
        k->convolve(&p, &(swiftlet_run){tensors, 2, scratch});
        add(c, count);
      }
}

static void functions(const swiftlet_kernels *k) {
  for (uint32_t kind = 0; kind < SWIFTLET_ACTIVATION_KINDS; kind++) {
    const swiftlet_activation f = {kind, 0.3f, 5, 0.75f};
    size_t n = 0;
    for (uint64_t bits = 0; bits < (uint64_t)1 << 32; bits += 104729) {
      const uint32_t one = (uint32_t)bits;
      memcpy(a + n++, &one, sizeof one);
    }
    k->activate_array(&f, a, c, n);
    add(c, n);
  }
}

static void rows(const swiftlet_kernels *k) {
  static double factors[100];
  for (size_t columns = 1; columns <= 100; columns++) {
    fill(a, 3 * columns);
    k->softmax_rows(a, c, 3, columns);
    add(c, 3 * columns);
    const float ends[] = {k->sum(a, columns), k->maximum(a, columns)};
    add(ends, 2);
    memcpy(c, a, 3 * columns * sizeof *a);
    for (size_t i = 0; i < columns; i++) factors[i] = 1 / (double)(3 + i);
    k->scale_columns(c, 3, columns, factors);
    add(c, 3 * columns);
    k->pack_rows(a, 3, columns, 0, 3, factors, c);
    add(c, swiftlet_packed_count(3, columns));
    fill(b, columns), fill(initial, columns);
    void *tensors[] = {a, c};
    const swiftlet_run run = {tensors, 3, NULL};
    k->rescale(&(swiftlet_rescale){0, 1, columns, columns, b, initial}, &run);
    add(c, 3 * columns);
    k->normalize(&(swiftlet_normalize){0, 1, columns, columns, b, initial}, &run);
    add(c, 3 * columns);
    fill(a, 3 * columns * 7);
    k->softmax(&(swiftlet_softmax){0, 1, 1, columns, 7}, &run);
    add(c, 3 * columns * 7);
  }
  uint16_t halves[1 << 16];
  for (size_t i = 0; i < 1 << 16; i++) halves[i] = (uint16_t)i;
  void *tensors[] = {halves, c};
  const swiftlet_run run = {tensors, 1, NULL};
  k->convert(&(swiftlet_convert){0, 1, 1 << 16, SWIFTLET_FLOAT16}, &run);
  add(c, 1 << 16);
}

static void sequences(const swiftlet_kernels *k) {
  void *tensors[] = {a, b, c};
  const swiftlet_run run = {tensors, 2, NULL};
  for (size_t n = 1; n <= 70; n++) {
    const swiftlet_run some = {tensors, 3, initial};
    fill(a, MOST), fill(b, MOST);
    k->attend(&(swiftlet_attention){
      0, 1, 1, 2, 30, n, 2, 9, 7, 0, 18, 540, 0, 32, n * 32, 18, 32, n * 32, 0.3f, n % 2 == 0}, &some);
    add(c, 3 * 30 * 14);
    if (n <= 40) {
      swiftlet_lstm_pack(b, n, packed);
      k->lstm(&(swiftlet_lstm){0, 2, 3, n, packed, {SWIFTLET_TANH, 0, 0, 0}, {SWIFTLET_SIGMOID, 0, 0, 0}, 1, 0}, &some);
      add(c, 3 * 3 * n);
    }
    const swiftlet_window w = {9, 8, 5, 4, 3, 2, 2, 2, 1, 1, 1, 0};
    fill(a, MOST), fill(b, MOST);
    k->pool_maximum(&(swiftlet_pooling){0, 2, w, n}, &run);
    add(c, 2 * 20 * n);
    k->pool_average(&(swiftlet_pooling){0, 2, w, n}, &run);
    add(c, 2 * 20 * n);
    k->pool_global_maximum(&(swiftlet_global_pooling){0, 2, 37, n}, &run);
    add(c, 2 * n);
    k->pool_global_average(&(swiftlet_global_pooling){0, 2, 37, n}, &run);
    add(c, 2 * n);
    k->normalize_layer(&(swiftlet_layer_normalization){0, 2, 5, n, 0.001f, b, n % 2 ? b + n : NULL}, &run);
    add(c, 2 * 5 * n);
    k->add(&(swiftlet_add){0, 1, 2, n, {SWIFTLET_TANH, 0, 0, 0}}, &run);
    add(c, 2 * n);
  }
}

static void depthwise(const swiftlet_kernels *k) {
  const size_t widths[] = {1, 3, 7, 20}, channels[] = {5, 16, 19, 48};
  for (size_t stride = 1; stride <= 3; stride++)
    for (size_t x = 0; x < 4; x++)
      for (size_t y = 0; y < 4; y++)
        for (size_t side = 1; side <= 3; side += 2) {
          const size_t multiplier = y == 0 ? 2 : 1, outputs = channels[y] * multiplier, width = widths[x];
          const swiftlet_depthwise p = {
            .input = 0, .output = 1, .window = {6, width, 5 / stride + 1, (width - 1) / stride + 1, side, side,
              stride, stride, 1, 1, side / 2, side / 2},
            .channels = channels[y], .multiplier = multiplier, .kernel = b, .bias = x % 2 ? initial : NULL,
            .activation = {x == 2 ? SWIFTLET_GELU : SWIFTLET_RELU6, 0, 0, 0},
          };
          fill(a, 2 * 6 * width * channels[y]), fill(b, side * side * outputs), fill(initial, outputs);
          void *tensors[] = {a, c};
          const swiftlet_run run = {tensors, 2, NULL};
          k->convolve_depthwise(&p, &run);
          add(c, 2 * p.window.outputHeight * p.window.outputWidth * outputs);
        }
}

/// Dense layers of low precision, by the table's kernels and by those that the processor has instructions for.
static void precisions(const swiftlet_kernels *k) {
  const size_t shapes[][3] = {{1, 64, 32}, {2, 9, 7}, {5, 33, 129}, {13, 20, 64}, {40, 127, 50}, {130, 14, 10}};
  static float scales[256], largest[256], scratch[MOST];
  static int32_t sums[256];
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
    for (int size = 0; size < 3; size++) {
      const size_t rows = shapes[s][0], inputs = shapes[s][1], outputs = shapes[s][2];
      fill(a, rows * inputs), fill(b, inputs * outputs), fill(initial, outputs);
      // Ordinary numbers; products that are subnormal; some that are not finite.
      for (size_t i = 0; size == 1 && i < rows * inputs; i++) a[i] *= 0x1p-64f;
      for (size_t i = 0; size == 1 && i < inputs * outputs; i++) b[i] *= 0x1p-62f;
      for (size_t i = 0; size == 1 && i < outputs; i++) initial[i] *= 0x1p-124f;
      for (size_t i = 0; size == 2 && i < rows * inputs; i += 97) a[i] = i % 2 ? NAN : INFINITY;
      const swiftlet_activation activation = {size ? SWIFTLET_RELU : SWIFTLET_GELU, 0, INFINITY, 0};
      void *tensors[] = {a, c};
      const swiftlet_run run = {tensors, rows, scratch};

      memset(packed, 0, sizeof packed);
      uint16_t *pairs = (uint16_t *)packed;
      swiftlet_bfloat16_pack(b, 0, inputs, inputs, outputs, pairs);
      const swiftlet_dense_bfloat16 narrow = {
        0, 1, SWIFTLET_NO_SLOT, inputs, outputs, 1, pairs, initial,
        swiftlet_bfloat16_least(pairs, inputs, outputs, initial), activation};
      k->dense_bfloat16(&narrow, &run);
      add(c, rows * outputs);
      swiftlet_dense_bfloat16_kernel(k->isa)(&narrow, &run);
      add(c, rows * outputs);

      memset(packed, 0, sizeof packed), memset(largest, 0, sizeof largest), memset(sums, 0, sizeof sums);
      int8_t *bytes = (int8_t *)packed;
      swiftlet_int8_largest(b, inputs, outputs, largest);
      swiftlet_int8_scales(largest, outputs, scales);
      swiftlet_int8_pack(b, 0, inputs, inputs, outputs, scales, bytes, sums);
      const swiftlet_dense_int8 tiny = {
        0, 1, SWIFTLET_NO_SLOT, inputs, outputs, 1, bytes, scales, sums, initial, activation};
      k->dense_int8(&tiny, &run);
      add(c, rows * outputs);
      swiftlet_dense_int8_kernel(k->isa)(&tiny, &run);
      add(c, rows * outputs);
    }
}

int main(void) {
  for (swiftlet_isa isa = SWIFTLET_ISA_PORTABLE; isa <= SWIFTLET_ISA_AVX512; isa++) {
    const swiftlet_kernels *k = swiftlet_kernels_for(isa);
    if (!k) continue;
    state = 1, digest = 0xcbf29ce484222325;
    products(k), convolutions(k), functions(k), depthwise(k), rows(k), sequences(k), precisions(k);
    printf("%s %016" PRIx64 "\n", swiftlet_isa_name(isa), digest);
  }
}
