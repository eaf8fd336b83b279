/// Micro-benchmarks of the kernels: matrix products against the processor's own peak and bandwidth, measured
/// in the same run, and element-wise kernels in nanoseconds an element.
///
/// usage: kernels [portable|neon|avx2|avx512]
/// Build: cc -O2 -I Sources/SwiftletKernels/include Benchmarks/kernels.c Sources/SwiftletKernels/*.c -lm
#include "timing.h"

/// The least time of one call of BODY in windows over SECONDS. Other programs slow a shared processor down
/// for milliseconds at a time, so the least of many short windows is what repeats.
#define BEST(RESULT, SECONDS, BODY) \
  do { \
    RESULT = 0; \
    for (double until_ = now() + (SECONDS); now() < until_;) WINDOW(RESULT, BODY); \
  } while (0)

static double flops_peak(double seconds) {
  double time;
  BEST(time, seconds, sink = kernels->fma_peak(1000));
  return 1000.0 * (double)kernels->fma_peak_flops / time;
}

static double bytes_peak(size_t bytes, double seconds) {
  float *x = numbers(bytes / 4);
  double time;
  BEST(time, seconds, sink = kernels->read_peak(x, bytes / 4));
  free(x);
  return (double)bytes / time;
}

static void product(size_t rows, size_t inner, size_t columns, double seconds) {
  float *a = numbers(rows * inner), *b = numbers(inner * columns), *c = numbers(rows * columns);
  float *bias = numbers(columns), *packed = numbers(swiftlet_packed_count(inner, columns));
  swiftlet_pack(b, columns, 1, inner, columns, packed);
  swiftlet_product p = {
    .rows = rows, .inner = inner, .columns = columns, .a = a, .aRowStride = inner, .aColumnStride = 1,
    .packed = packed, .initial = bias, .c = c, .cRowStride = columns,
    .activation = {SWIFTLET_RELU, 0, INFINITY, 0},
  };
  const double flops = 2.0 * (double)rows * (double)inner * (double)columns;
  const double bytes = 4.0 * (double)inner * (double)columns;
  const size_t packedCount = swiftlet_packed_count(inner, columns);
  double time = 0, fma = 0, reading = 0;
  for (double until = now() + seconds; now() < until;) {
    WINDOW(fma, sink = kernels->fma_peak(1000));
    WINDOW(time, kernels->matmul(&p));
    WINDOW(reading, sink = kernels->read_peak(packed, packedCount));
  }
  const double peak = 1000.0 * (double)kernels->fma_peak_flops / fma, bandwidth = 4.0 * (double)packedCount / reading;
  printf("%5zu x %5zu x %5zu  %11.3f us  %7.1f GFLOP/s  %5.1f%% of peak   weights %6.1f GB/s  %5.1f%% of reading\n", rows,
    inner, columns, time * 1e6, flops / time / 1e9, 100 * flops / time / peak, bytes / time / 1e9,
    100 * bytes / time / bandwidth);
  fflush(stdout);
  free(a), free(b), free(c), free(bias), free(packed);
}

static void network(const char *name, const size_t *sizes, size_t layers, uint32_t kind, size_t rows) {
  swiftlet_dense d[8];
  swiftlet_step steps[9];
  void *tensors[9];
  for (size_t i = 0; i <= layers; i++) tensors[i] = numbers(rows * sizes[i]);
  for (size_t i = 0; i < layers; i++) {
    float *b = numbers(sizes[i] * sizes[i + 1]), *packed = numbers(swiftlet_packed_count(sizes[i], sizes[i + 1]));
    swiftlet_pack(b, sizes[i + 1], 1, sizes[i], sizes[i + 1], packed);
    d[i] = (swiftlet_dense){
      .input = (uint32_t)i, .output = (uint32_t)i + 1, .residual = SWIFTLET_NO_SLOT, .inputs = sizes[i], .outputs = sizes[i + 1], .positions = 1,
      .kernel = packed, .bias = numbers(sizes[i + 1]),
      .activation = {i + 1 < layers ? kind : SWIFTLET_LINEAR, 0, INFINITY, 0},
    };
    steps[i] = (swiftlet_step){kernels->dense, &d[i]};
    free(b);
  }
  swiftlet_softmax softmax = {(uint32_t)layers, (uint32_t)layers, 1, sizes[layers], 1};
  steps[layers] = (swiftlet_step){kernels->softmax, &softmax};
  swiftlet_run run = {tensors, rows, NULL};
  double time;
  BEST(time, 0.2, swiftlet_run_steps(steps, layers + 1, &run));
  printf("%-10s batch %4zu  %10.3f us\n", name, rows, time * 1e6);
}

static void elementwise(const char *name, uint32_t kind) {
  float *x = numbers(1024), *y = numbers(1024);
  for (size_t i = 0; i < 1024; i++) x[i] *= 16;
  swiftlet_activation f = {kind, 0.5f, INFINITY, 0};
  double time;
  BEST(time, 0.05, kernels->activate_array(&f, x, y, 1024));
  printf("%-16s %6.3f ns an element\n", name, time / 1024 * 1e9);
  free(x), free(y);
}

int main(int argc, char **argv) {
  kernels = argc > 1 ? kernels_named(argv[1]) : swiftlet_kernels_for(swiftlet_isa_best());
  if (!kernels) return fprintf(stderr, "not available here\n"), 2;
  if (argc == 5) {
    // One product: ISA ROWS INNER COLUMNS.
    product(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10), 1);
    return 0;
  }
  printf("%s: peak %.1f GFLOP/s; reading", swiftlet_isa_name(kernels->isa), flops_peak(0.2) / 1e9);
  for (size_t bytes = 16384; bytes <= (size_t)1 << 28; bytes *= 8) printf(" %zuK %.1f", bytes / 1024, bytes_peak(bytes, 0.1) / 1e9);
  printf(" GB/s\n");

  network("digits-mlp", (size_t[]){64, 32, 16, 10}, 3, SWIFTLET_RELU, 1);
  network("book-mlp", (size_t[]){784, 50, 100, 10}, 3, SWIFTLET_SIGMOID, 1);
  network("mnist-mlp", (size_t[]){784, 512, 512, 10}, 3, SWIFTLET_RELU, 1);
  network("wide-mlp", (size_t[]){1024, 2048, 2048, 1000}, 3, SWIFTLET_RELU, 1);
  const size_t rows[] = {1, 2, 4, 8, 14, 32, 100, 1024};
  const size_t shapes[][2] = {{64, 32}, {128, 64}, {64, 128}, {256, 256}, {784, 512}, {512, 512}, {1024, 2048}, {2048, 2048}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) product(rows[r], shapes[s][0], shapes[s][1], 0.1);

  elementwise("relu", SWIFTLET_RELU);
  elementwise("exponential", SWIFTLET_EXPONENTIAL);
  elementwise("sigmoid", SWIFTLET_SIGMOID);
  elementwise("tanh", SWIFTLET_TANH);
  elementwise("elu", SWIFTLET_ELU);
  elementwise("softplus", SWIFTLET_SOFTPLUS);
  elementwise("gelu", SWIFTLET_GELU);
  elementwise("gelu (tanh)", SWIFTLET_GELU_TANH);
  float *x = numbers(64 * 64), *y = numbers(64 * 64);
  double time;
  BEST(time, 0.05, kernels->softmax_rows(x, y, 64, 64));
  printf("%-16s %6.3f ns an element\n", "softmax of 64", time / 4096 * 1e9);
  BEST(time, 0.05, kernels->softmax_rows(x, y, 1, 10));
  printf("%-16s %6.3f ns a row\n", "softmax of 10", time * 1e9);
}
