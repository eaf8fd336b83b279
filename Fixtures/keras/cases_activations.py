"""Every activation, as Dense's option, as an Activation layer, and as a layer of its own."""

import numpy as np
from keras import Input, Model, Sequential, layers

from recorder import Registry

registry = Registry()
case = registry.case

NAMES = [
    "linear", "relu", "relu6", "leaky_relu", "elu", "selu", "sigmoid", "tanh", "softmax", "softplus", "softsign",
    "gelu", "silu", "exponential", "hard_sigmoid",
]

# Around zero, around the corners of the piecewise ones, and where exp saturates.
VALUES = np.array(
    [-87, -30, -8.5, -6, -3.5, -3, -2.5, -1, -0.5, -1e-3, -1e-6, -0.0,
     0, 1e-6, 1e-3, 0.5, 1, 2, 2.5, 2.999, 3, 5.5, 6, 6.5, 9, 20, 30, 50, 70, 80],
    dtype=np.float32,
).reshape(3, 10)


def declare(activation):
    @case(f"dense_{activation}", f"Dense with activation='{activation}'.")
    def dense(rng):
        model = Sequential([Input((6,)), layers.Dense(9, activation=activation)])
        return model, [rng.normal(size=(4, 6)) * 2]


for name in ["relu", "softmax"]:
    declare(name)


@case()
def dense_activations(rng):
    "A Dense layer for each activation, named after it: one input, fifteen outputs."
    x = Input((4,))
    return Model(x, [layers.Dense(5, activation=name, name=name)(x) for name in NAMES]), [rng.normal(size=(3, 4)) * 2]


@case()
def activation_layers(rng):
    "An Activation layer for each activation, named after it: one input, fifteen outputs."
    x = Input((10,), name="values")
    return Model(x, [layers.Activation(name, name=name)(x) for name in NAMES]), [VALUES]


@case()
def activation_relu(rng):
    "A single Activation layer: a model without any weight."
    return Sequential([Input((10,)), layers.Activation("relu")]), [VALUES]


@case()
def activation_softmax_rank3(rng):
    "Softmax as an Activation layer on (batch, 3, 5): along the last axis."
    return Sequential([Input((3, 5)), layers.Activation("softmax")]), [rng.normal(size=(2, 3, 5)) * 3]


@case()
def activation_softmax_wide(rng):
    "Softmax over 37 logits: more than two vectors of 16 and a rest."
    return Sequential([Input((37,)), layers.Activation("softmax")]), [rng.normal(size=(3, 37)) * 4]


@case()
def advanced_activation_layers(rng):
    "The activations that are layers of their own, with each of their options: one input, ten outputs."
    x = Input((10,), name="values")
    made = [
        layers.ReLU(name="relu"),
        layers.ReLU(max_value=6, name="relu_max"),
        layers.ReLU(threshold=2.0, name="relu_threshold"),
        layers.ReLU(negative_slope=0.1, name="relu_slope"),
        layers.ReLU(max_value=5.0, negative_slope=0.25, threshold=0.5, name="relu_all"),
        layers.LeakyReLU(name="leaky_relu_default"),
        layers.LeakyReLU(negative_slope=0.01, name="leaky_relu_slope"),
        layers.ELU(name="elu_default"),
        layers.ELU(alpha=0.7, name="elu_alpha"),
        layers.Softmax(name="softmax"),
    ]
    return Model(x, [layer(x) for layer in made]), [VALUES]


@case()
def softmax_layer_axis(rng):
    "Softmax layers with axis=1 and axis=-2 on (batch, 3, 4)."
    x = Input((3, 4))
    outputs = [layers.Softmax(axis=1, name="axis_1")(x), layers.Softmax(axis=-2, name="axis_minus_2")(x)]
    return Model(x, outputs), [rng.normal(size=(2, 3, 4)) * 3]


@case(reload=False)
def softmax_layer_axes(rng):
    """Softmax over two axes together, axis=[1, 2]. Keras drops a list of two axes when it reads an .h5, so it gives
    other numbers itself."""
    return Sequential([Input((3, 4)), layers.Softmax(axis=[1, 2])]), [rng.normal(size=(2, 3, 4)) * 3]
