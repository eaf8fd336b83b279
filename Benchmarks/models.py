"""The networks that `make bench` times, each as Keras saves it (model.h5) and as the same graph for ONNX Runtime
(model.onnx) and LiteRT (model.tflite), with an input of four rows and what Keras makes of it.

usage: models.py FOLDER        needs Benchmarks/requirements.txt

A model that is there already is left as it is. Weights are random from a fixed seed: what they are does not change
how long they take. A format that a converter cannot make of a model is left out, with a line that says so.
"""

import contextlib
import json
import os
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
warnings.filterwarnings("ignore")

import keras
import numpy as np
from keras import layers

SEED = 2024
ROWS = 4


def dense(inputs, hidden, outputs, activation):
    """A chain of Dense layers that ends in a softmax."""
    body = [layers.Dense(units, activation=activation) for units in hidden]
    return keras.Sequential([keras.Input((inputs,)), *body, layers.Dense(outputs, activation="softmax")])


def lenet():
    """Two 3 x 3 convolutions on 28 x 28 pixels, and two Dense layers."""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


def resnet():
    """Three residual blocks of 32, 64 and 128 filters on 32 x 32 pixels, as in CIFAR-10's networks."""

    def normalized(x, filters, size, strides=1):
        x = layers.Conv2D(filters, size, strides, padding="same", use_bias=False)(x)
        return layers.BatchNormalization()(x)

    inputs = keras.Input((32, 32, 3))
    x = layers.ReLU()(normalized(inputs, 32, 3))
    for filters, strides in [(32, 1), (64, 2), (128, 2)]:
        shortcut = x
        if strides > 1:
            shortcut = layers.Conv2D(filters, 1, strides, use_bias=False)(x)
        x = layers.ReLU()(normalized(x, filters, 3, strides))
        x = layers.ReLU()(layers.Add()([normalized(x, filters, 3), shortcut]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


def mobilenet():
    """MobileNet V2 of width 0.35 on 96 x 96 pixels."""
    return keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, weights=None, classes=10)


def lstm():
    """Two LSTM layers of 64 units over 50 steps."""
    return keras.Sequential([
        keras.Input((50, 32)),
        layers.LSTM(64, return_sequences=True),
        layers.LSTM(64),
        layers.Dense(10),
    ])


def tcn():
    """Residual pairs of dilated convolutions over a sequence of 400 steps."""
    inputs = keras.Input((400, 16))
    x = layers.Conv1D(32, 1)(inputs)
    for rate in (1, 2, 4, 8):
        y = layers.Conv1D(32, 11, padding="same", dilation_rate=rate, activation="relu")(x)
        y = layers.Conv1D(32, 11, padding="same", dilation_rate=rate)(y)
        x = layers.Add()([x, y])
    return keras.Model(inputs, layers.Conv1D(3, 1, activation="softmax")(x))


def encoder():
    """Two transformer blocks of four heads on 64 positions of 128 features."""
    inputs = keras.Input((64, 128))
    x = inputs
    for _ in range(2):
        attended = layers.MultiHeadAttention(4, 32)(x, x)
        x = layers.LayerNormalization()(layers.Add()([x, attended]))
        expanded = layers.Dense(512, activation="gelu")(x)
        x = layers.LayerNormalization()(layers.Add()([x, layers.Dense(128)(expanded)]))
    return keras.Model(inputs, layers.GlobalAveragePooling1D()(x))


MODELS = {
    "digits-mlp": lambda: dense(64, [32, 16], 10, "relu"),
    "book-mlp": lambda: dense(784, [50, 100], 10, "sigmoid"),
    "mnist-mlp": lambda: dense(784, [512, 512], 10, "relu"),
    "wide-mlp": lambda: dense(1024, [2048, 2048], 1000, "relu"),
    "lenet": lenet,
    "resnet-s": resnet,
    "mobilenet": mobilenet,
    "lstm": lstm,
    "tcn": tcn,
    "encoder": encoder,
}


def unsettle(model, generator):
    """Gives statistics and biases values as training would: at zeros and ones, folding them would cost nothing."""
    for weight in model.weights:
        shape = weight.shape
        if "variance" in weight.path:
            weight.assign(generator.uniform(0.5, 2, shape))
        elif any(word in weight.path for word in ("bias", "beta", "moving_mean")):
            weight.assign(generator.normal(0, 0.1, shape))


def as_onnx(model, path):
    import onnx
    import tensorflow as tf
    import tf2onnx

    signature = [tf.TensorSpec([None, *model.inputs[0].shape[1:]], tf.float32, name="input")]
    function = tf.function(lambda rows: model(rows, training=False), input_signature=signature)
    graph, _ = tf2onnx.convert.from_function(function, input_signature=signature, opset=18)
    replace_erfc(graph.graph)
    onnx.save(graph, path)


def replace_erfc(graph):
    """TensorFlow writes GELU with erfc, which ONNX lacks: erfc(x) = 1 - erf(x)."""
    import onnx

    nodes = list(graph.node)
    if all(node.op_type != "Erfc" for node in nodes):
        return
    graph.initializer.append(onnx.numpy_helper.from_array(np.float32(1).reshape(()), "unity"))
    del graph.node[:]
    for node in nodes:
        if node.op_type == "Erfc":
            inner = node.output[0] + "/erf"
            graph.node.append(onnx.helper.make_node("Erf", list(node.input), [inner]))
            graph.node.append(onnx.helper.make_node("Sub", ["unity", inner], list(node.output)))
        else:
            graph.node.append(node)


def as_tflite(model, path):
    import tensorflow as tf

    converted = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    with open(path, "wb") as file:
        file.write(converted)


@contextlib.contextmanager
def printing_to(path):
    """What the converters print, some of it from C++, goes to a file beside the model."""
    sys.stdout.flush()
    kept = [os.dup(1), os.dup(2)]
    with open(path, "a") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        for number, copy in zip((1, 2), kept):
            os.dup2(copy, number)
            os.close(copy)


def make(name, folder):
    keras.utils.set_random_seed(SEED)
    generator = np.random.default_rng(SEED)
    model = MODELS[name]()
    unsettle(model, generator)
    rows = generator.normal(size=(ROWS, *model.inputs[0].shape[1:])).astype(np.float32)
    os.makedirs(folder, exist_ok=True)
    log = f"{folder}/converters.log"
    with printing_to(log):
        model.save(f"{folder}/model.h5")
    for convert, file in [(as_onnx, "model.onnx"), (as_tflite, "model.tflite")]:
        try:
            with printing_to(log):
                convert(model, f"{folder}/{file}")
        except Exception as error:
            print(f"{name}: no {file}, {type(error).__name__}; see {log}", flush=True)
    np.save(f"{folder}/input.npy", rows)
    np.save(f"{folder}/expected.npy", model(rows, training=False).numpy())
    # Written last: whoever finds it finds the others.
    with open(f"{folder}/about.json", "w") as file:
        json.dump({"parameters": model.count_params(), "inputs": list(rows.shape[1:])}, file)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for name in MODELS:
        folder = os.path.join(sys.argv[1], name)
        if not os.path.exists(f"{folder}/about.json"):
            print(f"making {name}", flush=True)
            make(name, folder)


if __name__ == "__main__":
    main()
