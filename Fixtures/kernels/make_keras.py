"""Write keras.json: what Keras computes for activations, softmax, Rescaling, Normalization and Dense.

usage: KERAS_BACKEND=jax make_keras.py      (writes beside itself; needs keras, jax, numpy)

Floats are written as the integers of their bits, so that NaN and infinity fit into JSON. Subnormal inputs are
left out: the backend flushes them to zero.
"""
import json
import os

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
a = keras.activations


def bits(x):
    return np.asarray(x, "<f4").view("<u4").ravel().tolist()


x = np.concatenate([
    np.linspace(-20, 20, 161), np.linspace(-1, 1, 41), [-0.0, 1e-8, -1e-8, 1e-30, -1e-30, 30, -30, 60, -60],
    [85, -85, 88.5, -88.5, 95, -95, 1e4, -1e4, 1e30, -1e30, np.inf, -np.inf, np.nan],
]).astype("f4")
infinity = float("inf")
functions = [
    ("LINEAR", (), a.linear),
    ("RELU", (0, infinity, 0), a.relu),
    ("RELU", (0.2, 3, 0), lambda v: a.relu(v, negative_slope=0.2, max_value=3)),
    ("RELU", (0, infinity, 1), lambda v: a.relu(v, threshold=1)),
    ("RELU", (0.1, 4, 0.5), lambda v: a.relu(v, negative_slope=0.1, max_value=4, threshold=0.5)),
    ("RELU6", (), a.relu6),
    ("LEAKY_RELU", (0.2,), a.leaky_relu),
    ("LEAKY_RELU", (0.01,), lambda v: a.leaky_relu(v, negative_slope=0.01)),
    ("ELU", (1,), a.elu),
    ("ELU", (0.5,), lambda v: a.elu(v, alpha=0.5)),
    ("SELU", (), a.selu),
    ("SIGMOID", (), a.sigmoid),
    ("TANH", (), a.tanh),
    ("SOFTPLUS", (), a.softplus),
    ("SOFTSIGN", (), a.softsign),
    ("GELU", (), a.gelu),
    ("GELU_TANH", (), lambda v: a.gelu(v, approximate=True)),
    ("SILU", (), a.silu),
    ("EXPONENTIAL", (), a.exponential),
    ("HARD_SIGMOID", (), a.hard_sigmoid),
    # Keras 2's backend.hard_sigmoid.
    ("HARD_SIGMOID_LEGACY", (), lambda v: np.clip(np.float32(0.2) * v + np.float32(0.5), 0, 1)),
    ("HEAVISIDE", (1,), lambda v: np.heaviside(v, np.float32(1))),
    ("HEAVISIDE", (0,), lambda v: np.heaviside(v, np.float32(0))),
    ("SIGN", (), np.sign),
    ("HARD_SILU", (), a.hard_silu),
]
cases = []
for kind, options, function in functions:
    alpha, beta, threshold = (list(options) + [0, 0, 0])[:3]
    cases.append({"kind": kind, "options": bits([alpha, beta, threshold]), "y": bits(function(x))})

rng = np.random.default_rng(5)
softmax = []
for shape, axis in [((7, 10), 1), ((3, 16), 1), ((2, 100), 1), ((1, 1), 1), ((2, 5, 7), 1), ((2, 20, 3, 6), 1), ((2, 3, 40), 2)]:
    v = rng.normal(0, 3, shape).astype("f4")
    softmax.append({"shape": list(shape), "axis": axis, "x": bits(v), "y": bits(a.softmax(v, axis=axis))})
v = np.array([[1e30, 1e30, -1e30, 0], [-1e4, -1e4, -1e4, -1e4], [90, -90, 0, 89], [np.nan, 1, 2, 3],
              [-np.inf, 0, 1, 2], [np.inf, 0, 1, 2], [-np.inf] * 4], "f4")
softmax.append({"shape": [7, 4], "axis": 1, "x": bits(v), "y": bits(a.softmax(v, axis=1))})

v = rng.normal(0, 100, (5, 37)).astype("f4")
mean, variance = rng.normal(0, 5, 37).astype("f4"), rng.uniform(0, 4, 37).astype("f4")
variance[3] = 0
layers = {
    "x": bits(v), "mean": bits(mean), "variance": bits(variance),
    "normalized": bits(keras.layers.Normalization(mean=mean, variance=variance)(v)),
    "rescaled": bits(keras.layers.Rescaling(1 / 127.5, offset=-1)(v)),
}
w, b, u = rng.normal(0, 0.3, (19, 21)).astype("f4"), rng.normal(0, 0.3, 21).astype("f4"), rng.normal(0, 1, (2, 6, 19)).astype("f4")
dense = keras.layers.Dense(21, activation="tanh")
dense.build(u.shape)
dense.set_weights([w, b])
layers["dense"] = {"x": bits(u), "kernel": bits(w), "bias": bits(b), "y": bits(dense(u))}

with open(os.path.join(here, "keras.json"), "w") as f:
    json.dump({"keras": keras.__version__, "x": bits(x), "activations": cases, "softmax": softmax, "layers": layers}, f, separators=(",", ":"))
