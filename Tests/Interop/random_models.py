"""Keras models drawn at random from the layers that Swiftlet has, each with inputs for it."""

import numpy as np
from keras import Input, Model, Sequential, layers

ACTIVATIONS = [
    None, "linear", "relu", "relu6", "leaky_relu", "elu", "selu", "sigmoid", "tanh", "softmax", "softplus",
    "softsign", "gelu", "silu", "hard_sigmoid",
]


def size(rng, largest=70):
    """Often small, sometimes past a vector or a panel."""
    return int(rng.integers(1, 9) if rng.random() < 0.5 else rng.integers(9, largest))


def dense(rng, units=None):
    activation = ACTIVATIONS[rng.integers(len(ACTIVATIONS))]
    return layers.Dense(units or size(rng), activation=activation, use_bias=bool(rng.random() < 0.8))


def randomized(model, rng):
    """Gives every trainable weight random values that keep the signal's size, biases included."""
    for weight in model.trainable_weights:
        fan_in = weight.shape[0] if len(weight.shape) > 1 else 4
        weight.assign((rng.normal(size=tuple(weight.shape)) / np.sqrt(fan_in)).astype(np.float32))
    return model


def stack(rng):
    """A Sequential of Dense, Dropout and Activation layers."""
    columns = size(rng)
    model = Sequential([Input((columns,))] if rng.random() < 0.7 else [])
    for _ in range(rng.integers(1, 6)):
        model.add(dense(rng))
        if rng.random() < 0.3:
            model.add(layers.Dropout(0.3))
        if rng.random() < 0.3:
            model.add(layers.Activation(str(rng.choice(ACTIVATIONS[1:]))))
    rows = rng.normal(size=(size(rng, 40), columns)).astype(np.float32)
    model(rows[:1])
    return randomized(model, rng), [rows]


def images(rng):
    """uint8 pixels through Rescaling, Reshape or Flatten, then Dense."""
    height, width = (int(n) for n in rng.integers(2, 9, size=2))
    model = Sequential([Input((height, width), dtype="uint8"), layers.Rescaling(1 / 255, offset=-0.5)])
    if rng.random() < 0.5:
        model.add(layers.Reshape((-1, height)))
        model.add(dense(rng))
    model.add(layers.Flatten())
    model.add(dense(rng))
    return randomized(model, rng), [rng.integers(0, 256, size=(size(rng), height, width)).astype(np.uint8)]


def normalized(rng):
    """Normalization adapted to data, then two Dense layers."""
    columns = size(rng)
    data = (rng.normal(size=(50, columns)) * rng.uniform(0.1, 9, columns) + rng.normal(size=columns)).astype(np.float32)
    layer = layers.Normalization()
    layer.adapt(data)
    return randomized(Sequential([Input((columns,)), layer, dense(rng), dense(rng)]), rng), [data[:size(rng, 40)]]


def graph(rng):
    """Two inputs, a layer that both share, two heads."""
    columns = size(rng)
    a, b = Input((columns,), name="first"), Input((columns,), name="second")
    shared = layers.Dense(size(rng), activation="tanh", name="shared")
    left, right = shared(a), shared(b)
    model = Model([a, b], [dense(rng)(right), dense(rng)(dense(rng)(left))])
    rows = size(rng, 40)
    return randomized(model, rng), [rng.normal(size=(rows, columns)).astype(np.float32) for _ in range(2)]


KINDS = [stack, images, normalized, graph]
