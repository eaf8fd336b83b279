"""Writes the model_config texts that the tests of SwiftletGraph read, and what Keras says of each.

    KERAS_BACKEND=jax python make_configs.py keras3     with Keras 3.15
    python make_configs.py keras2                       with TensorFlow 2.13 (Keras 2.13)

Each case becomes two files: <version>_<case>.json, the text as `model.save("x.h5")` puts it into the
attribute model_config, and <version>_<case>.expected.json: Keras's version, the shape and type of each
input and output, and for each layer its name, class, output shapes and the names and shapes of its weights,
as Keras itself reports them.
"""

import json
import os
import sys
import tempfile

import h5py

version = sys.argv[1]
if version == "keras3":
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras
else:
    import tensorflow as tf

    keras = tf.keras
layers = keras.layers
here = os.path.dirname(os.path.abspath(__file__))


def shape_list(shape):
    return [None if size is None else int(size) for size in tuple(shape)]


def tensors(value):
    return value if isinstance(value, (list, tuple)) else [value]


def weight_name(layer, weight):
    """The path within the layer: Keras 2 says dense/kernel:0, Keras 3 dense/kernel."""
    path = getattr(weight, "path", weight.name).split(":")[0]
    path = path.rpartition(layer.name + "/")[2]
    # Keras 3 calls it as other kernels.
    return "kernel" if path == "depthwise_kernel" else path


def output_shapes(layer):
    """The shape of each call's output, as Keras holds it for the layer's nodes."""
    nodes = layer._inbound_nodes
    shapes = []
    for node in nodes:
        outputs = getattr(node, "output_tensors", None)
        if outputs is None:
            outputs = tensors(node.outputs)
        shapes.append([shape_list(t.shape) for t in tensors(outputs)])
    return shapes


def write(case, model):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.h5")
        model.save(path)
        with h5py.File(path) as file:
            text = file.attrs["model_config"]
            keras_version = file.attrs["keras_version"]
    text = text if isinstance(text, str) else text.decode()
    keras_version = keras_version if isinstance(keras_version, str) else keras_version.decode()
    config = json.loads(text)["config"]
    names = [c["config"]["name"] for c in config["layers"]]
    by_name = {layer.name: layer for layer in model.layers}
    described = []
    for name in names:
        layer = by_name.get(name)
        if layer is None:  # A Sequential does not list its InputLayer.
            continue
        described.append(
            {
                "name": name,
                "class_name": type(layer).__name__,
                "output_shapes": output_shapes(layer),
                "trainable": bool(layer.trainable),
                "weights": [[weight_name(layer, w), shape_list(w.shape)] for w in layer.weights],
            }
        )
    expected = {
        "keras_version": keras_version,
        "parameters": int(model.count_params()),
        "inputs": [[shape_list(t.shape), str(getattr(t.dtype, "name", t.dtype))] for t in model.inputs],
        "outputs": [shape_list(t.shape) for t in model.outputs],
        "layers": described,
    }
    base = os.path.join(here, f"{version}_{case}")
    with open(base + ".json", "w") as file:
        file.write(text + "\n")
    with open(base + ".expected.json", "w") as file:
        json.dump(expected, file)
        file.write("\n")


def sequential_digits():
    return keras.Sequential(
        [
            keras.Input((64,)),
            layers.Rescaling(1 / 16.0),
            layers.Dense(32, activation="relu"),
            layers.Dropout(0.25, seed=3),
            layers.Dense(16, activation="relu", kernel_initializer="he_normal"),
            layers.Dense(10, activation="softmax", use_bias=False),
        ],
        name="digits",
    )


def activations():
    names = (
        "linear relu elu selu sigmoid tanh softmax softplus softsign gelu swish exponential hard_sigmoid"
    ).split()
    if version == "keras3":
        names += ["relu6", "leaky_relu", "silu"]
    x = keras.Input((6,), name="x")
    return keras.Model(x, [layers.Activation(name, name="by_" + name)(x) for name in names], name="activations")


def activation_layers():
    x = keras.Input((4, 5), name="x")
    slope = {"negative_slope": 0.1} if version == "keras3" else {"alpha": 0.1}
    outputs = [
        layers.LeakyReLU()(x),
        layers.LeakyReLU(**slope)(x),
        layers.ELU()(x),
        layers.ELU(0.5)(x),
        layers.ReLU()(x),
        layers.ReLU(max_value=6.0, negative_slope=0.2, threshold=0.5)(x),
        layers.Softmax()(x),
        layers.Softmax(axis=1)(x),
        layers.Dense(3, activation=layers.LeakyReLU(**slope))(x),
        layers.Dense(3, activation=layers.ReLU(max_value=1.0))(x),
    ]
    return keras.Model(x, outputs, name="activation_layers")


def shapes():
    x = keras.Input((4, 6), name="x")
    y = layers.Reshape((2, -1, 3))(x)
    z = layers.Flatten(data_format="channels_first")(y)
    w = layers.Reshape((-1,))(layers.Dense(5)(y))
    return keras.Model(x, [layers.Flatten()(y), z, w, layers.Reshape((1, 24))(x)], name="shapes")


def open_length():
    x = keras.Input((None, 4), name="x")
    y = layers.Dense(6, activation="tanh")(x)
    return keras.Model(x, [y, layers.Reshape((-1, 2, 3))(y), layers.Flatten()(y)], name="open_length")


def shared():
    a = keras.Input((4,), name="a")
    b = keras.Input((4,), name="b")
    dense = layers.Dense(4, activation="tanh", name="shared")
    return keras.Model([a, b], [dense(a), dense(dense(b)), dense(b)], name="twins")


def several_inputs():
    left = keras.Input((5,), name="left", dtype="int32")
    right = keras.Input((3,), name="right")
    scaled = layers.Rescaling([0.5, 1.0, 2.0], offset=-1.0)(right)
    return keras.Model(
        [right, left],
        [layers.Dense(2, name="first")(scaled), layers.Flatten(name="second")(left)],
        name="several_inputs",
    )


def normalization():
    x = keras.Input((3, 4), name="x")
    outputs = [
        layers.Normalization(name="weights")(x),
        layers.Normalization(axis=(1, 2), name="both")(x),
        layers.Normalization(axis=None, name="none")(x),
        layers.Normalization(mean=[1.0, 2.0, 3.0, 4.0], variance=[1.0, 0.25, 4.0, 9.0], name="given")(x),
        layers.Normalization(mean=0.5, variance=2.0, name="scalar")(x),
        layers.Normalization(axis=1, mean=[0.0, 1.0, 2.0], variance=[1.0, 1.0, 4.0], invert=True, name="back")(x),
    ]
    return keras.Model(x, outputs, name="normalization")


def frozen():
    names = ['a b"c', "é😀"] if version == "keras3" else ["a/b", "c.d"]
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, name=names[0]), layers.Dense(2, name=names[1])])
    model.layers[0].trainable = False
    return model


def policies():
    return keras.Sequential(
        [keras.Input((3,)), layers.Dense(4, dtype="mixed_float16"), layers.Dense(2, dtype="float64")], name="policies"
    )


def dictionaries():
    a = keras.Input((4,), name="a")
    b = keras.Input((3,), name="b")
    return keras.Model(
        {"b": b, "a": a}, {"z": layers.Dense(2, name="p")(a), "y": layers.Dense(5, name="q")(b)}, name="dictionaries"
    )


def registered():
    @keras.saving.register_keras_serializable(package="Swiftlet")
    def heaviside(x):
        return keras.ops.cast(x >= 0, x.dtype)

    @keras.saving.register_keras_serializable(package="Swiftlet")
    def sign(x):
        return keras.ops.sign(x)

    @keras.saving.register_keras_serializable(package="Swiftlet")
    def approximate_gelu(x):
        return keras.ops.gelu(x, approximate=True)

    @keras.saving.register_keras_serializable(package="Swiftlet")
    def legacy_hard_sigmoid(x):
        return keras.ops.clip(0.2 * x + 0.5, 0, 1)

    return keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(2, activation=heaviside),
            layers.Activation(sign),
            layers.Activation(approximate_gelu),
            layers.Activation(legacy_hard_sigmoid),
        ],
        name="registered",
    )


def without_input():
    model = keras.Sequential([layers.Dense(3, activation="relu"), layers.Dense(1, activation="sigmoid")])
    model.build((None, 7))
    return model


def write_all(cases):
    for case in cases:
        keras.backend.clear_session() if version == "keras2" else keras.utils.clear_session()
        write(case.__name__, case())
        print(version, case.__name__)


if __name__ == "__main__":
    cases = [
        sequential_digits, activations, activation_layers, shapes, open_length, shared, several_inputs, normalization,
        frozen, policies, without_input,
    ]
    if version == "keras3":
        cases += [dictionaries, registered]
    write_all(cases)
