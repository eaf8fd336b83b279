"""How layers are put together: Sequential and Functional, shared layers, names, compiled models, open lengths."""

import json

import h5py
import numpy as np
from keras import Input, Model, Sequential, layers

from recorder import Registry, change_config

registry = Registry()
case, edited = registry.case, registry.edited


@case()
def sequential_no_input(rng):
    """A Sequential without Input, built by calling it on three rows: Keras writes batch_shape [3, 5], yet any batch
    is accepted."""
    model = Sequential([layers.Dense(4, activation="relu"), layers.Dense(2)])
    model(np.zeros((3, 5), np.float32))
    return model, [rng.normal(size=(7, 5))]


@case()
def functional_chain(rng):
    "A chain; the model was given tensors, not lists, so input_layers is one triple and not a list of triples."
    x = Input((6,), name="features")
    y = layers.Dense(4, activation="relu", name="hidden")(x)
    return Model(x, layers.Dense(3, activation="softmax", name="scores")(y), name="chain"), [rng.normal(size=(3, 6))]


@case()
def functional_chain_lists(rng):
    "The same, but the model was given lists of one tensor: input_layers is a list of one triple."
    x = Input((6,), name="features")
    return Model([x], [layers.Dense(3, name="scores")(x)]), [rng.normal(size=(3, 6))]


@case()
def functional_two_by_two(rng):
    "Two inputs of different widths, two outputs listed in the other order, and a third input-to-output path."
    a, b = Input((4,), name="left"), Input((3,), name="right")
    from_a = layers.Dense(5, activation="tanh", name="from_left")(a)
    from_b = layers.Dense(2, name="from_right")(b)
    head = layers.Dense(3, activation="sigmoid", name="head")(from_a)
    return Model([a, b], [from_b, head]), [rng.normal(size=(3, 4)), rng.normal(size=(3, 3))]


@case()
def functional_branch(rng):
    "One trunk, two heads, and the trunk itself as a third output."
    x = Input((5,))
    trunk = layers.Dense(6, activation="relu", name="trunk")(x)
    return Model(x, [layers.Dense(2, activation="softmax", name="kind")(trunk),
                     layers.Dense(1, name="value")(trunk), trunk]), [rng.normal(size=(4, 5))]


@case()
def functional_shared(rng):
    "One Dense layer called on two inputs: two nodes, one kernel."
    a, b = Input((4,), name="a"), Input((4,), name="b")
    shared = layers.Dense(3, activation="relu", name="shared")
    return Model([a, b], [shared(a), shared(b)]), [rng.normal(size=(2, 4)), rng.normal(size=(2, 4))]


@case()
def functional_shared_in_row(rng):
    "One Dense layer applied three times one after the other; only the last node is an output."
    x = Input((4,))
    step = layers.Dense(4, activation="tanh", name="step")
    return Model(x, step(step(step(x)))), [rng.normal(size=(3, 4))]


@case()
def functional_shared_part(rng):
    """A layer whose first call is not part of the model: its first node is missing, so the one that is there is
    written with index 0."""
    shared = layers.Dense(3, name="shared")
    shared(Input((4,), name="elsewhere"))
    x = Input((4,), name="here")
    return Model(x, shared(x)), [rng.normal(size=(3, 4))]


@case()
def functional_same_output_twice(rng):
    "The same tensor as two outputs."
    x = Input((4,))
    y = layers.Dense(2)(x)
    return Model(x, [y, y]), [rng.normal(size=(3, 4))]


@case()
def functional_pass_through(rng):
    "An input that is an output as well."
    x = Input((4,), name="x")
    return Model(x, [x, layers.Dense(2)(x)]), [rng.normal(size=(3, 4))]


@case()
def functional_dictionaries(rng):
    "Inputs and outputs as dictionaries, so input_layers and output_layers are objects. Files are in key order."
    a, b = Input((4,), name="zeta"), Input((3,), name="alpha")
    outputs = {"wide": layers.Dense(5, name="d1")(a), "narrow": layers.Dense(2, name="d2")(b)}
    return Model({"zeta": a, "alpha": b}, outputs), {
        "zeta": rng.normal(size=(2, 4)), "alpha": rng.normal(size=(2, 3))}


@case()
def functional_fixed_batch(rng):
    "batch_shape (4, 3): the size of the batch is written."
    x = Input(batch_shape=(4, 3))
    return Model(x, layers.Dense(2)(x)), [rng.normal(size=(4, 3))]


@case()
def functional_open_lengths(rng):
    "Two open axes (None, None, 3), run at 2 by 5."
    x = Input((None, None, 3))
    return Model(x, layers.Dense(2, activation="relu")(x)), [rng.normal(size=(2, 2, 5, 3))]


@case()
def functional_mixed_inputs(rng):
    "uint8 pixels beside a float32 vector."
    pixels, numbers = Input((2, 3), dtype="uint8", name="pixels"), Input((4,), name="numbers")
    a = layers.Flatten()(layers.Rescaling(1 / 255)(pixels))
    return Model([pixels, numbers], [layers.Dense(3, name="p")(a), layers.Dense(2, name="n")(numbers)]), [
        rng.integers(0, 256, size=(3, 2, 3)).astype(np.uint8), rng.normal(size=(3, 4))]


@case()
def frozen_layers(rng):
    "A layer with trainable=False beside one with trainable=True."
    frozen = layers.Dense(4, trainable=False, name="frozen")
    model = Sequential([Input((5,)), frozen, layers.Dense(2, name="free")])
    frozen.bias.assign(np.linspace(-1, 1, 4))
    return model, [rng.normal(size=(3, 5))]


@case()
def compiled(rng):
    "Compiled, never trained: training_config."
    model = Sequential([Input((5,)), layers.Dense(3, activation="softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, [rng.normal(size=(3, 5))]


@case()
def compiled_trained(rng):
    "Compiled and trained: training_config, and optimizer_weights beside model_weights."
    model = Sequential([Input((5,)), layers.Dense(3)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(rng.normal(size=(8, 5)), rng.normal(size=(8, 3)), epochs=1, verbose=0)
    return model, [rng.normal(size=(3, 5))]


@case()
def names_with_spaces(rng):
    "Spaces, quotes, a backslash, dots and brackets in names."
    x = Input((4,), name="the input")
    y = layers.Dense(3, name='a "quoted" back\\slash')(x)
    return Model(x, layers.Dense(2, name=" ..{dots} [0]: 100% ")(y), name="my model"), [rng.normal(size=(2, 4))]


@case()
def names_unicode(rng):
    "Names beyond ASCII; JSON writes them as \\u escapes, one as a surrogate pair; HDF5 as UTF-8."
    x = Input((4,), name="入力")
    y = layers.Dense(3, name="größe_层")(x)
    return Model(x, layers.Dense(2, name="😀 ответ")(y), name="модель"), [rng.normal(size=(2, 4))]


@case()
def name_like_a_path(rng):
    "Layers named as the groups inside the file are: model_weights, kernel, top_level_model_weights is avoided."
    model = Sequential([Input((4,)), layers.Dense(3, name="model_weights"), layers.Dense(2, name="kernel")], name="bias")
    return model, [rng.normal(size=(2, 4))]


@case(until="Sequential")
def nested(rng):
    "A Sequential used as a layer of another."
    inner = Sequential([Input((4,)), layers.Dense(3, activation="relu")], name="inner")
    return Sequential([Input((4,)), inner, layers.Dense(2)]), [rng.normal(size=(2, 4))]


@case()
def merge_add(rng):
    "A residual connection: an Add layer with a list of two tensors in args."
    x = Input((4,))
    return Model(x, layers.Add(name="sum")([x, layers.Dense(4)(x)])), [rng.normal(size=(2, 4))]


@case()
def conv2d(rng):
    "Conv2D, then Flatten."
    return Sequential([Input((5, 5, 1)), layers.Conv2D(2, 3, name="conv"), layers.Flatten()]), [
        rng.normal(size=(1, 5, 5, 1))]


@case()
def batch_normalization(rng):
    "BatchNormalization between two Dense layers."
    return Sequential([Input((4,)), layers.BatchNormalization(name="norm"), layers.Dense(2)]), [
        rng.normal(size=(2, 4))]


@case(until="mish")
def dense_mish(rng):
    "An activation of Keras that comes later."
    return Sequential([Input((4,)), layers.Dense(3, activation="mish", name="head")]), [rng.normal(size=(2, 4))]


@edited("functional_two_by_two")
def layers_in_another_order(path):
    "The layers of the config listed from last to first: a node may come before the one it needs."
    change_config(path, lambda config: config["config"]["layers"].reverse())


@edited("dense")
def config_with_unknown_keys(path):
    "Keys that no version of Keras writes, in the model, the layer and beside them: ignored, as Keras does."
    def change(config):
        config["written_by"] = {"someone": ["else", None, True, 1.5e-3]}
        config["config"]["layers"][1]["note"] = "é\\u0001"
    change_config(path, change)


@edited("dense")
def config_spread_out(path):
    "JSON with line breaks, tabs and spaces between its tokens."
    change_config(path, lambda config: json.dumps(config, indent="\t \r\n"))


@edited("dense")
def config_fixed_length_text(path):
    "model_config as one fixed-length string instead of a variable-length one, as older h5py wrote it."
    with h5py.File(path, "r+") as file:
        text = file.attrs["model_config"].encode()
        del file.attrs["model_config"]
        file.attrs["model_config"] = np.bytes_(text)
        for group in ["", *file["model_weights"]]:
            attributes = file["model_weights"][group].attrs if group else file["model_weights"].attrs
            for name in ("layer_names", "weight_names"):
                if name in attributes and len(attributes[name]):
                    texts = [str(text).encode() for text in attributes[name]]
                    del attributes[name]
                    attributes[name] = np.array(texts)


@edited("dropout")
def layer_names_split(path):
    "layer_names in two attributes, layer_names0 and layer_names1, as Keras splits lists of more than 64 KB."
    with h5py.File(path, "r+") as file:
        attributes = file["model_weights"].attrs
        names = [str(name).encode() for name in attributes["layer_names"]]
        del attributes["layer_names"]
        attributes["layer_names0"], attributes["layer_names1"] = np.array(names[:2]), np.array(names[2:])


@edited("dense")
def latest_format(path):
    "The same content in HDF5's latest format: superblock 3, version-2 object headers, link messages."
    old = path.with_suffix(".old")
    path.rename(old)
    with h5py.File(old, "r") as source, h5py.File(path, "w", libver="latest") as target:
        for name, value in source.attrs.items():
            target.attrs[name] = value
        source.copy("model_weights", target)
    old.unlink()


@edited("dense")
def big_endian_weights(path):
    "Weights as big-endian float64."
    with h5py.File(path, "r+") as file:
        found = []
        file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) and item.size else None)
        for name in found:
            values = file[name][...]
            del file[name]
            file[name] = values.astype(">f8")
