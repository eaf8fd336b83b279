"""Writes what Keras and JAX make of activations, losses, optimizers and small networks, beside this script.

activations.json  for each activation: x, a target t, y = f(x), and the gradient by x of mean((y - t)^2)
losses.json       for each loss: outputs, targets, the loss and its gradient by the outputs
optimizers.json   for each optimizer: 50 gradients of 12 weights, and the weights after every tenth step
networks.json     for each network: weights, inputs, targets, predictions, loss and gradients by weights
normalization.json  data, and what Keras's Normalization.adapt makes of them

Numbers are float32 written so that they read back the same. Needs keras with the JAX backend.
usage: KERAS_BACKEND=jax python make_training.py
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
import jax
import jax.numpy as jnp
import keras
import numpy as np

here = Path(__file__).resolve().parent
rng = np.random.default_rng(20)


def plain(value):
    """Arrays as {shape, values}; float32 prints as the shortest text that reads back the same."""
    array = np.asarray(value)
    if array.dtype.kind in "iu":
        return {"shape": list(array.shape), "values": array.ravel().tolist()}
    return {"shape": list(array.shape), "values": [float(str(v)) for v in array.astype(np.float32).ravel()]}


def write(name, cases):
    text = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (here / f"{name}.json").write_text(f"[\n{text}\n]\n", encoding="utf-8")


def heavy(*shape):
    """Normal numbers, none within 0.02 of a corner of an activation."""
    x = rng.normal(0, 2.5, shape).astype(np.float32)
    for corner in (-3, -2.5, 0, 1, 2, 2.5, 3, 6):
        x = np.where(np.abs(x - corner) < 0.02, x + 0.05, x)
    return x.astype(np.float32)


a = keras.activations
activations = {
    "linear": a.linear,
    "relu": a.relu,
    "relu_options": lambda x: a.relu(x, negative_slope=0.1, max_value=2.0, threshold=1.0),
    "relu6": a.relu6,
    "leaky_relu": lambda x: a.leaky_relu(x, negative_slope=0.2),
    "leaky_relu_negative": lambda x: a.leaky_relu(x, negative_slope=-0.3),
    "elu": lambda x: a.elu(x, alpha=1.0),
    "elu_alpha": lambda x: a.elu(x, alpha=0.4),
    "selu": a.selu,
    "sigmoid": a.sigmoid,
    "tanh": a.tanh,
    "softplus": a.softplus,
    "softsign": a.softsign,
    "gelu": lambda x: a.gelu(x, approximate=False),
    "gelu_approximate": lambda x: a.gelu(x, approximate=True),
    "silu": a.silu,
    "exponential": a.exponential,
    "hard_sigmoid": a.hard_sigmoid,
    "legacy_hard_sigmoid": lambda x: jnp.clip(0.2 * x + 0.5, 0, 1),
    "softmax": lambda x: a.softmax(x, axis=-1),
    "softmax_axis_1": lambda x: a.softmax(x, axis=1),
}
cases = []
for name, f in activations.items():
    x = heavy(1, 6, 8)
    if name == "exponential":
        x = x / 3
    t = rng.normal(0, 1, x.shape).astype(np.float32)
    gradient = jax.grad(lambda x: jnp.mean((f(x) - t) ** 2))(jnp.asarray(x))
    cases.append({"name": name, "x": plain(x), "t": plain(t), "y": plain(f(jnp.asarray(x))), "gradient": plain(gradient)})
write("activations", cases)

k = keras.losses
logits = rng.normal(0, 3, (6, 5)).astype(np.float32)
probabilities = np.asarray(jax.nn.softmax(jnp.asarray(rng.normal(0, 1, (6, 5)).astype(np.float32))))
unnormalized = rng.uniform(0.05, 0.9, (6, 5)).astype(np.float32)
labels = rng.integers(0, 5, 6)
onehot = np.eye(5, dtype=np.float32)[labels]
soft = np.asarray(jax.nn.softmax(jnp.asarray(rng.normal(0, 1, (6, 5)).astype(np.float32))))
bits = rng.integers(0, 2, (6, 5)).astype(np.float32)
numbers = rng.normal(0, 1, (6, 5)).astype(np.float32)
huge = np.array([[900, -900, 0, 3, 4]] * 2, dtype=np.float32)
losses = [
    ("sparse_logits", k.SparseCategoricalCrossentropy(from_logits=True), logits, labels),
    ("sparse_logits_huge", k.SparseCategoricalCrossentropy(from_logits=True), huge, np.array([0, 1])),
    ("sparse_probabilities", k.SparseCategoricalCrossentropy(), probabilities, labels),
    ("sparse_unnormalized", k.SparseCategoricalCrossentropy(), unnormalized, labels),
    ("categorical_logits", k.CategoricalCrossentropy(from_logits=True), logits, onehot),
    ("categorical_logits_soft", k.CategoricalCrossentropy(from_logits=True), logits, soft),
    ("categorical_logits_light", k.CategoricalCrossentropy(from_logits=True), logits, soft * np.float32(0.6)),
    ("categorical_probabilities", k.CategoricalCrossentropy(), probabilities, onehot),
    ("categorical_unnormalized", k.CategoricalCrossentropy(), unnormalized, soft),
    ("binary_logits", k.BinaryCrossentropy(from_logits=True), logits, bits),
    ("binary_probabilities", k.BinaryCrossentropy(), unnormalized, bits),
    ("mse", k.MeanSquaredError(), logits, numbers),
    ("mae", k.MeanAbsoluteError(), logits, numbers),
]
cases = []
for name, loss, outputs, targets in losses:
    value, gradient = jax.value_and_grad(lambda o: loss(jnp.asarray(targets), o))(jnp.asarray(outputs))
    cases.append({"name": name, "outputs": plain(outputs), "targets": plain(targets), "loss": float(str(np.float32(value))), "gradient": plain(gradient)})
write("losses", cases)

o = keras.optimizers
optimizers = [
    ("sgd", o.SGD(0.05)),
    ("sgd_momentum", o.SGD(0.05, momentum=0.9)),
    ("sgd_nesterov", o.SGD(0.05, momentum=0.9, nesterov=True)),
    ("adam", o.Adam(0.01)),
    ("adam_options", o.Adam(0.02, beta_1=0.8, beta_2=0.99, epsilon=1e-5)),
]
cases = []
for name, optimizer in optimizers:
    w = rng.normal(0, 1, 12).astype(np.float32)
    gradients = (rng.normal(0, 1, (50, 12)) * np.logspace(-4, 1, 12)).astype(np.float32)
    variable = keras.Variable(w)
    optimizer.build([variable])
    after = []
    for step in range(50):
        optimizer.apply([jnp.asarray(gradients[step])])
        if step % 10 == 9:
            after.append(np.asarray(variable))
    cases.append({"name": name, "start": plain(w), "gradients": plain(gradients), "after": plain(np.stack(after))})
write("optimizers", cases)


def layer(rows, columns):
    return [rng.normal(0, 1 / np.sqrt(rows), (rows, columns)).astype(np.float32), rng.normal(0, 0.3, columns).astype(np.float32)]


def shared(w, x):
    h = jnp.tanh(x @ w[0] + w[1])
    h = jnp.tanh(h @ w[0] + w[1])
    return h @ w[2] + w[3]


def deep(w, x):
    h = a.gelu(x @ w[0] + w[1], approximate=False)
    h = a.silu(h @ w[2] + w[3])
    return a.softmax(h @ w[4] + w[5])


def inner(w, x):
    return a.tanh(x @ w[0] + w[1]) @ w[2] + w[3]


crossentropy = k.SparseCategoricalCrossentropy(from_logits=True)
networks = [
    ("shared", shared, layer(5, 5) + layer(5, 3), rng.normal(0, 1, (9, 5)), rng.integers(0, 3, 9), crossentropy),
    ("deep", deep, layer(7, 19) + layer(19, 6) + layer(6, 4), rng.normal(0, 1, (33, 7)), rng.integers(0, 4, 33), k.SparseCategoricalCrossentropy()),
    ("inner", inner, layer(4, 6) + layer(6, 3), rng.normal(0, 1, (5, 2, 3, 4)), rng.normal(0, 1, (5, 2, 3, 3)), k.MeanSquaredError()),
]
cases = []
for name, f, weights, x, t, loss in networks:
    x = x.astype(np.float32)
    t = t if t.dtype.kind == "i" else t.astype(np.float32)
    with jax.default_matmul_precision("highest"):
        value, gradients = jax.value_and_grad(lambda w: loss(jnp.asarray(t), f(w, jnp.asarray(x))))([jnp.asarray(v) for v in weights])
        y = f(weights, x)
    cases.append({"name": name, "weights": [plain(w) for w in weights], "x": plain(x), "t": plain(t), "y": plain(y), "loss": float(str(np.float32(value))), "gradients": [plain(g) for g in gradients]})
write("networks", cases)

cases = []
for name, shape, axis in (("last", (40, 3, 4), -1), ("first", (40, 3, 4), 1), ("both", (40, 3, 4), (1, 2)), ("none", (40, 6), None)):
    x = (rng.normal(0, 1, shape) * rng.uniform(0.5, 9, shape[1:]) + rng.normal(0, 20, shape[1:])).astype(np.float32)
    normalization = keras.layers.Normalization(axis=axis)
    normalization.adapt(x)
    cases.append({"name": name, "x": plain(x), "y": plain(normalization(x[:5])), "mean": plain(normalization.mean), "variance": plain(normalization.variance)})
write("normalization", cases)
