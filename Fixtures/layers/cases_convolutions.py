"""Convolutions, pooling, padding and batch normalization, alone and one after the other."""

from keras import Input, Sequential, layers

from recorder import Registry

registry = Registry()


def chain(name, note, shape, *parts, batch=2, given=None, offset=0.0):
    """A Sequential of `parts` (functions that make a layer) on normal inputs of shape `given` or `shape`."""
    def build(rng):
        rows = rng.normal(size=(batch,) + (given or shape)) + offset
        return Sequential([Input(shape)] + [part() for part in parts]), [rows]
    registry.case(name, note)(build)


def later(kind, *arguments, **options):
    return lambda: kind(*arguments, **options)


def conv1(*a, **o): return later(layers.Conv1D, *a, **o)
def conv2(*a, **o): return later(layers.Conv2D, *a, **o)
def depth1(*a, **o): return later(layers.DepthwiseConv1D, *a, **o)
def depth2(*a, **o): return later(layers.DepthwiseConv2D, *a, **o)
def bn(**o): return later(layers.BatchNormalization, **o)
relu = later(layers.ReLU)

chain("conv1d_valid", "Three steps of two channels.", (9, 2), conv1(4, 3))
chain("conv1d_pointwise", "kernel_size 1: a product at each step.", (7, 5), conv1(3, 1, activation="tanh"))
chain("conv1d_same_even", "An even window: one zero more behind.", (8, 3), conv1(5, 4, padding="same"))
chain("conv1d_same_strides_2", "9 steps by 2.", (9, 3), conv1(5, 4, strides=2, padding="same"))
chain("conv1d_same_strides_3", "10 steps by 3, 19 channels to 17.", (10, 19), conv1(17, 5, strides=3, padding="same"))
chain("conv1d_valid_strides_4", "Strides past the window.", (14, 3), conv1(2, 3, strides=4))
chain("conv1d_causal", "Zeros before alone.", (9, 3), conv1(4, 3, padding="causal"))
chain("conv1d_causal_dilated", "Dilation 4, past the input's start.", (9, 3), conv1(4, 3, padding="causal", dilation_rate=4))
chain("conv1d_causal_strides", "Causal, by 2.", (9, 3), conv1(4, 4, padding="causal", strides=2))
chain("conv1d_dilated", "Dilation 3 without padding, without bias.", (12, 4), conv1(6, 3, dilation_rate=3, use_bias=False))
chain("conv1d_dilated_same", "Dilation 2, 16 channels to 32.", (15, 16),
      conv1(32, 5, dilation_rate=2, padding="same", activation="relu"), batch=3)
chain("conv1d_window_past_input", "A window of 11 over 4 steps.", (4, 3), conv1(16, 11, padding="same"))
chain("conv1d_one_step", "One step.", (1, 3), conv1(4, 3, padding="same"))
chain("conv1d_open_length", "The number of steps is open.", (None, 3), conv1(4, 3, padding="same", strides=2), given=(11, 3))

chain("conv2d_valid", "One channel, as a digit has.", (7, 8, 1), conv2(4, 3))
chain("conv2d_valid_32", "16 channels to 32.", (6, 7, 16), conv2(32, 3, activation="relu"))
chain("conv2d_same", "3 by 3 with zeros around, three rows.", (6, 5, 3), conv2(8, 3, padding="same"), batch=3)
chain("conv2d_same_even", "2 by 4: one zero more behind.", (5, 6, 2), conv2(3, (2, 4), padding="same"))
chain("conv2d_same_16", "16 channels to 16 on an odd image.", (9, 7, 16), conv2(16, 3, padding="same", activation="relu"))
chain("conv2d_same_32", "32 channels to 32, no bias.", (6, 6, 32), conv2(32, 3, padding="same", use_bias=False))
chain("conv2d_same_strides_2_odd", "9 by 7, by 2.", (9, 7, 3), conv2(8, 3, strides=2, padding="same"))
chain("conv2d_same_strides_2_even", "8 by 6, by 2: no zeros before.", (8, 6, 3), conv2(8, 3, strides=2, padding="same"))
chain("conv2d_strides_3", "Strides 3 and 1.", (10, 7, 3), conv2(5, 3, strides=(3, 1)))
chain("conv2d_pointwise", "1 by 1, 19 channels to 33.", (4, 5, 19), conv2(33, 1))
chain("conv2d_pointwise_strides", "1 by 1, by 2, as a shortcut.", (7, 6, 16), conv2(24, 1, strides=2, use_bias=False))
chain("conv2d_patches", "4 by 4 patches, by 4.", (8, 12, 3), conv2(16, 4, strides=4))
chain("conv2d_stem", "7 by 7, by 2.", (15, 14, 3), conv2(8, 7, strides=2, padding="same"))
chain("conv2d_one_by_five", "A window of one row.", (4, 9, 3), conv2(5, (1, 5), padding="same"))
chain("conv2d_five_by_one", "A window of one column.", (9, 4, 3), conv2(5, (5, 1)))
chain("conv2d_dilated", "Dilation 2.", (9, 9, 4), conv2(6, 3, dilation_rate=2))
chain("conv2d_dilated_same", "Dilation 1 and 3.", (6, 9, 4), conv2(6, 3, dilation_rate=(1, 3), padding="same"))
chain("conv2d_odd_channels", "33 channels to 17.", (5, 5, 33), conv2(17, 3, padding="same", activation="sigmoid"))
chain("conv2d_softmax", "A softmax over the filters.", (4, 5, 3), conv2(6, 3, activation="softmax"))
chain("conv2d_gelu", "The exact GELU behind the sums.", (4, 5, 3), conv2(6, 3, activation="gelu", padding="same"))
chain("conv2d_one_pixel", "One place.", (1, 1, 5), conv2(4, 3, padding="same"))
chain("conv2d_open_height", "The height is open.", (None, 6, 3), conv2(4, 3, padding="same", strides=2), given=(7, 6, 3))

chain("depthwise2d_same", "3 by 3 of each of 5 channels.", (6, 7, 5), depth2(3, padding="same"))
chain("depthwise2d_strides", "By 2, no zeros, 16 channels.", (9, 9, 16), depth2(3, strides=2, activation="relu6"))
chain("depthwise2d_same_strides", "By 2 with zeros, 19 channels.", (8, 7, 19), depth2(3, strides=2, padding="same"))
chain("depthwise2d_multiplier", "Three outputs a channel.", (6, 5, 5), depth2(3, depth_multiplier=3, padding="same"))
chain("depthwise2d_multiplier_16", "Two outputs of each of 16 channels.", (5, 5, 16), depth2((2, 3), depth_multiplier=2))
chain("depthwise2d_dilated", "Dilation 2.", (9, 8, 6), depth2(3, dilation_rate=2, padding="same", use_bias=False))
chain("depthwise2d_five", "5 by 5 of 24 channels.", (7, 7, 24), depth2(5, padding="same"), batch=3)
chain("depthwise1d_same", "4 steps of each of 5 channels.", (9, 5), depth1(4, padding="same"))
chain("depthwise1d_strides", "By 2, 17 channels.", (11, 17), depth1(3, strides=2, activation="tanh"))
chain("depthwise1d_multiplier", "Two outputs a channel.", (8, 3), depth1(3, depth_multiplier=2, padding="same", use_bias=False))

for kind in ("Max", "Average"):
    name = {"Max": "max", "Average": "average"}[kind]
    one, two = getattr(layers, kind + "Pooling1D"), getattr(layers, kind + "Pooling2D")
    # A maximum over negative numbers must not see the zeros of a padding, nor a mean count them.
    chain(name + "2d", "2 by 2; the last row and column are left over.", (7, 9, 3), later(two, 2))
    chain(name + "2d_same", "3 by 3, by 2, beyond the edge, of negative numbers.", (7, 8, 5),
          later(two, 3, 2, "same"), offset=-3)
    chain(name + "2d_overlapping", "2 by 3, by 1, 17 channels.", (5, 6, 17), later(two, (2, 3), 1), batch=3)
    chain(name + "1d_same", "4 steps by 3, beyond the edge, of negative numbers.", (8, 16), later(one, 4, 3, "same"), offset=-3)
    chain(name + "1d_open_length", "The number of steps is open.", (None, 5), later(one, 3), given=(10, 5))
for kind, name in (("GlobalMax", "global_max"), ("GlobalAverage", "global_average")):
    one, two = getattr(layers, kind + "Pooling1D"), getattr(layers, kind + "Pooling2D")
    chain(name + "1d", "All steps.", (13, 5), later(one))
    chain(name + "2d", "All places of 19 channels.", (5, 7, 19), later(two), batch=3)
    chain(name + "2d_keepdims", "The axes stay.", (4, 4, 16), later(two, keepdims=True))

chain("zero_padding1d", "Two zeros before and one behind.", (5, 3), later(layers.ZeroPadding1D, (2, 1)))
chain("zero_padding2d", "Zeros on each side of another number.", (3, 4, 2), later(layers.ZeroPadding2D, ((0, 1), (3, 2))))
chain("zero_padding2d_conv2d", "Zeros before a convolution by 2, as MobileNet has.", (8, 8, 3),
      later(layers.ZeroPadding2D, ((0, 1), (0, 1))), conv2(16, 3, strides=2, use_bias=False))
chain("zero_padding2d_depthwise", "Zeros before a depthwise convolution by 2.", (6, 6, 16),
      later(layers.ZeroPadding2D, ((0, 1), (0, 1))), depth2(3, strides=2, use_bias=False), bn(), later(layers.ReLU, 6.0))

chain("batch_normalization_columns", "Of 5 columns.", (5,), bn(), batch=3)
chain("batch_normalization_image", "Of the 19 channels of an image.", (3, 4, 19), bn(epsilon=1e-5))
chain("batch_normalization_no_scale", "Without gamma.", (4, 6), bn(scale=False))
chain("batch_normalization_no_center", "Without beta.", (4, 6), bn(center=False))
chain("batch_normalization_bare", "Without gamma and beta.", (4, 16), bn(center=False, scale=False))
chain("batch_normalization_relu", "Before a ReLU.", (4, 5, 7), bn(), relu)
chain("conv2d_batch_normalization", "Behind a convolution with a bias.", (5, 6, 3), conv2(8, 3), bn())
chain("conv2d_batch_normalization_relu", "Behind one without a bias, before a ReLU, 16 channels.", (6, 6, 16),
      conv2(16, 3, padding="same", use_bias=False), bn(), relu)
chain("conv2d_relu_batch_normalization", "Behind a convolution's own ReLU, where it cannot be folded in.", (5, 6, 3),
      conv2(8, 3, activation="relu"), bn())
chain("batch_normalization_conv2d", "Before a convolution with zeros around.", (5, 6, 3), bn(), conv2(8, 3, padding="same"))
chain("conv1d_batch_normalization", "Behind a convolution along steps.", (9, 4), conv1(6, 3), bn(scale=False), relu)
chain("depthwise2d_batch_normalization", "Behind a depthwise convolution of two outputs a channel.", (5, 6, 3),
      depth2(3, depth_multiplier=2), bn(), later(layers.ReLU, 6.0))
chain("dense_batch_normalization", "Behind a Dense layer.", (7,), later(layers.Dense, 5), bn(), relu, batch=3)
