"""Collects the cases of a folder of Keras models and writes them: models, inputs, outputs and manifest.json.

A case is a function named as its files are; its docstring is the manifest's note.

    @case()                                  # must load and give the recorded outputs
    def dense(rng):
        "One Dense layer."
        return Sequential([Input((5,)), Dense(3)]), [rng.normal(size=(4, 5))]

    @refused("unsupported", ["Lambda", "double it"])   # must be refused, with these words in the error
    def refuse_lambda(rng): ...                        # returns a model

    @edited("dense", "malformed", ["dense", "kernel"]) # the file of another case, damaged
    def damaged_no_kernel(path): ...                   # changes the file at `path`

Needs numpy, h5py and a Keras (2 or 3) that is given to `write`.
"""

import copy
import json
import shutil
import zlib
from pathlib import Path

import h5py
import numpy as np

TOLERANCE = {"atol": 1e-5, "rtol": 1e-4}


class Registry:
    """The cases in the order in which they were declared."""

    def __init__(self):
        self.declared = []

    def case(self, name=None, note=None, **options):
        """Declares a model that must load; options: `tolerance` and `why`, `until`, `reload`."""
        def declare(build):
            self.declared.append(("load", name or build.__name__, note or build.__doc__, build, options))
            return build
        return declare

    def refused(self, kind, words, until=None):
        """Declares a model, whole as Keras wrote it, that must be refused."""
        def declare(build):
            options = {"kind": kind, "words": words, "until": until}
            self.declared.append(("refuse", build.__name__, build.__doc__, build, options))
            return build
        return declare

    def edited(self, base, kind=None, words=None, until=None):
        """Declares a changed copy of the file of case `base`: refused, or without `kind`, the same outputs."""
        def declare(change):
            options = {"base": base, "kind": kind, "words": words, "until": until}
            self.declared.append(("edit", change.__name__, change.__doc__, change, options))
            return change
        return declare

    def config(self, name, base, kind, words, note, change):
        """Declares a changed model_config of case `base`, which must be refused; written as NAME.json by itself."""
        self.declared.append(("config", name, note, change, {"base": base, "kind": kind, "words": words}))


def fill(model, rng):
    """Replaces every weight but Normalization's by random numbers, so that no bias is zero and no variance one."""
    for weight in model.trainable_weights:
        fan_in = np.prod(weight.shape[:-1]) if len(weight.shape) > 1 else 4
        weight.assign((rng.normal(size=tuple(weight.shape)) / np.sqrt(fan_in)).astype(np.float32))
    for weight in model.non_trainable_weights:
        if "moving_mean" in weight.name:
            weight.assign(rng.normal(size=tuple(weight.shape)).astype(np.float32))
        if "moving_variance" in weight.name:
            weight.assign(rng.uniform(0.2, 2, size=tuple(weight.shape)).astype(np.float32))


def as_list(value):
    """A model's inputs or outputs as a list, in the order of Keras's own flattening."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    return list(value) if isinstance(value, (list, tuple)) else [value]


def layer_classes(config):
    """The class names of all layers in a model's config."""
    found = set()
    for layer in config.get("layers", []):
        found.add(layer["class_name"])
        inner = layer["config"]
        if isinstance(inner, dict):
            found.update(layer_classes(inner))
    return sorted(found)


class Writer:
    def __init__(self, folder, keras, versions, clear):
        self.folder, self.keras, self.clear = Path(folder), keras, clear
        self.cases, self.versions = [], versions
        for pattern in ("*.h5", "*.npy", "refuse_*.json"):
            for old in self.folder.glob(pattern):
                old.unlink()

    def write(self, registry):
        for expectation, name, note, build, options in registry.declared:
            entry = {"name": name, "file": f"{name}.h5", "note": " ".join((note or "").split())}
            if expectation == "edit":
                self.write_edited(entry, build, **options)
            elif expectation == "config":
                self.write_config(entry, build, **options)
            else:
                self.clear()
                seed = zlib.crc32(name.encode())
                self.keras.utils.set_random_seed(seed & 0xFFFF)
                made = build(np.random.default_rng(seed))
                if expectation == "load":
                    self.write_load(entry, *made, **options)
                else:
                    self.write_refused(entry, made, **options)
            self.cases.append({key: value for key, value in entry.items() if value is not None})

    def predict(self, model, inputs):
        """The model's outputs at inference, as float32 arrays."""
        outputs = model(inputs if isinstance(inputs, dict) or len(inputs) > 1 else inputs[0], training=False)
        return [np.asarray(output).astype(np.float32) for output in as_list(outputs)]

    def write_load(self, entry, model, inputs, until=None, tolerance=None, why=None, reload=True):
        fill(model, np.random.default_rng(zlib.crc32(entry["name"].encode()) + 1))
        keys = sorted(inputs) if isinstance(inputs, dict) else None
        arrays = [a if a.dtype != np.float64 else a.astype(np.float32) for a in as_list(inputs)]
        given = dict(zip(keys, arrays)) if keys else arrays
        outputs = self.predict(model, given)
        path = self.folder / entry["file"]
        model.save(path)
        entry["expect"] = "refuse" if until else "load"
        entry["until"] = until
        if until:
            entry.update(kind="unsupported", words=[until])
        entry["classes"] = layer_classes(model.get_config())
        self.write_arrays(entry, model, arrays, outputs)
        if tolerance:
            entry.update(zip(("atol", "rtol"), tolerance), why=why)
        if reload:
            self.check_reload(entry, path, given, outputs)

    def write_arrays(self, entry, model, inputs, outputs):
        names = [tensor._keras_history[0].name for tensor in as_list(model.inputs)]
        for kind, arrays in (("input", inputs), ("output", outputs)):
            entry[kind + "s"] = []
            for index, array in enumerate(arrays):
                file = f"{entry['name']}.{kind}_{index}.npy"
                np.save(self.folder / file, np.ascontiguousarray(array))
                described = {"file": file, "shape": list(array.shape), "dtype": array.dtype.name}
                if kind == "input":
                    described = {"name": names[index], **described}
                entry[kind + "s"].append(described)

    def check_reload(self, entry, path, inputs, outputs):
        """Keras must read its own file and give the same numbers, or else the file proves nothing."""
        again = self.predict(self.keras.models.load_model(path, compile=False), inputs)
        for before, after in zip(outputs, again):
            np.testing.assert_allclose(after, before, rtol=1e-5, atol=1e-6, err_msg=entry["name"])

    def write_refused(self, entry, model, kind, words, until):
        if callable(getattr(model, "save", None)):
            model.save(self.folder / entry["file"])
            entry["classes"] = layer_classes(model.get_config())
        else:
            shutil.move(model, self.folder / entry["file"])
        entry.update(expect="refuse", kind=kind, words=words, until=until)

    def write_edited(self, entry, change, base, kind, words, until):
        path = self.folder / entry["file"]
        shutil.copyfile(self.folder / f"{base}.h5", path)
        change(path)
        entry["base"] = base
        original = next(case for case in self.cases if case["name"] == base)
        entry["classes"] = original["classes"]
        if kind:
            entry.update(expect="refuse", kind=kind, words=words, until=until)
            return
        entry.update(copy.deepcopy({key: original.get(key) for key in ("expect", "inputs", "outputs")}))
        given = [np.load(self.folder / described["file"]) for described in original["inputs"]]
        wanted = [np.load(self.folder / described["file"]) for described in original["outputs"]]
        self.check_reload(entry, path, given, wanted)

    def write_config(self, entry, change, base, kind, words):
        entry["file"] = f"{entry['name']}.json"
        with h5py.File(self.folder / f"{base}.h5", "r") as file:
            text = changed(file.attrs["model_config"], change)
        (self.folder / entry["file"]).write_text(text, encoding="utf-8")
        entry.update(base=base, expect="refuse", kind=kind, words=words)

    def write_manifest(self):
        """One case a line."""
        head = {"writer": self.versions, "tolerance": TOLERANCE}
        lines = [f'"{key}": {json.dumps(value)},' for key, value in head.items()]
        cases = ",\n".join(json.dumps(case, ensure_ascii=False) for case in self.cases)
        text = "{\n" + "\n".join(lines) + '\n"cases": [\n' + cases + "\n]\n}\n"
        (self.folder / "manifest.json").write_text(text, encoding="utf-8")


def changed(text, change):
    """The JSON text after `change`, which gets it decoded and may return another value or a text."""
    config = json.loads(text)
    result = change(config)
    config = config if result is None else result
    return config if isinstance(config, str) else json.dumps(config)


def change_config(path, change):
    """Rewrites the model_config of an HDF5 model."""
    with h5py.File(path, "r+") as file:
        text = changed(file.attrs["model_config"], change)
        del file.attrs["model_config"]
        file.attrs["model_config"] = text
