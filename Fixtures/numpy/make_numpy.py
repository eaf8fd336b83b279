"""Writes the .npy files that SwiftletNumPyTests read, with NumPy itself. Run it in this folder.

Each file's values are told to the tests by NumPy too: `expected.txt` has a line a file, with its name, its
type, its shape, and every value as float64 text (repr, so that nothing is lost).
"""

import numpy as np
from numpy.lib import format as npy

lines = []


def save(name, array, version=None):
    with open(name + ".npy", "wb") as file:
        npy.write_array(file, array, version=version, allow_pickle=False)
    values = " ".join(repr(float(value)) for value in array.ravel(order="C"))
    shape = ",".join(str(length) for length in array.shape)
    lines.append(f"{name}|{array.dtype.newbyteorder('=').name}|{shape}|{values}")


integers = [0, 1, 2, 3, 100, 127]
for kind in "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64".split():
    dtype = np.dtype(kind)
    if dtype.kind == "f":
        info = np.finfo(dtype)
        values = [0.0, -0.0, 1.5, -2.25, info.max, info.min, info.tiny, info.smallest_subnormal,
                  np.inf, -np.inf, np.nan, 1 / 3]
    elif dtype.kind == "b":
        values = [True, False, False, True]
    else:
        info = np.iinfo(dtype)
        values = integers + [info.min, info.max]
    array = np.array(values, dtype=dtype)
    save(f"{kind}_little", array)
    if dtype.itemsize > 1:
        save(f"{kind}_big", array.astype(dtype.newbyteorder(">")))

grid = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
save("scalar", np.array(np.float32(7.5)))
save("empty", np.zeros((0, 3), dtype=np.float32))
save("c_order_3d", grid)
save("fortran_order_2d", np.asfortranarray(grid[0]))
save("fortran_order_3d", np.asfortranarray(grid))
save("fortran_order_big_endian", np.asfortranarray(grid.astype(">f4")))
save("version_1", grid, version=(1, 0))
save("version_2", grid, version=(2, 0))
save("version_3", grid, version=(3, 0))

with open("expected.txt", "w") as file:
    file.write("\n".join(lines) + "\n")

# Valid, and not supported: each must be refused by name.
refused = {
    "refused_complex": np.array([1 + 2j]),
    "refused_text": np.array(["a", "bc"]),
    "refused_records": np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")]),
    "refused_date": np.array(["2020-01-01"], dtype="datetime64[D]"),
}
for name, array in refused.items():
    with open(name + ".npy", "wb") as file:
        npy.write_array(file, array, allow_pickle=False)
with open("refused_object.npy", "wb") as file:
    npy.write_array(file, np.array([None, 1], dtype=object), allow_pickle=True)
