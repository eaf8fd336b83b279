"""Writes twelve rows of small data in every form that training reads, beside this script.

Row r has the inputs 4r, 4r + 1, 4r + 2, 4r + 3 and the label r % 3.
"""

import gzip
from pathlib import Path

import numpy as np

here = Path(__file__).resolve().parent
x = np.arange(48).reshape(12, 4)
y = np.arange(12) % 3

np.savez(here / "rows.npz", x_train=x[:9].astype(np.float32), y_train=y[:9], x_test=x[9:].astype(np.float32), y_test=y[9:])
np.savez_compressed(here / "rows_compressed.npz", images=x.reshape(12, 2, 2).astype(np.uint8), labels=y.astype(np.uint8))
np.savez(here / "rows_numbers.npz", data=x.astype(np.float64), target=y / 2)
np.savez(here / "rows_other.npz", a=x, b=y)
np.save(here / "rows_x.npy", x.astype(np.int16))
np.save(here / "rows_y.npy", y.astype(np.int64))


def idx(array, code):
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, code, array.ndim]) + sizes + array.astype(array.dtype.newbyteorder(">")).tobytes()


(here / "rows_x.idx").write_bytes(idx(x.reshape(12, 2, 2).astype(np.uint8), 0x08))
(here / "rows_y.idx.gz").write_bytes(gzip.compress(idx(y.astype(np.uint8), 0x08), mtime=0))
for name, dtype, code in (("int8", "i1", 9), ("int16", "i2", 0x0B), ("int32", "i4", 0x0C), ("float32", "f4", 0x0D), ("float64", "f8", 0x0E)):
    (here / f"rows_{name}.idx").write_bytes(idx((x - 5).astype(dtype), code))
