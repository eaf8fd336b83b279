"""How the programs under test are called. Their command lines are spelled here and nowhere else."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LIMIT = 300  # seconds for one call


class Failed(Exception):
    """A program ended with an error; the text is what it wrote."""

    def __init__(self, status, text):
        super().__init__(f"exit status {status}: {text.strip()}")
        self.status, self.text = status, text


@dataclass
class Commands:
    swiftlet: Path
    swiftlet_run: Path

    def predict(self, model, inputs, folder):
        """The outputs of `swiftlet-run predict` for arrays in the model's order."""
        folder.mkdir(parents=True, exist_ok=True)
        arguments = [str(self.swiftlet_run), "predict", str(model)]
        for index, array in enumerate(inputs):
            path = folder / f"input_{index}.npy"
            np.save(path, array)
            arguments += ["--input", str(path)]
        return self.predicted(arguments, folder)

    def predict_files(self, model, inputs, folder):
        """The same for input files that exist already."""
        folder.mkdir(parents=True, exist_ok=True)
        arguments = [str(self.swiftlet_run), "predict", str(model)]
        for path in inputs:
            arguments += ["--input", str(path)]
        return self.predicted(arguments, folder)

    def inspect(self, model):
        """What `swiftlet-run inspect` writes."""
        return run([str(self.swiftlet_run), "inspect", str(model)])

    def train(self, data, layers, epochs, seed, output):
        """Trains with `swiftlet train` and writes the model to `output`."""
        run([
            str(self.swiftlet), "train", "--data", str(data), "--layers", layers,
            "--epochs", str(epochs), "--seed", str(seed), "-o", str(output),
        ])

    def predicted(self, arguments, folder):
        results = folder / "outputs"
        run(arguments + ["--output", str(results)])
        outputs = []
        while (results / f"output_{len(outputs)}.npy").exists():
            outputs.append(np.load(results / f"output_{len(outputs)}.npy"))
        return outputs


def run(arguments):
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=LIMIT)
    if done.returncode:
        raise Failed(done.returncode, done.stderr or done.stdout)
    return done.stdout
