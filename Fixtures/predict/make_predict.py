"""Archives of the inputs in ../keras, as NumPy writes them, for `swiftlet predict`. Needs numpy alone.

    python make_predict.py
"""
from pathlib import Path

import numpy as np

here = Path(__file__).parent
keras = here.parent / "keras"
x = np.load(keras / "dense_softmax.input_0.npy")
left = np.load(keras / "functional_two_by_two.input_0.npy")
right = np.load(keras / "functional_two_by_two.input_1.npy")

np.savez(here / "one.npz", anything=x)
# As archives of data sets are: labels beside the inputs.
np.savez(here / "x.npz", y=np.arange(len(x)), x=x)
np.savez_compressed(here / "compressed.npz", labels=np.arange(len(x)), data=x)
# In another order than the model's.
np.savez(here / "two.npz", right=right, left=left)
