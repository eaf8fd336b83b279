"""Writes the model_config texts of convolutions, pooling, normalization, sequences and attention, and what Keras
says of each, in the form of make_configs.py.

    KERAS_BACKEND=tensorflow python make_layer_configs.py keras3          with Keras 3.15
    TF_USE_LEGACY_KERAS=1 python make_layer_configs.py keras2             with tf_keras 2.21
    python make_layer_configs.py benchmarks FOLDER...                     see below

The last copies the text alone of FOLDER/model.h5, for each folder, into benchmark_<folder>.json.
"""

import os
import sys

import h5py

here = os.path.dirname(os.path.abspath(__file__))
if sys.argv[1] == "benchmarks":
    for folder in sys.argv[2:]:
        with h5py.File(os.path.join(folder, "model.h5")) as file:
            text = file.attrs["model_config"]
        with open(os.path.join(here, f"benchmark_{os.path.basename(folder)}.json"), "w") as file:
            file.write(text + "\n")
    sys.exit()

from make_configs import keras, layers, version, write_all

# Sizes, strides and dilations that leave remainders of every sort.
WINDOWS = [(1, 1), (2, 1), (3, 1), (3, 2), (2, 3), (5, 2), (4, 3), (1, 2)]


def convolutions_1d():
    x = keras.Input((13, 3), name="x")
    z = keras.Input((None, 2), name="z")
    outputs = []
    for padding in ("valid", "same", "causal"):
        for size, stride in WINDOWS:
            outputs.append(layers.Conv1D(2, size, strides=stride, padding=padding)(x))
        outputs.append(layers.Conv1D(4, 3, dilation_rate=3, padding=padding, use_bias=False)(x))
        outputs.append(layers.Conv1D(4, 3, strides=2, padding=padding, activation="relu")(z))
    for padding in ("valid", "same"):
        outputs.append(layers.DepthwiseConv1D(3, padding=padding, depth_multiplier=2)(x))
        outputs.append(layers.DepthwiseConv1D(4, strides=3, padding=padding, use_bias=False)(z))
    return keras.Model([x, z], outputs, name="convolutions_1d")


def convolutions_2d():
    x = keras.Input((9, 12, 3), name="x")
    z = keras.Input((None, 7, 2), name="z")
    outputs = []
    for padding in ("valid", "same"):
        for size, stride in WINDOWS:
            outputs.append(layers.Conv2D(2, size, strides=stride, padding=padding)(x))
        outputs.append(layers.Conv2D(5, (3, 2), strides=(2, 1), padding=padding, activation="tanh")(x))
        outputs.append(layers.Conv2D(5, (2, 3), dilation_rate=(3, 2), padding=padding, use_bias=False)(x))
        outputs.append(layers.Conv2D(5, 3, strides=(2, 3), padding=padding)(z))
        outputs.append(layers.DepthwiseConv2D(3, padding=padding, depth_multiplier=2)(x))
        outputs.append(layers.DepthwiseConv2D((2, 3), dilation_rate=2, padding=padding, activation="relu")(x))
        outputs.append(layers.DepthwiseConv2D(3, strides=2, padding=padding, use_bias=False)(z))
    return keras.Model([x, z], outputs, name="convolutions_2d")


def pooling():
    x = keras.Input((9, 12, 3), name="x")
    y = keras.Input((11, 4), name="y")
    z = keras.Input((None, 4), name="z")
    outputs = []
    for kind in ("Max", "Average"):
        one, two = getattr(layers, kind + "Pooling1D"), getattr(layers, kind + "Pooling2D")
        for padding in ("valid", "same"):
            for size, stride in WINDOWS:
                outputs += [one(size, stride, padding)(y), two(size, stride, padding)(x)]
            outputs += [one(3, padding=padding)(z), two((2, 3), (1, 2), padding)(x), two(2)(x)]
    for kind in ("GlobalMax", "GlobalAverage"):
        one, two = getattr(layers, kind + "Pooling1D"), getattr(layers, kind + "Pooling2D")
        outputs += [one()(z), one(keepdims=True)(y), two()(x), two(keepdims=True)(x)]
    outputs += [layers.ZeroPadding1D(2)(y), layers.ZeroPadding1D((0, 3))(z)]
    outputs += [layers.ZeroPadding2D(1)(x), layers.ZeroPadding2D((2, 0))(x), layers.ZeroPadding2D(((0, 1), (3, 2)))(x)]
    return keras.Model([x, y, z], outputs, name="pooling")


def normalizations():
    x = keras.Input((6, 4, 3), name="x")
    y = keras.Input((5,), name="y")
    z = keras.Input((None, 4), name="z")
    outputs = []
    for tensor in (x, y, z):
        outputs += [
            layers.BatchNormalization()(tensor),
            layers.BatchNormalization(scale=False, epsilon=1e-5, momentum=0.9)(tensor),
            layers.BatchNormalization(center=False, axis=len(tensor.shape) - 1)(tensor),
            layers.LayerNormalization()(tensor),
            layers.LayerNormalization(center=False, epsilon=1e-6)(tensor),
            layers.LayerNormalization(scale=False, axis=[len(tensor.shape) - 1])(tensor),
        ]
    a, b, c = (layers.Dense(4)(z) for _ in range(3))
    outputs += [layers.Add()([a, b]), layers.Add()([a, b, c, a]), layers.Add()([y, y])]
    return keras.Model([x, y, z], outputs, name="normalizations")


def sequences():
    x = keras.Input((7, 3), name="x")
    z = keras.Input((None, 4), name="z")
    lstm = layers.LSTM
    outputs = [
        lstm(5)(x),
        lstm(5, return_sequences=True, go_backwards=True)(x),
        lstm(3, use_bias=False, recurrent_activation="hard_sigmoid", activation="relu", dropout=0.1)(z),
        lstm(3, return_sequences=True, unit_forget_bias=False, recurrent_dropout=0.2, unroll=False)(z),
    ]
    return keras.Model([x, z], outputs, name="sequences")


def attention():
    x = keras.Input((6, 8), name="x")
    y = keras.Input((9, 5), name="y")
    k = keras.Input((9, 3), name="k")
    z = keras.Input((None, 8), name="z")
    mha = layers.MultiHeadAttention
    outputs = [
        mha(2, 4)(x, x),
        mha(2, 4, value_dim=3, use_bias=False)(x, y),
        mha(3, 2, output_shape=7, dropout=0.1)(x, y, k),
        mha(2, 4)(query=x, value=y, key=k),
        mha(2, 4)(x, value=y),
        mha(2, 4)(z, z, use_causal_mask=True),
        mha(1, 8, attention_axes=1)(z, x, return_attention_scores=False),
    ]
    return keras.Model([x, y, k, z], outputs, name="attention")


write_all([convolutions_1d, convolutions_2d, pooling, normalizations, sequences, attention])
