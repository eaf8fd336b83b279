"""Files that hold what cannot be run, and files that are damaged. Each must be refused, with a clear error."""

import json

import h5py
import keras
import numpy as np
from keras import Input, Model, Sequential, layers

from recorder import Registry, change_config

registry = Registry()
refused, edited = registry.refused, registry.edited


@keras.saving.register_keras_serializable(package="Fixtures")
class Doubling(layers.Layer):
    def call(self, inputs):
        return inputs * 2


@keras.saving.register_keras_serializable(package="Fixtures")
def wobble(values):
    return keras.ops.sin(values)


@refused("unsupported", ["Doubling", "twice"])
def refuse_custom_layer(rng):
    "A layer of a registered class of its own, Fixtures>Doubling."
    return Sequential([Input((4,)), Doubling(name="twice")])


@refused("unsupported", ["wobble", "head"])
def refuse_custom_activation(rng):
    "Dense with a registered function of its own as the activation."
    return Sequential([Input((4,)), layers.Dense(2, activation=wobble, name="head")])


@refused("unsupported", ["Lambda", "double it"])
def refuse_lambda(rng):
    "A Lambda layer: Python bytecode, which is never run."
    return Sequential([Input((4,)), layers.Lambda(lambda values: values * 2, name="double it")])


@refused("unsupported", ["sparse"])
def refuse_sparse_input(rng):
    "An input that takes sparse tensors."
    x = Input((4,), sparse=True, name="counts")
    return Model(x, layers.Dense(2)(x))


@refused("malformed", ["model_config"])
def refuse_weights_only(rng):
    "save_weights writes no architecture."
    model = Sequential([Input((4,)), layers.Dense(2)])
    model.save_weights("weights_only.weights.h5")
    return "weights_only.weights.h5"


def layer_change(name, base, kind, words, note, change):
    """A case in which `change` edits the config of one layer, the last."""
    registry.config(name, base, kind, words, note, lambda config: change(config["config"]["layers"][-1]))


def option(**options):
    return lambda layer: layer["config"].update(options)


layer_change("refuse_unknown_activation", "dense", "unsupported", ["wiggle", "dense"],
             "Dense with an activation that does not exist.", option(activation="wiggle"))
layer_change("refuse_unknown_layer", "dense", "unsupported", ["Densest", "dense"],
             "A class that does not exist.", lambda layer: layer.update(class_name="Densest"))
layer_change("refuse_units_zero", "dense", "malformed", ["units", "dense"], "units: 0", option(units=0))
layer_change("refuse_units_negative", "dense", "malformed", ["units", "dense"], "units: -3", option(units=-3))
layer_change("refuse_units_text", "dense", "malformed", ["units", "dense"], "units: \"three\"", option(units="three"))
layer_change("refuse_units_fraction", "dense", "malformed", ["units", "dense"], "units: 3.5", option(units=3.5))
layer_change("refuse_units_enormous", "dense", "malformed", ["dense"], "units: 2^62, far past what the kernel holds.",
             option(units=2 ** 62))
layer_change("refuse_units_past_integers", "dense", "malformed", ["units", "dense"], "units: 1e30",
             option(units=1e30))
layer_change("refuse_reshape_size", "reshape_rest", "malformed", ["reshape"],
             "24 values do not go into (5, -1).", option(target_shape=[5, -1]))
layer_change("refuse_reshape_two_rests", "reshape_rest", "malformed", ["reshape"],
             "Two axes of -1.", option(target_shape=[-1, -1]))
layer_change("refuse_flatten_data_format", "flatten_channels_first", "unsupported", ["data_format", "flatten"],
             "A data_format that does not exist.", option(data_format="channels_middle"))
layer_change("refuse_normalization_axis", "normalization_given", "malformed", ["axis", "normalization"],
             "axis 7 of two.", option(axis=7))


def graph_change(name, kind, words, note, change):
    registry.config(name, "functional_chain", kind, words, note, lambda config: change(config["config"]))


def history(config, layer):
    """The [layer, node, tensor] that feeds a layer of functional_chain."""
    return config["layers"][layer]["inbound_nodes"][0]["args"][0]["config"]["keras_history"]


def assign(target, index, value):
    target[index] = value


def rename(layer, name):
    layer["name"] = layer["config"]["name"] = name


graph_change("refuse_cycle", "malformed", ["hidden"], "hidden and scores feed each other.",
             lambda config: assign(history(config, 1), 0, "scores"))
graph_change("refuse_own_input", "malformed", ["hidden"], "A layer that feeds itself.",
             lambda config: assign(history(config, 1), 0, "hidden"))
graph_change("refuse_missing_source", "malformed", ["nowhere", "hidden"], "A node that names a layer that is not there.",
             lambda config: assign(history(config, 1), 0, "nowhere"))
graph_change("refuse_missing_node", "malformed", ["features"], "A node index past the calls of the layer.",
             lambda config: assign(history(config, 1), 1, 5))
graph_change("refuse_missing_tensor", "malformed", ["features"], "A tensor index past the layer's outputs.",
             lambda config: assign(history(config, 1), 2, 1))
graph_change("refuse_negative_node", "malformed", ["features"], "A node index of -1.",
             lambda config: assign(history(config, 1), 1, -1))
graph_change("refuse_missing_output", "malformed", ["nowhere"], "output_layers names a layer that is not there.",
             lambda config: assign(config["output_layers"], 0, "nowhere"))
graph_change("refuse_same_name_twice", "malformed", ["hidden"], "Two layers of one name.",
             lambda config: rename(config["layers"][2], "hidden"))


registry.config("refuse_config_cut", "dense", "malformed", [], "JSON that ends in the middle.",
                lambda config: json.dumps(config)[:800])
registry.config("refuse_config_deep", "dense", "unsupported", [], "An array in an array, 5,000 deep.",
                lambda config: "[" * 5000 + "]" * 5000)
registry.config("refuse_config_list", "dense", "malformed", [], "JSON, but an array.", lambda config: "[1, 2, 3]")
registry.config("refuse_config_other_class", "dense", "unsupported", ["Graph"], "A model that is no kind Keras has.",
                lambda config: config.update(class_name="Graph"))
registry.config("refuse_config_no_layers", "dense", "malformed", ["layers"], "A config without its layers.",
                lambda config: config["config"].pop("layers") and None)
registry.config("refuse_config_layer_without_class", "dense", "malformed", ["class_name"], "A layer without its class.",
                lambda config: config["config"]["layers"][1].pop("class_name") and None)


@edited("dense", "malformed", ["model_config"])
def damaged_no_config(path):
    "model_config is missing."
    with h5py.File(path, "r+") as file:
        del file.attrs["model_config"]


@edited("dense", "malformed", ["model_config"])
def damaged_config_text(path):
    "model_config is text, but not JSON."
    change_config(path, lambda config: "This is not JSON.")


@edited("dense", "malformed", ["model_config"])
def damaged_config_number(path):
    "model_config is an integer attribute."
    with h5py.File(path, "r+") as file:
        del file.attrs["model_config"]
        file.attrs["model_config"] = 42


@edited("dense", "malformed", ["model_weights"])
def damaged_no_weights(path):
    "The group model_weights is missing."
    with h5py.File(path, "r+") as file:
        del file["model_weights"]


def kernel_of(file):
    return file["model_weights/dense"].attrs["weight_names"][0]


@edited("dense", "malformed", ["dense", "kernel"])
def damaged_no_kernel(path):
    "The kernel that weight_names lists is missing."
    with h5py.File(path, "r+") as file:
        del file["model_weights/dense"][kernel_of(file)]


@edited("dense", "malformed", ["dense"])
def damaged_no_layer_group(path):
    "The layer's group is missing."
    with h5py.File(path, "r+") as file:
        del file["model_weights/dense"]


@edited("dense", "malformed", ["dense", "kernel"])
def damaged_kernel_shape(path):
    "The kernel has 6 rows where the input has 5 columns."
    with h5py.File(path, "r+") as file:
        group, name = file["model_weights/dense"], kernel_of(file)
        del group[name]
        group[name] = np.ones((6, 3), np.float32)


@edited("dense", "malformed", ["dense", "bias"])
def damaged_bias_rank(path):
    "The bias is a matrix of one row."
    with h5py.File(path, "r+") as file:
        group, name = file["model_weights/dense"], kernel_of(file).replace("kernel", "bias")
        values = group[name][...].reshape(1, 3)
        del group[name]
        group[name] = values


@edited("dense", "malformed", ["dense", "kernel"])
def damaged_kernel_is_text(path):
    "The kernel is a dataset of strings."
    with h5py.File(path, "r+") as file:
        group, name = file["model_weights/dense"], kernel_of(file)
        del group[name]
        group[name] = [["a"] * 3] * 5


@edited("dense", "malformed", ["dense", "kernel"])
def damaged_kernel_is_group(path):
    "There is a group where the kernel should be."
    with h5py.File(path, "r+") as file:
        group, name = file["model_weights/dense"], kernel_of(file)
        del group[name]
        group.create_group(name)


@edited("dense", "malformed", ["dense"])
def damaged_weight_names(path):
    "weight_names lists the kernel alone, though the layer has a bias."
    with h5py.File(path, "r+") as file:
        attributes = file["model_weights/dense"].attrs
        attributes["weight_names"] = attributes["weight_names"][:1]


@edited("dense", "malformed", ["dense", "kernel", "600000 bytes, more than the file has"])
def damaged_never_written(path):
    "A kernel of 5 x 30000 of which no number was ever written, in a file of some kilobytes."
    change_config(path, lambda config: config["config"]["layers"][1]["config"].update(units=30000))
    with h5py.File(path, "r+") as file:
        group, name = file["model_weights/dense"], kernel_of(file)
        for name, shape in ((name, (5, 30000)), (name.replace("kernel", "bias"), (30000,))):
            del group[name]
            group.create_dataset(name, shape=shape, dtype="f4")


@edited("dense", "malformed", ["dense_18", "kernel", "more than the file has"])
def damaged_one_kernel_for_all(path):
    "Thirty layers whose kernels are one dataset of 4 KB."
    def repeat(config):
        layers = config["config"]["layers"]
        layers[0]["config"]["batch_shape"] = [None, 32]
        layers[1]["config"].update(units=32, use_bias=False)
        layers[1].pop("build_config", None)
        for index in range(30):
            layers.append(json.loads(json.dumps(layers[1])))
            layers[-1]["config"]["name"] = f"dense_{index}"
        del layers[1]
    change_config(path, repeat)
    with h5py.File(path, "r+") as file:
        group = file["model_weights"]
        del group["dense"]
        group["dense_0/kernel"] = np.ones((32, 32), np.float32)
        for index in range(30):
            if index:
                group[f"dense_{index}/kernel"] = group["dense_0/kernel"]
            group[f"dense_{index}"].attrs["weight_names"] = ["kernel"]


@edited("dense", "malformed", [])
def damaged_half(path):
    "The first half of the file."
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


@edited("dense", "malformed", [])
def damaged_last_byte(path):
    "All of the file but its last byte."
    path.write_bytes(path.read_bytes()[:-1])


@edited("dense", "malformed", [])
def damaged_empty(path):
    "A file of no bytes."
    path.write_bytes(b"")


@edited("dense", "malformed", ["HDF5"])
def damaged_text(path):
    "A text file."
    path.write_text("Dear reader,\n\nthis file was renamed by mistake.\n")
