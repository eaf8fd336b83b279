"""Keras models drawn at random from convolutions, pooling, normalization, LSTM, attention and sums."""

import numpy as np
from keras import Input, Model, layers

ACTIVATIONS = [None, None, "relu", "relu6", "sigmoid", "tanh", "gelu", "silu", "elu", "hard_sigmoid"]


def pick(rng, options):
    return options[rng.integers(len(options))]


def channels(rng):
    """One, a few, and lengths on both sides of a vector's and a panel's."""
    return int(pick(rng, [1, 2, 3, 5, 8, 15, 16, 17, 24, 31, 32, 33, 48, 65]))


def window(rng, lengths, padding, largest=6, dilates=True):
    """Sizes, strides and dilations that fit `lengths`; Keras has no strides together with dilations."""
    sizes, strides, dilations = [], [1] * len(lengths), [1] * len(lengths)
    for length in lengths:
        limit = largest if padding != "valid" or length is None else min(largest, length)
        sizes.append(int(rng.integers(1, limit + 1)))
    if rng.random() < 0.5:
        strides = [int(rng.integers(1, 4)) for _ in lengths]
    elif dilates:
        for axis, (length, size) in enumerate(zip(lengths, sizes)):
            limit = 4 if padding != "valid" or length is None or size == 1 else min(4, (length - 1) // (size - 1))
            dilations[axis] = int(rng.integers(1, max(limit, 1) + 1))
    return tuple(sizes), tuple(strides), tuple(dilations)


def convolution(rng, x):
    lengths = x.shape[1:-1]
    rank = len(lengths)
    padding = "same" if None in lengths else pick(rng, ["same", "valid"] + ["causal"] * (rank == 1))
    size, strides, dilation = window(rng, lengths, padding)
    options = dict(padding=padding, dilation_rate=dilation, use_bias=bool(rng.random() < 0.7), activation=pick(rng, ACTIVATIONS))
    if rng.random() < 0.3 and padding != "causal":
        # TensorFlow's rule, which Keras keeps: one stride and one dilation for both axes.
        options["dilation_rate"] = dilation[:1] * rank if min(size) == max(size) and padding == "same" else (1,) * rank
        kind = layers.DepthwiseConv1D if rank == 1 else layers.DepthwiseConv2D
        if rank == 1:
            return kind(size[0], strides=strides[0], **{**options, "dilation_rate": options["dilation_rate"][0]})(x)
        return kind(size, strides=strides[:1] * rank, **options)(x)
    kind = layers.Conv1D if rank == 1 else layers.Conv2D
    return kind(channels(rng), size, strides=strides, **options)(x)


def pooling(rng, x):
    lengths = x.shape[1:-1]
    padding = "same" if None in lengths else pick(rng, ["same", "valid"])
    size, strides, _ = window(rng, lengths, padding, largest=4, dilates=False)
    kinds = [layers.MaxPooling1D, layers.AveragePooling1D] if len(lengths) == 1 else [layers.MaxPooling2D, layers.AveragePooling2D]
    return pick(rng, kinds)(size if len(lengths) == 2 else size[0], strides=pick(rng, [None, strides]), padding=padding)(x)


def zero_padding(rng, x):
    if len(x.shape) == 3:
        return layers.ZeroPadding1D(tuple(int(n) for n in rng.integers(0, 4, size=2)))(x)
    return layers.ZeroPadding2D(tuple(tuple(int(n) for n in pair) for pair in rng.integers(0, 4, size=(2, 2))))(x)


def normalization(rng, x):
    kind = pick(rng, [layers.BatchNormalization, layers.LayerNormalization])
    return kind(center=bool(rng.random() < 0.8), scale=bool(rng.random() < 0.8), epsilon=float(pick(rng, [1e-3, 1e-5])))(x)


def normalized_convolution(rng, x):
    y = layers.BatchNormalization()(layers.Conv1D(channels(rng), 3, padding="same")(x) if len(x.shape) == 3
                                    else layers.Conv2D(channels(rng), 3, padding="same", use_bias=False)(x))
    return layers.ReLU(max_value=pick(rng, [None, 6.0]))(y)


def residual(rng, x):
    kind = layers.Conv1D if len(x.shape) == 3 else layers.Conv2D
    y = kind(x.shape[-1], int(pick(rng, [1, 3])), padding="same", activation=pick(rng, ACTIVATIONS))(x)
    return pick(rng, [layers.ReLU(), layers.Activation("linear")])(layers.Add()(pick(rng, [[x, y], [y, x], [x, y, x]])))


def lstm(rng, x):
    return layers.LSTM(
        channels(rng), return_sequences=True, go_backwards=bool(rng.random() < 0.3), use_bias=bool(rng.random() < 0.8))(x)


def attention(rng, x):
    heads = int(rng.integers(1, 5))
    layer = layers.MultiHeadAttention(
        heads, int(rng.integers(1, 20)), value_dim=pick(rng, [None, 7]), use_bias=bool(rng.random() < 0.7))
    y = layer(x, x, use_causal_mask=bool(rng.random() < 0.3))
    return layers.LayerNormalization()(layers.Add()([x, y])) if rng.random() < 0.5 else y


def dense(rng, x):
    return layers.Dense(channels(rng), activation=pick(rng, ACTIVATIONS))(x)


def head(rng, x):
    """Nothing, a mean or a maximum over all places, or all of them side by side; then sometimes Dense."""
    rank = len(x.shape) - 2
    ends = ["none", "mean", "maximum"] + ["flat"] * (None not in x.shape[1:])
    end = pick(rng, ends)
    if end == "none":
        return x
    if end == "flat":
        x = layers.Flatten()(x)
    else:
        kinds = {"mean": [layers.GlobalAveragePooling1D, layers.GlobalAveragePooling2D],
                 "maximum": [layers.GlobalMaxPooling1D, layers.GlobalMaxPooling2D]}
        x = kinds[end][rank - 1]()(x)
    return layers.Dense(channels(rng), activation=pick(rng, [None, "softmax", "tanh"]))(x)


def randomized(model, rng):
    """Values that keep the signal's size, for statistics and biases as well."""
    for layer in model.layers:
        for weight in layer.weights:
            shape = tuple(weight.shape)
            if weight.name == "moving_variance":
                weight.assign(rng.uniform(0.5, 2, shape).astype(np.float32))
            elif weight.name == "gamma":
                weight.assign(rng.uniform(0.5, 1.5, shape).astype(np.float32))
            elif weight.name in ("moving_mean", "beta", "bias"):
                weight.assign((rng.normal(size=shape) / 2).astype(np.float32))
            elif weight.dtype == "float32" and len(shape) > 1:
                each = isinstance(layer, (layers.DepthwiseConv1D, layers.DepthwiseConv2D))
                fan_in = np.prod(shape[:-2] if each else shape[:-1])
                weight.assign((rng.normal(size=shape) / np.sqrt(fan_in)).astype(np.float32))
    return model


def network(rng, shape, given, parts):
    inputs = x = Input(shape)
    for _ in range(rng.integers(1, 6)):
        x = pick(rng, parts)(rng, x)
    rows = rng.normal(size=(int(rng.integers(1, 6)),) + given).astype(np.float32)
    return randomized(Model(inputs, head(rng, x)), rng), [rows]


def image(rng):
    """Layers of images, odd sizes."""
    shape = tuple(int(n) for n in rng.integers(1, 20, size=2)) + (channels(rng),)
    parts = [convolution, convolution, convolution, pooling, zero_padding, normalization, normalized_convolution, residual]
    return network(rng, shape, shape, parts)


def sequence(rng):
    """Layers of sequences, whose length is sometimes open."""
    given = (int(rng.integers(1, 40)), channels(rng))
    shape = given if rng.random() < 0.7 else (None, given[1])
    parts = [convolution, convolution, pooling, zero_padding, normalization, normalized_convolution, residual, lstm, attention, dense]
    return network(rng, shape, given, parts)


KINDS = [image, sequence]
