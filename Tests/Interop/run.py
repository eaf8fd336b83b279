"""Holds Swiftlet against Keras, in both directions. `make interop` runs it.

    python Tests/Interop/run.py --swiftlet .build/release/swiftlet --swiftlet-run .build/release/swiftlet-run

  fixtures   the models in Fixtures/keras, keras2 and layers give the recorded outputs, or are refused as they must
  reads      models that Keras writes now, at random, give what Keras predicts
  whole      MobileNetV2 as Keras makes it, with random weights, gives what Keras predicts
  writes     what `swiftlet train` writes is opened by Keras, compiled, and predicts the same
  returns    what Keras saves after loading it is read again

One line a check; the last line counts them, and the exit status is 1 when one failed. `--seed N` draws the random
models, the same ones for the same number, and `--seed new` others each time; `--only NAME…` runs some parts. Keras
computes with the backend that KERAS_BACKEND names: NumPy compiles nothing, so that models of many shapes take no time,
and JAX can train, which `writes` needs.
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy as np

from checks import Checks, compare
from commands import Commands, Failed

PARTS = ["fixtures", "reads", "whole", "writes"]
FIXTURES = Path(__file__).resolve().parents[2] / "Fixtures"


def check_fixtures(checks, commands, folder):
    for topic in ("keras", "keras2", "layers"):
        manifest = json.loads((FIXTURES / topic / "manifest.json").read_text(encoding="utf-8"))
        for case in manifest["cases"]:
            model = FIXTURES / topic / case["file"]
            if model.suffix != ".h5":
                continue
            work = loaded if case["expect"] == "load" else refused
            title = f"{topic}/{case['name']} {'loads' if work is loaded else 'is refused'}"
            checks.check(title, lambda: work(commands, case, model, {**manifest["tolerance"], **case}, folder / topic))


def loaded(commands, case, model, tolerance, folder):
    inputs = [model.parent / described["file"] for described in case["inputs"]]
    expected = [np.load(model.parent / described["file"]) for described in case["outputs"]]
    outputs = commands.predict_files(model, inputs, folder / case["name"])
    return compare(outputs, expected, tolerance["atol"], tolerance["rtol"])


def refused(commands, case, model, tolerance, folder):
    try:
        commands.inspect(model)
        inputs = [model.parent / described["file"] for described in case.get("inputs", [])]
        commands.predict_files(model, inputs, folder / case["name"])
    except Failed as failure:
        if failure.status < 0 or failure.status >= 128:
            raise AssertionError(f"ended by a signal: {failure}") from None
        missing = [word for word in [model.name, *case["words"]] if word not in failure.text]
        if missing:
            raise AssertionError(f"the error does not name {missing}: {failure.text.strip()}") from None
        return None
    raise AssertionError("it was not refused")


def check_reads(checks, commands, folder, seed, count, count_layers):
    import keras

    import random_layers
    import random_models

    older, newer = random_models.KINDS, random_layers.KINDS
    kinds = [older[index % len(older)] for index in range(count)]
    kinds += [newer[index % len(newer)] for index in range(count_layers)]
    for index, kind in enumerate(kinds):

        def work(index=index, kind=kind):
            keras.utils.clear_session()
            model, inputs = kind(np.random.default_rng([seed, index]))
            path = folder / f"{kind.__name__}_{index}.h5"
            model.save(path)
            outputs = commands.predict(path, inputs, folder / path.stem)
            expected = predictions(model, inputs)
            return compare(outputs, expected, 1e-5, 1e-4, lambda: amplified_rounding(model, inputs, expected))

        checks.check(f"reads Keras's {kind.__name__} {index}", work)


def check_whole(checks, commands, folder, seed):
    import keras

    from random_layers import randomized

    def work():
        keras.utils.clear_session()
        rng = np.random.default_rng(seed)
        model = keras.applications.MobileNetV2(input_shape=(96, 96, 3), alpha=0.35, weights=None, classes=10)
        path = folder / "mobilenet_v2.h5"
        randomized(model, rng).save(path)
        inputs = [rng.uniform(-1, 1, size=(2, 96, 96, 3)).astype(np.float32)]
        outputs, expected = commands.predict(path, inputs, folder / path.stem), predictions(model, inputs)
        return compare(outputs, expected, 1e-5, 1e-4, lambda: amplified_rounding(model, inputs, expected))

    checks.check("MobileNetV2 at 96 x 96", work)


def predictions(model, inputs):
    outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    return [np.asarray(output) for output in (outputs if isinstance(outputs, (list, tuple)) else [outputs])]


def amplified_rounding(model, inputs, expected):
    """How far rounding alone may take each output, from what Keras itself predicts with weights some roundings away.

    A normalization of two values that are almost equal makes a hundred times as much of the rounding before it, so that
    neither we nor Keras have more than three digits right there. Every weight is moved by up to 2^-21 of itself, eight
    times over, and an output may differ by four times the farthest that it went.
    """
    rng, weights = np.random.default_rng(0), model.get_weights()
    farthest = [np.zeros(output.shape) for output in expected]
    for _ in range(8):
        model.set_weights([weight * (1 + rng.uniform(-1, 1, weight.shape) * 2.0**-21) for weight in weights])
        for far, moved, output in zip(farthest, predictions(model, inputs), expected):
            np.fmax(far, np.abs(moved.astype(np.float64) - output), out=far)
    model.set_weights(weights)
    return [4 * far for far in farthest]


def check_writes(checks, commands, folder):
    import keras

    path, again = folder / "digits.h5", folder / "digits_by_keras.h5"
    images, labels = (np.load(FIXTURES / "digits" / f"{name}.npy") for name in ("images", "labels"))
    state = {}

    def train():
        commands.train(FIXTURES / "digits", layers="32:relu,16:relu,10", epochs=3, seed=1, output=path)

    def opens():
        state["model"] = model = keras.models.load_model(path)
        assert model.inputs and model.input_shape[1:] == (64,), f"input shape {model.input_shape}"
        return f"{model.count_params()} parameters"

    def compiled():
        model = state["model"]
        assert model.compiled, "the model is not compiled"
        assert model.optimizer is not None and model.loss is not None, "no optimizer or no loss"
        model.evaluate(rows(model), labels, verbose=0)
        return f"{model.optimizer.name}, {getattr(model.loss, 'name', model.loss)}"

    def rows(model):
        return images.astype(model.inputs[0].dtype)

    def predicts():
        model = state["model"]
        state["expected"] = predictions(model, [rows(model)])
        outputs = commands.predict(path, [rows(model)], folder / "ours")
        remark = compare(outputs, state["expected"], 1e-5, 1e-5)
        accuracy = float((outputs[0].argmax(axis=1) == labels).mean())
        assert accuracy > 0.5, f"accuracy {accuracy:.3f} after three epochs"
        return f"{remark}, accuracy {accuracy:.3f}"

    def saved_again():
        state["model"].save(again)
        outputs = commands.predict(again, [rows(state["model"])], folder / "theirs")
        return compare(outputs, state["expected"], 1e-5, 1e-5)

    def trained_further():
        model = state["model"]
        model.compile(optimizer="sgd", loss=model.loss)
        model.fit(rows(model)[:256], labels[:256], epochs=1, verbose=0)
        model.save(again)
        outputs = commands.predict(again, [rows(model)], folder / "further")
        return compare(outputs, predictions(model, [rows(model)]), 1e-5, 1e-4)

    steps = [
        ("swiftlet trains on the digits", train),
        ("Keras opens what was trained", opens),
        ("Keras finds it compiled and evaluates it", compiled),
        ("Keras and swiftlet-run predict the same", predicts),
        ("what Keras saves of it is read again", saved_again),
        ("what Keras trained further and saved is read again", trained_further),
    ]
    possible = True
    for index, (title, work) in enumerate(steps):
        if not possible:
            checks.check(title, lambda: (_ for _ in ()).throw(RuntimeError("an earlier step failed")))
            continue
        done = checks.check(title, work)
        possible = done or index >= 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--swiftlet", type=Path, required=True)
    parser.add_argument("--swiftlet-run", type=Path, required=True)
    parser.add_argument("--seed", default="0", help="which random models: a number, or new for others each time")
    parser.add_argument("--count", type=int, default=12, help="how many random models of dense layers")
    parser.add_argument("--count-layers", type=int, default=48, help="how many random models of other layers")
    parser.add_argument("--only", nargs="+", default=PARTS, choices=PARTS)
    options = parser.parse_args()

    seed = secrets.randbelow(2**31) if options.seed == "new" else int(options.seed)
    checks = Checks()
    commands = Commands(options.swiftlet.resolve(), options.swiftlet_run.resolve())
    with tempfile.TemporaryDirectory(prefix="swiftlet-interop-") as name:
        folder = Path(name)
        if "fixtures" in options.only:
            check_fixtures(checks, commands, folder)
        if "reads" in options.only:
            print(f"random models of seed {seed}")
            check_reads(checks, commands, folder, seed, options.count, options.count_layers)
        if "whole" in options.only:
            check_whole(checks, commands, folder, seed)
        if "writes" in options.only:
            check_writes(checks, commands, folder)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
