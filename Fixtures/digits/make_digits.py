"""Writes scikit-learn's handwritten digits as NumPy arrays beside this script.

images.npy   uint8 (1797, 64): 8x8 pixels, row by row, each 0 (paper) to 16 (ink)
labels.npy   uint8 (1797,): the digit that was written
classes.txt  the name of each class, one a line

Needs numpy and scikit-learn; the data comes with scikit-learn, so nothing is downloaded.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

here = Path(__file__).resolve().parent
digits = load_digits()
images = digits.data.astype(np.uint8)
labels = digits.target.astype(np.uint8)

assert images.shape == (1797, 64) and labels.shape == (1797,)
assert (images == digits.data).all() and images.max() == 16

np.save(here / "images.npy", images)
np.save(here / "labels.npy", labels)
(here / "classes.txt").write_text("".join(f"{name}\n" for name in digits.target_names), encoding="utf-8")
