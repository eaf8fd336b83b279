"""Writes small models of convolutions, pooling, normalization, sequences and attention, each with inputs and what
Keras gives for them, and manifest.json in the form of Fixtures/keras.

    python Fixtures/layers/make_layer_fixtures.py

Needs keras 3, tensorflow, numpy and h5py. Seeds are fixed, so the same versions write the same numbers. The files
are copied into HDF5's latest format, which takes half the room; Fixtures/keras has files as Keras leaves them.
"""

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # plain convolutions: oneDNN's round otherwise
here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "keras"))

import h5py
import keras
import numpy as np
import tensorflow

from recorder import Writer

versions = {
    "keras": keras.__version__, "backend": "tensorflow " + tensorflow.__version__, "h5py": h5py.__version__,
    "hdf5": h5py.version.hdf5_version, "numpy": np.__version__,
}
writer = Writer(here, keras, versions, keras.utils.clear_session)

import cases_convolutions
import cases_networks
import cases_sequences

for module in (cases_convolutions, cases_sequences, cases_networks):
    writer.write(module.registry)
writer.write_manifest()


def copy(old, new):
    """Copies a group: its attributes, groups and datasets, which are laid out anew."""
    for name, value in old.attrs.items():
        new.attrs[name] = value
    for name, item in old.items():
        if isinstance(item, h5py.Group):
            copy(item, new.create_group(name))
        else:
            new.create_dataset(name, data=item[()])


for path in here.glob("*.h5"):
    small = path.with_suffix(".tmp")
    with h5py.File(path) as old, h5py.File(small, "w", libver="latest") as new:
        copy(old, new)
    small.replace(path)
    keras.models.load_model(path, compile=False)
print(f"{len(writer.cases)} cases written with Keras {keras.__version__}")
