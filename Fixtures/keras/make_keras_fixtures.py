"""Writes the models of this folder with Keras 3, and manifest.json, which says what each must do.

    python Fixtures/keras/make_keras_fixtures.py

Needs keras 3, jax, numpy, scipy and h5py. Seeds are fixed, so the same versions write the same files.

Each case NAME is NAME.h5 with NAME.input_0.npy ... and NAME.output_0.npy ... (float32, as Keras predicts at
inference). The manifest lists for each case:
  expect   "load": the outputs must come out, within atol + rtol * |expected| (the case's own, or the manifest's)
           "refuse": opening it must fail with an error of the `kind` ("malformed" or "unsupported") that holds
           every one of `words`
  file     NAME.h5, or for some refusals NAME.json: a model_config by itself, for the graph's decoder
  until    what has to be built before a refused case becomes one that loads; its arrays are there already
  classes  the layer classes in it
"""

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"  # without it JAX would compute float64 layers in float32
os.environ["JAX_PLATFORMS"] = "cpu"

from pathlib import Path

import h5py
import jax
import keras
import numpy as np

from recorder import Writer

versions = {
    "keras": keras.__version__, "backend": "jax " + jax.__version__, "h5py": h5py.__version__,
    "hdf5": h5py.version.hdf5_version, "numpy": np.__version__,
}
writer = Writer(Path(__file__).resolve().parent, keras, versions, keras.utils.clear_session)

import cases_activations
import cases_graphs
import cases_layers
import cases_refused

for module in (cases_layers, cases_activations, cases_graphs, cases_refused):
    writer.write(module.registry)
writer.write_manifest()
print(f"{len(writer.cases)} cases written with Keras {keras.__version__}")
