/// Parameters of the convolution and pooling steps. Included by SwiftletKernels.h.
///
/// Tensors are (rows, height, width, channels); in one dimension height is 1. Padding is zeros (for a maximum,
/// nothing); only what lies before the first row and column is given: what lies behind follows from the output's
/// size. Spec/arithmetic.md has the order of every sum.
#ifndef SWIFTLET_CONVOLUTION_H
#define SWIFTLET_CONVOLUTION_H

#include "SwiftletActivation.h"

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// No residual.
#define SWIFTLET_NO_SLOT 0xffffffffu

/// Where a window of (height, width) elements, `dilation` apart, is laid over the input for each output.
typedef struct swiftlet_window {
  size_t inputHeight, inputWidth;
  size_t outputHeight, outputWidth;
  size_t height, width;
  size_t strideHeight, strideWidth;
  size_t dilationHeight, dilationWidth;
  size_t paddingTop, paddingLeft;
} swiftlet_window;

/// How a convolution is computed.
typedef enum swiftlet_method {
  SWIFTLET_CONVOLUTION_DIRECT,  ///< each output is one chain of multiply-adds
  SWIFTLET_CONVOLUTION_WINOGRAD,  ///< F(4 x 4, 3 x 3), for windows of 3 x 3 with strides and dilations of 1
} swiftlet_method;

/// Step `convolve`: output = activation(convolution(input, kernel) + bias, then + residual).
typedef struct swiftlet_convolution {
  uint32_t input, output;  ///< slots; they must not overlap
  /// Slot of a tensor of the output's shape that is added before the activation, or SWIFTLET_NO_SLOT.
  /// It may be the output.
  uint32_t residual;
  swiftlet_window window;
  size_t channels, filters;
  swiftlet_method method;  ///< for which the kernel is packed
  const float *SWIFTLET_NULLABLE kernel;  ///< packed by `swiftlet_convolution_pack`; NULL until then
  const float *SWIFTLET_NULLABLE bias;  ///< (filters), or NULL for zeros
  swiftlet_activation activation;
} swiftlet_convolution;

/// The method for a convolution of this shape: the shape alone decides, so the bits do not depend on anything else.
/// An output height or width of 0 stands for one that is not known while the kernel is packed.
/// Neither slots nor pointers are looked at, here and below.
swiftlet_method swiftlet_convolution_method(const swiftlet_convolution *convolution);
/// How many floats `swiftlet_convolution_pack` writes. Overflow is the caller's to exclude.
size_t swiftlet_convolution_packed_count(const swiftlet_convolution *convolution);
/// Packs `hwio`, (window.height, window.width, channels, filters), for its method. Best aligned to 64 bytes.
void swiftlet_convolution_pack(const swiftlet_convolution *convolution, const float *hwio, float *packed);
/// How many bytes of scratch memory the step needs, however many rows it runs over.
size_t swiftlet_convolution_scratch(const swiftlet_convolution *convolution);

/// Step `convolve_depthwise`: each channel is convolved by `multiplier` kernels of its own, so output channel
/// c * multiplier + i comes from input channel c. Bias and activation as above.
typedef struct swiftlet_depthwise {
  uint32_t input, output;  ///< slots; they must not overlap
  swiftlet_window window;
  size_t channels, multiplier;
  const float *kernel;  ///< (window.height, window.width, channels * multiplier)
  const float *SWIFTLET_NULLABLE bias;  ///< (channels * multiplier), or NULL for zeros
  swiftlet_activation activation;
} swiftlet_depthwise;

/// Steps `pool_maximum` and `pool_average`. An average is over those elements of the window that lie within
/// the input.
typedef struct swiftlet_pooling {
  uint32_t input, output;  ///< slots; they must not overlap
  swiftlet_window window;
  size_t channels;
} swiftlet_pooling;

/// Steps `pool_global_maximum` and `pool_global_average`: (rows, positions, channels) to (rows, channels).
typedef struct swiftlet_global_pooling {
  uint32_t input, output;  ///< slots; they must not overlap
  size_t positions, channels;
} swiftlet_global_pooling;

/// Step `pad`: (rows, height, width, channels) amid zeros, as (rows, outputHeight, outputWidth, channels).
typedef struct swiftlet_padding {
  uint32_t input, output;  ///< slots; they must not overlap
  size_t inputHeight, inputWidth, outputHeight, outputWidth, channels;
  size_t top, left;
} swiftlet_padding;

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
