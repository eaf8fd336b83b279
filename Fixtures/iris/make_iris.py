"""Writes scikit-learn's iris flowers beside this script, as NumPy arrays and as a table.

features.npy  float32 (150, 4): sepal length, sepal width, petal length, petal width, in centimetres
labels.npy    uint8 (150,): 0, 1 or 2, the line of the species in classes.txt
classes.txt   the name of each species, one a line
iris.csv      the same flowers with a header line; the species is written out in the last column

Needs numpy and scikit-learn; the data comes with scikit-learn, so nothing is downloaded.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_iris

here = Path(__file__).resolve().parent
iris = load_iris()
names = [str(name) for name in iris.target_names]

assert iris.data.shape == (150, 4)

np.save(here / "features.npy", iris.data.astype(np.float32))
np.save(here / "labels.npy", iris.target.astype(np.uint8))
(here / "classes.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")

lines = ["sepal_length,sepal_width,petal_length,petal_width,species"]
for flower, label in zip(iris.data, iris.target):
    lines.append(",".join([f"{value:.1f}" for value in flower] + [names[label]]))
(here / "iris.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
