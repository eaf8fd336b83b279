"""Writes the models of this folder with Keras 2, and manifest.json in the form of Fixtures/keras.

    python3.11 -m venv keras2 && keras2/bin/pip install "tensorflow-cpu==2.13.*"
    keras2/bin/python Fixtures/keras2/make_keras2_fixtures.py

Keras 2 spells its configs differently (batch_input_shape, inbound nodes as nested lists, plain dtypes), calls its
weights kernel:0, and its hard_sigmoid is 0.2x + 0.5. The first Keras 2 releases differ again: class "Model", and a
Sequential whose config is the bare list of its layers; the last cases are edited to be so.
"""

import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "keras"))

import h5py
import keras
import numpy as np
import tensorflow
from keras import Input, Model, Sequential, layers

from recorder import Registry, Writer, change_config

registry = Registry()
case, edited = registry.case, registry.edited

VALUES = np.array(
    [-30, -6, -3.5, -3, -2.5, -1, -0.5, -0.0, 1e-3, 0.5, 1, 2, 2.5, 2.999, 3, 5.5, 6, 6.5, 9, 20],
    dtype=np.float32,
).reshape(2, 10)


@case()
def sequential(rng):
    "Two Dense layers after an input: the class is Sequential, the weights are called kernel:0 and bias:0."
    return Sequential([Input((5,)), layers.Dense(4, activation="relu"), layers.Dense(3, activation="softmax")]), [
        rng.normal(size=(3, 5))]


@case()
def sequential_input_shape(rng):
    "The input's shape given to the first layer: batch_input_shape is in an InputLayer and in Dense's own config."
    return Sequential([layers.Dense(3, input_shape=(5,)), layers.Dropout(0.5), layers.Dense(2)]), [
        rng.normal(size=(3, 5))]


@case()
def sequential_no_input(rng):
    "A Sequential without Input, built by calling it on three rows."
    model = Sequential([layers.Flatten(), layers.Dense(2)])
    model(np.zeros((3, 2, 3), np.float32))
    return model, [rng.normal(size=(4, 2, 3))]


@case()
def hard_sigmoid(rng):
    "hard_sigmoid as Dense's activation and as a layer: 0.2x + 0.5 between 0 and 1."
    x = Input((10,), name="values")
    return Model(x, [layers.Dense(4, activation="hard_sigmoid", name="inside")(x),
                     layers.Activation("hard_sigmoid", name="alone")(x)]), [VALUES]


@case()
def activation_layers(rng):
    "The activations of Keras 2, an Activation layer each; swish is silu by its older name."
    x = Input((10,), name="values")
    names = ["linear", "relu", "elu", "selu", "sigmoid", "tanh", "softmax", "softplus", "softsign", "gelu", "swish",
             "exponential", "hard_sigmoid"]
    return Model(x, [layers.Activation(name, name=name)(x) for name in names]), [VALUES]


@case()
def advanced_activation_layers(rng):
    "Layers of their own: LeakyReLU keeps its slope in alpha; options are rounded to float32."
    x = Input((10,), name="values")
    made = [
        layers.LeakyReLU(name="leaky_default"), layers.LeakyReLU(alpha=0.01, name="leaky"),
        layers.ELU(alpha=0.7, name="elu"), layers.ReLU(name="relu"), layers.ReLU(6.0, 0.1, 0.5, name="relu_all"),
        layers.Softmax(name="softmax"),
    ]
    return Model(x, [layer(x) for layer in made]), [VALUES]


@case()
def functional_shared(rng):
    "A shared layer: inbound nodes as lists of [layer, node, tensor, {}], two of them, outputs s,0,0 and s,1,0."
    a, b = Input((4,), name="a"), Input((4,), name="b")
    shared = layers.Dense(3, activation="tanh", name="s")
    return Model([a, b], [shared(a), layers.Dense(2, name="t")(shared(b))]), [
        rng.normal(size=(2, 4)), rng.normal(size=(2, 4))]


@case()
def reshape_flatten(rng):
    "Reshape with -1, and Flatten with channels_first."
    x = Input((2, 3, 4))
    return Model(x, [layers.Reshape((4, -1))(x), layers.Flatten(data_format="channels_first")(x)]), [
        rng.normal(size=(2, 2, 3, 4))]


@case()
def rescaling_uint8(rng):
    "uint8 into Rescaling with scale and offset."
    x = Input((2, 3), dtype="uint8", name="pixels")
    return Model(x, layers.Dense(2)(layers.Flatten()(layers.Rescaling(1 / 127.5, offset=-1)(x)))), [
        rng.integers(0, 256, size=(3, 2, 3)).astype(np.uint8)]


@case()
def normalization(rng):
    """Adapted along the last axis: mean, variance and an int64 count, without the prefix of
    the layer's name. The layer's batch_input_shape is [null, null] and says nothing."""
    data = (rng.normal(size=(40, 3)) * [1, 5, 0.2] + [0, -3, 10]).astype(np.float32)
    layer = layers.Normalization()
    layer.adapt(data)
    return Sequential([Input((3,)), layer, layers.Dense(2)]), [data[:4]]


@case()
def normalization_axis_none(rng):
    "axis=None, adapted: the weights are single numbers, and the axis is written as an empty list."
    data = (rng.normal(size=(40, 3)) * 4 + 7).astype(np.float32)
    layer = layers.Normalization(axis=None)
    layer.adapt(data)
    return Sequential([Input((3,)), layer]), [data[:4]]


@case()
def normalization_given(rng):
    "mean and variance in the config."
    return Sequential([Input((3,)), layers.Normalization(mean=[1.0, -2.0, 0.5], variance=[4.0, 0.25, 1.0])]), [
        rng.normal(size=(4, 3))]


@case()
def compiled_trained(rng):
    "training_config and optimizer_weights as Keras 2 writes them."
    model = Sequential([Input((5,)), layers.Dense(3, activation="sigmoid", name="layer_one")])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.fit(rng.normal(size=(8, 5)), rng.integers(0, 2, size=(8, 3)), epochs=1, verbose=0)
    return model, [rng.normal(size=(3, 5))]


@case(tolerance=(3e-3, 5e-3), why="Keras computed it in float16")
def mixed_float16(rng):
    "A dtype policy as Keras 2 writes it: class_name Policy."
    return Sequential([Input((5,)), layers.Dense(3, dtype=keras.mixed_precision.Policy("mixed_float16"))]), [
        rng.normal(size=(3, 5))]


@edited("functional_shared")
def class_model(path):
    "The model's class is Model, as before Keras 2.4, and layers have no module or registered name."
    def change(config):
        config["class_name"] = "Model"
        for layer in config["config"]["layers"]:
            layer["config"].pop("trainable", None)
    change_config(path, change)


@edited("sequential_input_shape")
def sequential_list(path):
    "A Sequential as before Keras 2.3: its config is the list of layers, and there is no InputLayer."
    def change(config):
        config["config"] = [layer for layer in config["config"]["layers"] if layer["class_name"] != "InputLayer"]
    change_config(path, change)
    with h5py.File(path, "r+") as file:
        file.attrs["keras_version"] = "2.2.4"


versions = {
    "keras": keras.__version__, "backend": "tensorflow " + tensorflow.__version__, "h5py": h5py.__version__,
    "hdf5": h5py.version.hdf5_version, "numpy": np.__version__,
}
writer = Writer(here, keras, versions, keras.backend.clear_session)
writer.write(registry)
next(entry for entry in writer.cases if entry["name"] == "sequential_list")["inputs"][0].pop("name")
writer.write_manifest()
print(f"{len(writer.cases)} cases written with Keras {keras.__version__}")
