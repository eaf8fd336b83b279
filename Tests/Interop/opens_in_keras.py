"""Opens a model file with Keras and compares what it predicts with what the runtime gave.

usage: opens_in_keras.py MODEL.h5 INPUT.npy OUTPUT.npy [--compiled]
       opens_in_keras.py MODEL.h5 --golden [--compiled]

INPUT and OUTPUT are a batch and the runtime's outputs for it; --golden takes the file's golden sample
instead. With --compiled, Keras must load the model compiled, loss and optimizer included. Models with inputs
or outputs of their own beyond the first give INPUT and OUTPUT as .npz files, whose arrays are in order.
"""

import argparse
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import h5py
import keras
import numpy as np

ABSOLUTE = RELATIVE = 1e-5


@keras.saving.register_keras_serializable(package="Swiftlet", name="heaviside")
def heaviside(x):
    return keras.ops.cast(x >= 0, x.dtype)


@keras.saving.register_keras_serializable(package="Swiftlet", name="sign")
def sign(x):
    return keras.ops.sign(x)


def arrays(path):
    loaded = np.load(path)
    return [loaded[name] for name in loaded.files] if path.endswith(".npz") else [loaded]


def golden(path):
    with h5py.File(path) as file:
        group = file["swiftlet/golden_sample"]
        return (
            [group[f"input_{i}"][()] for i in range(group.attrs["input_count"])],
            [group[f"output_{i}"][()] for i in range(group.attrs["output_count"])],
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("input", nargs="?")
    parser.add_argument("output", nargs="?")
    parser.add_argument("--golden", action="store_true")
    parser.add_argument("--compiled", action="store_true")
    options = parser.parse_args()
    if options.golden == (options.output is not None):
        parser.error("give INPUT and OUTPUT, or --golden")

    model = keras.models.load_model(options.model)
    if options.compiled and not (model.compiled and model.optimizer is not None and model.loss is not None):
        sys.exit(f"{options.model}: Keras did not load it compiled")
    inputs, expected = golden(options.model) if options.golden else (arrays(options.input), arrays(options.output))
    found = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    found = found if isinstance(found, (list, tuple)) else [found]
    if len(found) != len(expected):
        sys.exit(f"{options.model}: Keras gives {len(found)} outputs, not {len(expected)}")
    for index, (theirs, ours) in enumerate(zip(found, expected)):
        if theirs.shape != ours.shape:
            sys.exit(f"{options.model}: output {index} is {theirs.shape} in Keras and {ours.shape} here")
        if not np.allclose(ours, theirs, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True):
            worst = np.nanmax(np.abs(ours.astype(np.float64) - theirs))
            sys.exit(f"{options.model}: output {index} differs from Keras by up to {worst}")
    print(f"{options.model}: Keras {keras.__version__} agrees on {len(expected[0])} rows")


main()
