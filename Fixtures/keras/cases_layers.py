"""Dense, Dropout, Flatten, Reshape, Rescaling, Normalization and the dtypes."""

import numpy as np
from keras import Input, Sequential, layers

from recorder import Registry

registry = Registry()
case = registry.case


@case()
def dense(rng):
    "One Dense layer with a bias."
    return Sequential([Input((5,)), layers.Dense(3)]), [rng.normal(size=(4, 5))]


@case()
def dense_no_bias(rng):
    "use_bias=False: the kernel alone."
    return Sequential([Input((5,)), layers.Dense(3, use_bias=False)]), [rng.normal(size=(4, 5))]


@case()
def dense_one_by_one(rng):
    "A single input and a single unit."
    return Sequential([Input((1,)), layers.Dense(1)]), [rng.normal(size=(3, 1))]


@case()
def dense_wide(rng):
    "67 inputs, 81 units, 19 rows: none a multiple of a vector or a panel."
    return Sequential([Input((67,)), layers.Dense(81, activation="relu")]), [rng.normal(size=(19, 67))]


@case()
def dense_stack(rng):
    "Three Dense layers, as the demo's network."
    model = Sequential([
        Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(16, activation="relu"),
        layers.Dense(10),
    ])
    return model, [rng.integers(0, 17, size=(8, 64)).astype(np.float32) / 16]


@case()
def dense_rank3(rng):
    "Dense on (batch, 4, 5): along the last axis."
    return Sequential([Input((4, 5)), layers.Dense(3, activation="relu")]), [rng.normal(size=(2, 4, 5))]


@case()
def dense_rank4(rng):
    "Dense on (batch, 2, 3, 5)."
    return Sequential([Input((2, 3, 5)), layers.Dense(4, activation="tanh")]), [rng.normal(size=(2, 2, 3, 5))]


@case()
def dense_open_length(rng):
    "Dense on (batch, any length, 4), run at length 7."
    return Sequential([Input((None, 4)), layers.Dense(3)]), [rng.normal(size=(2, 7, 4))]


@case()
def dropout(rng):
    "Dropout between two Dense layers changes nothing at inference."
    return Sequential([Input((5,)), layers.Dense(4), layers.Dropout(0.5, seed=3), layers.Dense(2)]), [
        rng.normal(size=(3, 5))]


@case()
def dropout_noise_shape(rng):
    "Dropout with a noise_shape."
    return Sequential([Input((3, 4)), layers.Dropout(0.25, noise_shape=(None, 1, 4)), layers.Dense(2)]), [
        rng.normal(size=(2, 3, 4))]


@case()
def flatten(rng):
    "Flatten (batch, 2, 3, 4) to (batch, 24)."
    return Sequential([Input((2, 3, 4)), layers.Flatten(), layers.Dense(3)]), [rng.normal(size=(2, 2, 3, 4))]


@case()
def flatten_channels_first(rng):
    "data_format='channels_first' moves axis 1 to the end before flattening."
    return Sequential([Input((2, 3, 4)), layers.Flatten(data_format="channels_first")]), [
        rng.normal(size=(2, 2, 3, 4))]


@case()
def flatten_scalar(rng):
    "Flatten makes (batch,) into (batch, 1)."
    return Sequential([Input(()), layers.Flatten(), layers.Dense(3)]), [rng.normal(size=(5,))]


@case()
def reshape(rng):
    "Reshape 12 into (3, 4), then Dense along the last axis."
    return Sequential([Input((12,)), layers.Reshape((3, 4)), layers.Dense(2)]), [rng.normal(size=(3, 12))]


@case()
def reshape_rest(rng):
    "Reshape with -1 for the axis that follows from the others."
    return Sequential([Input((3, 8)), layers.Reshape((2, -1, 3))]), [rng.normal(size=(2, 3, 8))]


@case()
def reshape_open_length(rng):
    "Reshape (batch, any length, 4) to (batch, -1, 2), run at length 3."
    return Sequential([Input((None, 4)), layers.Reshape((-1, 2)), layers.Dense(3)]), [rng.normal(size=(2, 3, 4))]


@case()
def rescaling(rng):
    "Rescaling with scale and offset."
    return Sequential([Input((6,)), layers.Rescaling(1 / 127.5, offset=-1.0)]), [
        rng.integers(0, 256, size=(3, 6)).astype(np.float32)]


@case()
def rescaling_vector(rng):
    "Rescaling with a list of scales and a list of offsets, one a column."
    return Sequential([Input((3,)), layers.Rescaling([0.5, 2.0, -1.0], offset=[1.0, 0.0, -3.0])]), [
        rng.normal(size=(4, 3))]


@case()
def rescaling_vector_rank3(rng):
    "A list of scales broadcasts along the last axis; the offset stays a single number."
    return Sequential([Input((2, 3)), layers.Rescaling([0.5, 2.0, -1.0], offset=0.25)]), [rng.normal(size=(2, 2, 3))]


@case()
def rescaling_uint8(rng):
    "Pixels come in as uint8 and leave Rescaling as float32."
    model = Sequential([Input((8, 8), dtype="uint8"), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(4)])
    return model, [rng.integers(0, 256, size=(3, 8, 8)).astype(np.uint8)]


@case()
def rescaling_int32(rng):
    "int32 inputs, negative ones as well."
    model = Sequential([Input((5,), dtype="int32"), layers.Rescaling(0.01, offset=0.5), layers.Dense(3)])
    return model, [rng.integers(-1000, 1000, size=(3, 5)).astype(np.int32)]


@case()
def dense_int32(rng):
    "An int32 input that goes straight into Dense."
    model = Sequential([Input((5,), dtype="int32"), layers.Dense(3)])
    return model, [rng.integers(-9, 10, size=(3, 5)).astype(np.int32)]


def adapted(layer, data):
    layer.adapt(data)
    return layer


@case()
def normalization_adapted(rng):
    "Adapted to data: mean, variance and count are weights. One column is constant, so its variance is 0."
    data = rng.normal(size=(40, 4)) * [1, 5, 0.2, 0] + [0, -3, 10, 2]
    layer = adapted(layers.Normalization(), data.astype(np.float32))
    rows = data[:4].copy()
    return Sequential([Input((4,)), layer, layers.Dense(3)]), [rows]


@case()
def normalization_given(rng):
    "mean and variance as lists in the config, not weights."
    layer = layers.Normalization(mean=[1.0, -2.0, 0.5], variance=[4.0, 0.25, 1.0])
    return Sequential([Input((3,)), layer]), [rng.normal(size=(4, 3))]


@case()
def normalization_given_scalar(rng):
    "mean and variance as single numbers, with the default axis."
    return Sequential([Input((3,)), layers.Normalization(mean=0.5, variance=2.0)]), [rng.normal(size=(4, 3))]


@case(reload=False)
def normalization_axis_none(rng):
    """axis=None: one mean and one variance for all values; adapted. Keras writes axis=[] and weights of shape (),
    which it reads as axis=-1 itself and so cannot load again."""
    data = (rng.normal(size=(30, 3, 2)) * 4 + 7).astype(np.float32)
    return Sequential([Input((3, 2)), adapted(layers.Normalization(axis=None), data)]), [data[:2]]


@case(reload=False)
def normalization_axis_none_given(rng):
    "axis=None with mean and variance given; written as axis=[]."
    return Sequential([Input((3, 2)), layers.Normalization(axis=None, mean=3.0, variance=9.0)]), [
        rng.normal(size=(2, 3, 2))]


@case()
def normalization_axis_1(rng):
    "axis=1 on (batch, 3, 4): the weights have shape (3,) and broadcast along axis 1."
    data = (rng.normal(size=(30, 3, 4)) * 3 - 1).astype(np.float32)
    return Sequential([Input((3, 4)), adapted(layers.Normalization(axis=1), data)]), [data[:2]]


@case(reload=False)
def normalization_axes(rng):
    """axis=(1, 2): a mean for every element of (batch, 3, 4). Keras drops a list of two axes when it reads an .h5
    and so cannot load this one again."""
    data = (rng.normal(size=(30, 3, 4)) * 3 - 1).astype(np.float32)
    return Sequential([Input((3, 4)), adapted(layers.Normalization(axis=(1, 2)), data)]), [data[:2]]


@case()
def normalization_invert(rng):
    "invert=True: back from normalized values to the original ones."
    layer = layers.Normalization(mean=[1.0, -2.0, 0.5], variance=[4.0, 0.25, 1.0], invert=True)
    return Sequential([Input((3,)), layer]), [rng.normal(size=(4, 3))]


def policy(name, note, dtype, **options):
    @case(name, note, **options)
    def build(rng):
        model = Sequential([Input((6,)), layers.Dense(5, activation="tanh", dtype=dtype)])
        return model, [rng.normal(size=(4, 6))]


policy("dtype_float64", "Weights of 8 bytes, computed in float64.", "float64")
policy("dtype_mixed_float16", "Weights in float32, computed in float16.", "mixed_float16",
       tolerance=(3e-3, 5e-3), why="Keras computed it in float16")
policy("dtype_float16", "Weights of 2 bytes, computed in float16.", "float16",
       tolerance=(3e-3, 5e-3), why="Keras computed it in float16")
policy("dtype_mixed_bfloat16", "Weights in float32, computed in bfloat16.", "mixed_bfloat16",
       tolerance=(3e-2, 3e-2), why="Keras computed it in bfloat16")
policy("dtype_bfloat16", "bfloat16 weights, which Keras saves as opaque data of two bytes and cannot load again.",
       "bfloat16", tolerance=(3e-2, 3e-2), why="Keras computed it in bfloat16", reload=False)
