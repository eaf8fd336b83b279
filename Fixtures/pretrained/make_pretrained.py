"""Trains a small network with plain NumPy and pickles it, as somebody who wrote their own network would.

Run it in this folder. 64-50-100-10 with sigmoid, sigmoid and softmax, on scikit-learn's digits scaled to 0..1.
Writes digits_p2.pkl to digits_p5.pkl (a dictionary W1, b1, W2, b2, W3, b3 in each protocol), digits_list.pkl
(the arrays as a list), digits_torch_order.pkl (kernels transposed, as (outputs, inputs)), digits.npz and
digits_compressed.npz, and what the network predicts for 20 rows: predict_inputs.npy, predict_expected.npy.
mixed.pkl holds what else a dictionary of arrays may have: nested containers, scalars, both byte orders,
Fortran order, an empty array, an OrderedDict, plain Python values.
"""

import collections
import os
import pickle

import numpy as np
from sklearn.datasets import load_digits


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(p, x):
    h1 = sigmoid(x @ p["W1"] + p["b1"])
    h2 = sigmoid(h1 @ p["W2"] + p["b2"])
    return h1, h2, softmax(h2 @ p["W3"] + p["b3"])


x, labels = load_digits(return_X_y=True)
x = x / 16
random = np.random.default_rng(7)
order = random.permutation(len(x))
test, train = order[:360], order[360:]
sizes = [64, 50, 100, 10]
p = {}
for i in range(3):
    limit = np.sqrt(6 / (sizes[i] + sizes[i + 1]))
    p[f"W{i + 1}"] = random.uniform(-limit, limit, (sizes[i], sizes[i + 1]))
    p[f"b{i + 1}"] = np.zeros(sizes[i + 1])
velocity = {name: np.zeros_like(value) for name, value in p.items()}
one_hot = np.eye(10)[labels]
for epoch in range(60):
    for batch in np.split(random.permutation(train), range(32, len(train), 32)):
        h1, h2, y = forward(p, x[batch])
        d3 = (y - one_hot[batch]) / len(batch)
        d2 = d3 @ p["W3"].T * h2 * (1 - h2)
        d1 = d2 @ p["W2"].T * h1 * (1 - h1)
        gradient = {"W3": h2.T @ d3, "b3": d3.sum(0), "W2": h1.T @ d2, "b2": d2.sum(0),
                    "W1": x[batch].T @ d1, "b1": d1.sum(0)}
        for name in p:
            velocity[name] = 0.9 * velocity[name] - 0.3 * gradient[name]
            p[name] = p[name] + velocity[name]
print("test accuracy", (forward(p, x[test])[2].argmax(1) == labels[test]).mean())

p = {name: value.astype(np.float32) for name, value in p.items()}
for protocol in (2, 3, 4, 5):
    with open(f"digits_p{protocol}.pkl", "wb") as file:
        pickle.dump(p, file, protocol=protocol)
with open("digits_list.pkl", "wb") as file:
    pickle.dump(list(p.values()), file, protocol=5)
with open("digits_torch_order.pkl", "wb") as file:
    turned = {name: np.ascontiguousarray(value.T) for name, value in p.items()}
    pickle.dump(turned, file, protocol=4)
np.savez("digits.npz", **p)
np.savez_compressed("digits_compressed.npz", **p)
rows = x[test[:20]].astype(np.float32)
np.save("predict_inputs.npy", rows)
exact = {name: value.astype(np.float64) for name, value in p.items()}
np.save("predict_expected.npy", forward(exact, rows.astype(np.float64))[2].astype(np.float32))

grid = np.arange(6, dtype=np.float32).reshape(2, 3)
shared = np.arange(3, dtype=np.int64)
mixed = {
    "fortran": np.asfortranarray(grid),
    "big": grid.astype(">f4"),
    "half": grid.astype(np.float16),
    "flags": np.array([True, False]),
    "empty": np.zeros((0, 2), dtype=np.float32),
    "scalar": np.float64(0.25),
    "nested": [{"W": grid, "b": shared}, (shared,)],
    "ordered": collections.OrderedDict(W=shared),
    "floats": [0.5, 1, -2.0],
    1: shared,
    "epochs": 60, "rate": 0.5, "name": "π", "none": None, "done": True, "big_number": 1 << 200,
    "sizes": (64, 50, 100, 10), "raw": b"\x00\xff",
}
for protocol in (2, 3, 4, 5):
    with open(f"mixed_p{protocol}.pkl", "wb") as file:
        pickle.dump(mixed, file, protocol=protocol)


class Calls:
    """Pickles to a call of `function` with `arguments`, which loading it in Python would make."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


class Plain:
    """An ordinary object: its class is named in the pickle."""

    def __init__(self):
        self.weights = grid


class Persistent(pickle.Pickler):
    def persistent_id(self, value):
        return "storage" if isinstance(value, Plain) else None


# Hostile or merely foreign: each must be refused by name. None does harm if loaded in Python.
hostile = {
    "system": Calls(os.system, "true"),
    "eval": Calls(eval, "1 + 1"),
    "getattr": Calls(getattr, "text", "upper"),
    "nested": {"W1": [Calls(Calls, Calls(exec, "pass"))]},
    "object": Plain(),
    "set": {1, 2, 3},
    "object_array": np.array([None, {}], dtype=object),
    "records": np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")]),
    "matrix": np.matrix([[1.0, 2.0]]),
    "date": np.array(["2020-01-01"], dtype="datetime64[D]"),
}
for name, value in hostile.items():
    with open(f"refused_{name}.pkl", "wb") as file:
        pickle.dump(value, file, protocol=4)
with open("refused_persistent.pkl", "wb") as file:
    Persistent(file, protocol=4).dump({"W1": Plain()})
with open("refused_protocol0.pkl", "wb") as file:
    pickle.dump({"W1": grid}, file, protocol=0)
with open("refused_protocol1.pkl", "wb") as file:
    pickle.dump({"W1": grid}, file, protocol=1)
with open("refused_out_of_band.pkl", "wb") as file:
    pickle.Pickler(file, protocol=5, buffer_callback=lambda buffer: None).dump({"W1": grid})
