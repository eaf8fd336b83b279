/// Micro-benchmarks of convolutions, against the processor's own peak, measured in the same run.
///
/// usage: convolutions [portable|neon|avx2|avx512]
/// Build: cc -O2 -I Sources/SwiftletKernels/include Benchmarks/convolutions.c Sources/SwiftletKernels/*.c -lm
#include "timing.h"

static const swiftlet_activation relu = {SWIFTLET_RELU, 0, INFINITY, 0};

static swiftlet_window window(size_t size, size_t kernel, size_t stride, size_t padding, size_t output) {
  return (swiftlet_window){
    .inputHeight = size, .inputWidth = size, .outputHeight = output, .outputWidth = output, .height = kernel,
    .width = kernel, .strideHeight = stride, .strideWidth = stride, .dilationHeight = 1, .dilationWidth = 1,
    .paddingTop = padding, .paddingLeft = padding,
  };
}

/// A share of the peak counts every tap, those in the padding too.
static void depthwise(size_t size, size_t channels, size_t stride, double seconds) {
  const size_t output = (size + stride - 1) / stride;
  swiftlet_depthwise p = {
    .input = 0, .output = 1, .window = window(size, 3, stride, stride == 1, output), .channels = channels,
    .multiplier = 1, .kernel = numbers(9 * channels), .bias = numbers(channels), .activation = relu,
  };
  void *tensors[] = {numbers(size * size * channels), numbers(output * output * channels)};
  const swiftlet_run run = {tensors, 1, NULL};
  double time = 0, fma = 0;
  for (double until = now() + seconds; now() < until;) {
    WINDOW(fma, sink = kernels->fma_peak(1000));
    WINDOW(time, kernels->convolve_depthwise(&p, &run));
  }
  const double peak = 1000.0 * (double)kernels->fma_peak_flops / fma;
  const double flops = 18.0 * (double)(output * output * channels);
  printf("depthwise %3zu x %3zu x %4zu / %zu  %9.3f us  %7.1f GFLOP/s  %5.1f%% of peak\n", size, size, channels,
    stride, time * 1e6, flops / time / 1e9, 100 * flops / time / peak);
  fflush(stdout);
}

/// A convolution of 3 x 3 with each method. A share of the peak counts what the direct method computes.
static void convolution(size_t size, size_t channels, size_t filters, size_t padding, size_t rows, double seconds) {
  const size_t output = size + 2 * padding - 2;
  float *kernel = numbers(9 * channels * filters), *bias = numbers(filters);
  void *tensors[] = {numbers(rows * size * size * channels), numbers(rows * output * output * filters)};
  swiftlet_convolution p[2];
  swiftlet_run run[2];
  for (int i = 0; i < 2; i++) {
    p[i] = (swiftlet_convolution){
      .input = 0, .output = 1, .residual = SWIFTLET_NO_SLOT, .window = window(size, 3, 1, padding, output),
      .channels = channels, .filters = filters, .bias = bias, .activation = relu,
      .method = i ? SWIFTLET_CONVOLUTION_WINOGRAD : SWIFTLET_CONVOLUTION_DIRECT,
    };
    float *packed = numbers(swiftlet_convolution_packed_count(&p[i]));
    swiftlet_convolution_pack(&p[i], kernel, packed);
    p[i].kernel = packed;
    run[i] = (swiftlet_run){tensors, rows, numbers(swiftlet_convolution_scratch(&p[i]) / sizeof(float))};
  }
  double direct = 0, winograd = 0, fma = 0;
  for (double until = now() + seconds; now() < until;) {
    WINDOW(fma, sink = kernels->fma_peak(1000));
    WINDOW(direct, kernels->convolve(&p[0], &run[0]));
    WINDOW(winograd, kernels->convolve(&p[1], &run[1]));
  }
  const double peak = 1000.0 * (double)kernels->fma_peak_flops / fma;
  const double flops = 18.0 * (double)(rows * output * output * channels * filters);
  printf("%2zu rows of %3zu x %3zu x %4zu -> %4zu  direct %9.3f us %5.1f%% of peak   ", rows, size, size, channels,
    filters, direct * 1e6, 100 * flops / direct / peak);
  printf("winograd %9.3f us %5.1f%%   %.2f times\n", winograd * 1e6, 100 * flops / winograd / peak, direct / winograd);
  fflush(stdout);
}

int main(int argc, char **argv) {
  kernels = argc > 1 ? kernels_named(argv[1]) : swiftlet_kernels_for(swiftlet_isa_best());
  if (!kernels) return fprintf(stderr, "not available here\n"), 2;
  for (size_t rows = 1; rows <= 32; rows += 31) {
    convolution(26, 32, 64, 0, rows, 0.5);
    convolution(32, 32, 32, 1, rows, 0.5);
    convolution(16, 64, 64, 1, rows, 0.5);
    convolution(8, 128, 128, 1, rows, 0.5);
    if (argc > 2) {
      convolution(32, 3, 32, 1, rows, 0.3);
      convolution(32, 8, 32, 1, rows, 0.3);
      convolution(32, 16, 16, 1, rows, 0.3);
      convolution(32, 32, 8, 1, rows, 0.3);
      convolution(16, 16, 32, 1, rows, 0.3);
      convolution(16, 32, 32, 1, rows, 0.3);
      convolution(8, 32, 32, 1, rows, 0.3);
      convolution(8, 64, 64, 1, rows, 0.3);
      convolution(4, 64, 64, 1, rows, 0.3);
      convolution(7, 128, 128, 1, rows, 0.3);
      convolution(5, 128, 128, 1, rows, 0.3);
      convolution(4, 128, 128, 1, rows, 0.3);
      convolution(3, 128, 128, 1, rows, 0.3);
      convolution(7, 256, 256, 1, rows, 0.3);
      convolution(14, 256, 256, 1, rows, 0.3);
      convolution(7, 512, 512, 1, rows, 0.3);
      convolution(56, 64, 64, 1, rows, 0.3);
    }
  }
  // MobileNetV2 0.35 at 96 x 96.
  const size_t shapes[][3] = {{48, 16, 1}, {48, 48, 2}, {24, 48, 1}, {24, 48, 2}, {12, 96, 1}, {12, 96, 2},
    {6, 144, 1}, {6, 192, 1}, {6, 192, 2}, {3, 336, 1}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) depthwise(shapes[s][0], shapes[s][1], shapes[s][2], 0.2);
}
