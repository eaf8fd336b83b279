"""Writes the HDF5 files that the reader is tested with, and beside each what h5py reads in it (JSON).

Run: python Fixtures/reader/make_reader_fixtures.py   (needs h5py and numpy)
"""

import ctypes
import glob
import json
import math
import os

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(HERE, name)


# Types that NumPy has no name for ------------------------------------------------------------------------------


def untimed():
    """Properties of a dataset that does not note when it was made: each run gives the same file."""
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_obj_track_times(False)
    return plist


def low_level(group, name, tid, values, memory):
    """A dataset of the HDF5 type `tid`, written from `values` of the NumPy type `memory`."""
    data = np.asarray(values, memory)
    space = h5py.h5s.create_simple(data.shape)
    dataset = h5py.h5d.create(group.id, name.encode(), tid, space, untimed())
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, data)
    return dataset


def int24(order):
    tid = (h5py.h5t.STD_I32LE if order == "<" else h5py.h5t.STD_I32BE).copy()
    tid.set_precision(24)
    tid.set_size(3)
    return tid


def bits_in_the_middle():
    """Eleven bits of an unsigned short, from bit 3 up."""
    tid = h5py.h5t.STD_U16LE.copy()
    tid.set_precision(11)
    tid.set_offset(3)
    return tid


def bfloat16(order):
    tid = (h5py.h5t.IEEE_F32LE if order == "<" else h5py.h5t.IEEE_F32BE).copy()
    tid.set_fields(15, 7, 8, 0, 7)
    tid.set_precision(16)
    tid.set_size(2)
    tid.set_ebias(127)
    return tid


def fixed_string(base, size, padding):
    tid = base.copy()
    tid.set_size(size)
    tid.set_strpad(padding)
    return tid


def raw_strings(group, name, tid, texts):
    """Strings in a padding that NumPy does not write: the bytes are given as they are to lie."""
    size = tid.get_size()
    data = np.array([t for t in texts], dtype=f"S{size}")
    space = h5py.h5s.create_simple(data.shape)
    dataset = h5py.h5d.create(group.id, name.encode(), tid, space, untimed())
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, data, mtype=tid)


# What the files hold -------------------------------------------------------------------------------------------

# For what h5py cannot read as it stands: the path, and what to expect there.
KNOWN = {}


def fill_everything(f, name):
    rng = np.random.default_rng(7)
    known = KNOWN.setdefault(name, {})

    numbers = f.create_group("numbers")
    for order, title in (("<", "little"), (">", "big")):
        group = numbers.create_group(title)
        signed = group.create_group("signed")
        unsigned = group.create_group("unsigned")
        floats = group.create_group("floats")
        for size in (1, 2, 4, 8):
            kind = np.dtype(f"{order}i{size}")
            limits = np.iinfo(kind)
            signed.create_dataset(f"int{8 * size}", data=np.array([limits.min, -1, 0, 1, limits.max], kind))
            kind = np.dtype(f"{order}u{size}")
            top = min(np.iinfo(kind).max, 2**63 - 1)
            unsigned.create_dataset(f"uint{8 * size}", data=np.array([0, 1, 2, top], kind))
        for size in (2, 4, 8):
            kind = np.dtype(f"{order}f{size}")
            tiny = np.finfo(kind).smallest_subnormal
            values = [0.0, -0.0, 1.0, -1.5, 1 / 3, tiny, np.finfo(kind).max, math.inf, -math.inf, math.nan]
            floats.create_dataset(f"float{8 * size}", data=np.array(values, kind))
        low_level(signed, "int24", int24(order), [-(2**23), -2, 0, 3, 2**23 - 1], "i4")
        suffix = "" if order == "<" else " big-endian"
        known[f"numbers/{title}/signed/int24"] = ("int24" + suffix, [-(2**23), -2, 0, 3, 2**23 - 1])
        exact = [0.0, -0.0, 1.0, -2.5, 1.5 * 2.0**127, 2.0**-133, math.inf]
        low_level(floats, "bfloat16", bfloat16(order), exact, "f4")
        known[f"numbers/{title}/floats/bfloat16"] = ("bfloat16" + suffix, exact)
    low_level(numbers, "eleven bits", bits_in_the_middle(), [0, 5, 2047], "u2")
    known["numbers/eleven bits"] = ("uint11", [0, 5, 2047])
    numbers.create_dataset("over int64", data=np.array([2**64 - 1], "u8"))
    marked = numbers.create_dataset("marked bfloat16", data=np.array([0x3F80, 0xC020, 0x7F80], "<u2").view("V2"))
    marked.attrs["dtype"] = "bfloat16"
    known["numbers/marked bfloat16"] = ("bfloat16", [1.0, -2.5, math.inf])
    numbers.create_dataset("unmarked bfloat16", data=np.array([0xBF80, 0x0000], "<u2").view("V2"))
    known["numbers/unmarked bfloat16"] = ("bfloat16", [-1.0, 0.0])
    numbers.create_dataset("booleans", data=np.array([True, False, True]))

    shapes = f.create_group("shapes")
    shapes.create_dataset("scalar", data=np.float32(2.5))
    shapes.create_dataset("none", shape=(0,), dtype="f8")
    shapes.create_dataset("none in the middle", shape=(3, 0, 2), dtype="f4")
    shapes.create_dataset("three dimensions", data=rng.standard_normal((2, 3, 4)).astype("f4"))
    shapes.create_dataset("large", data=np.arange(5000, dtype=">f4").reshape(50, 100))
    shapes.create_dataset("null", data=h5py.Empty("f4"))
    shapes.create_dataset("resizable", shape=(2,), maxshape=(2,), data=[1, 2])
    known["shapes/resizable"] = ("int64", {"refused": "chunked data"})

    layouts = f.create_group("layouts")
    compact = untimed()
    compact.set_layout(h5py.h5d.COMPACT)
    data = np.arange(6, dtype="<f4")
    h5py.h5d.create(layouts.id, b"compact", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((6,)), compact).write(
        h5py.h5s.ALL, h5py.h5s.ALL, data)
    layouts.create_dataset("unwritten", shape=(3, 2), dtype="f4")
    layouts.create_dataset("unwritten with a fill value", shape=(5,), dtype=">i2", fillvalue=-7)
    layouts.create_dataset("unwritten strings", shape=(2,), dtype=h5py.string_dtype())
    chunked = f.create_group("chunked")
    chunked.create_dataset("plain", data=np.arange(10), chunks=(4,))
    known["chunked/plain"] = ("int64", {"refused": "chunked data"})
    chunked.create_dataset("filtered", data=np.arange(10), chunks=(4,), compression="gzip")
    known["chunked/filtered"] = ("int64", {"refused": "chunked and filtered data"})
    external = f.create_group("external")
    external.create_dataset("raw", shape=(4,), dtype="f4", external=[("nowhere.bin", 0, 16)])
    known["external/raw"] = ("float32", {"refused": "external files"})

    texts = f.create_group("texts")
    texts.create_dataset("fixed", data=np.array([b"one", b"", b"three", b"eight888"], "S8"))
    texts["fixed utf-8"] = np.array([t.encode() for t in ("é", "한글", "x")], dtype=h5py.string_dtype("utf-8", 7))
    texts["variable"] = np.array(["", "dense", "層/カーネル:0", "a" * 300], dtype=h5py.string_dtype())
    texts.create_dataset("variable ascii", data="scalar", dtype=h5py.string_dtype("ascii"))
    raw_strings(texts, "spaces", fixed_string(h5py.h5t.FORTRAN_S1, 6, h5py.h5t.STR_SPACEPAD),
                [b"ab    ", b"a b c ", b"      "])
    known["texts/spaces"] = ("string of 6 bytes", ["ab", "a b c", ""])
    raw_strings(texts, "terminated", fixed_string(h5py.h5t.C_S1, 6, h5py.h5t.STR_NULLTERM), [b"abc", b"", b"abcde"])

    others = f.create_group("others")
    others.create_dataset("compound", data=np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]))
    known["others/compound"] = ("compound of 12 bytes", {"refused": "compound"})
    others.create_dataset("array", data=np.zeros(2, dtype=[("x", "f4", (3,))])["x"])
    tid = h5py.h5t.array_create(h5py.h5t.IEEE_F32LE, (3,))
    h5py.h5d.create(others.id, b"array type", tid, h5py.h5s.create_simple((2,)), untimed())
    known["others/array type"] = ("array of 12 bytes", {"refused": "array"})
    others.create_dataset("reference", data=f["numbers"].ref, dtype=h5py.ref_dtype)
    known["others/reference"] = (None, {"refused": "reference"})
    others.create_dataset("sequence", shape=(1,), dtype=h5py.vlen_dtype("i4"))
    known["others/sequence"] = ("variable-length sequence of 16 bytes", {"refused": "sequence"})
    others.create_dataset("opaque", data=np.array([b"abc"], "V3"))
    known["others/opaque"] = (None, {"mismatch": "opaque"})
    others["type"] = np.dtype("f4")

    links = f.create_group("links")
    links.create_dataset("here", data=[1.0, 2.0])
    links["again"] = links["here"]
    links["soft"] = h5py.SoftLink("/links/here")
    links["external"] = h5py.ExternalLink("other.h5", "/x")
    links["to the root"] = f
    links.create_group("..").create_dataset("inside", data=np.int32(4))

    attributes = f.create_group("attributes")
    first = attributes.create_group("first")
    first.attrs["text"] = "a Keras string: é"
    first.attrs["bytes"] = np.bytes_(b"fixed bytes")
    first.attrs["names"] = np.array([b"dense", b"dense_1", b""], "S10")
    first.attrs["empty names"] = np.array([])
    first.attrs["variable names"] = np.array(["a", "bc"], dtype=h5py.string_dtype())
    first.attrs["version"] = np.int64(3)
    first.attrs["learning rate"] = np.float64(0.001)
    second = attributes.create_group("second")
    second.attrs["matrix"] = np.arange(6, dtype=">i2").reshape(2, 3)
    second.attrs["flag"] = True
    second.attrs["null"] = h5py.Empty("f4")
    second.attrs["half"] = np.float16(0.1)
    second.attrs["한글"] = "name"
    second.attrs["long"] = "x" * 2000
    third = attributes.create_dataset("on a dataset", data=np.float32(0))
    third.attrs["unit"] = "m"

    nested = f
    for level in range(6):
        nested = nested.create_group(f"level {level}")
    nested.create_dataset("bottom", data=np.int8(1))
    names = f.create_group("names")
    for title in ("é", "e\u0301", " space", ":0", "a.b"):
        names.create_dataset(title, data=np.uint8(len(title)))


def write_everything(name, libver):
    with h5py.File(path(name + ".h5"), "w", libver=libver) as f:
        fill_everything(f, name)


def write_dense(name):
    """More links and attributes than an object header keeps: fractal heaps and version 2 B-trees."""
    with h5py.File(path(name + ".h5"), "w", libver="latest") as f:
        few = f.create_group("few")
        for index in range(12):
            few.create_dataset(f"dense_{index}", data=np.int8(index))
        many = f.create_group("many")
        target = f.create_group("target")
        for index in range(1300):
            many[f"link {index}"] = target
        ordered = f.create_group("ordered", track_order=True)
        for title in "hgfedcbaijk":
            ordered[title] = target
        attributes = f.create_group("attributes")
        for index in range(20):
            attributes.attrs[f"attribute {index}"] = f"value {index}"
        attributes.attrs["large"] = np.arange(3000, dtype="<i2")
        attributes.attrs["huge"] = np.bytes_(b"abcdefgh" * 8300)
        ordered_attributes = f.create_group("ordered attributes", track_order=True)
        for index in range(300):
            ordered_attributes.attrs[f"attribute {index}"] = index
        huge = f.create_group("one huge attribute")
        huge.attrs["huge"] = np.zeros(8300, ">f8")


def write_many_links(name):
    """Enough links for a B-tree of two levels, as libhdf5 makes it by itself."""
    with h5py.File(path(name + ".h5"), "w", libver="earliest") as f:
        target = f.create_dataset("target", data=np.float32(1))
        group = f.create_group("many")
        for index in range(400):
            group[f"layer_{index * 7919 % 400}"] = target


def write_deep_tree(name):
    """Tiny B-tree nodes, hence a tree of many levels; superblock version 1 comes with them."""
    plist = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    # h5py has no names for these; its own libhdf5 does.
    (library,) = glob.glob(os.path.join(os.path.dirname(h5py.__file__), "..", "h5py.libs", "libhdf5-*.so*"))
    hdf5 = ctypes.CDLL(library)
    hdf5.H5Pset_sym_k.argtypes = [ctypes.c_int64, ctypes.c_uint, ctypes.c_uint]
    hdf5.H5Pset_istore_k.argtypes = [ctypes.c_int64, ctypes.c_uint]
    assert hdf5.H5Pset_sym_k(plist.id, 1, 1) >= 0 and hdf5.H5Pset_istore_k(plist.id, 16) >= 0
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(h5py.h5f.LIBVER_EARLIEST, h5py.h5f.LIBVER_LATEST)
    fid = h5py.h5f.create(path(name + ".h5").encode(), h5py.h5f.ACC_TRUNC, plist, access)
    with h5py.File(fid) as f:
        target = f.create_dataset("target", data=np.float32(1))
        group = f.create_group("many")
        for index in range(60):
            group[f"layer_{index * 37 % 60}"] = target


def write_user_block(name):
    with h5py.File(path(name + ".h5"), "w", userblock_size=1024, libver="earliest") as f:
        f.attrs["text"] = "behind a user block"
        f.create_dataset("group/data", data=np.arange(4, dtype="f4"))
    with open(path(name + ".h5"), "r+b") as f:
        f.write(b"#!/bin/sh\n")


def write_non_ascii(name):
    """One name beyond ASCII makes h5py's group a new-style one in a superblock 0 file; a dozen, a heap."""
    with h5py.File(path(name + ".h5"), "w", libver="earliest", track_order=True) as f:
        for title in ("é", "ü"):
            f.create_dataset(title, data=np.float32(1))
        g = f.create_group("many", track_order=True)
        for index in range(12):
            g.create_dataset(f"层_{index}", data=np.int16(index))


def write_keras(name):
    """The shape of a file that Keras 2 or 3 saves: every structure, few numbers."""
    rng = np.random.default_rng(1)
    config = {"class_name": "Sequential", "config": {"name": "sequential", "layers": [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 4], "name": "input_layer"}},
        {"class_name": "Dense", "config": {"name": "dense", "units": 3, "activation": "softmax"}}]}}
    with h5py.File(path(name + ".h5"), "w", libver="earliest") as f:
        f.attrs["keras_version"] = "3.15.0"
        f.attrs["backend"] = "jax"
        f.attrs["model_config"] = json.dumps(config).encode()
        f.attrs["training_config"] = json.dumps({"loss": "mse"}).encode()
        weights = f.create_group("model_weights")
        weights.attrs["backend"] = b"jax"
        weights.attrs["keras_version"] = b"3.15.0"
        weights.attrs["layer_names"] = [b"input_layer", b"dense"]
        weights.create_group("input_layer").attrs["weight_names"] = np.array([])
        for layer, rows, columns in (("dense", 4, 3),):
            group = weights.create_group(layer)
            names = [f"sequential/{layer}/kernel:0", f"sequential/{layer}/bias:0"]
            group.attrs["weight_names"] = [n.encode() for n in names]
            group.create_dataset(names[0], data=rng.standard_normal((rows, columns)).astype("f4"))
            group.create_dataset(names[1], data=rng.standard_normal(columns).astype("f4"))


def write_small(name):
    """A few structures of the newer kind, in as few bytes as can be."""
    with h5py.File(path(name + ".h5"), "w", libver="latest") as f:
        f.attrs["text"] = np.bytes_(b"fixed")
        group = f.create_group("group")
        data = group.create_dataset("d", data=np.int8(1))
        for index in range(9):
            group[f"d{index}"] = data
        group.attrs["names"] = np.array(["a", "bc"], dtype=h5py.string_dtype())


# What h5py reads in them ---------------------------------------------------------------------------------------


def type_name(dtype, is_bool_enum=False):
    string = h5py.check_string_dtype(dtype)
    if string is not None:
        return "string" if string.length is None else f"string of {string.length} bytes"
    if dtype == np.dtype(bool):
        return "enumeration of int8"
    if dtype.kind in "iuf":
        name = dtype.newbyteorder("=").name
        return name + (" big-endian" if dtype.byteorder == ">" else "")
    return None


def number(value):
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, bytes):
        return value.decode()
    return value


def values(data):
    if isinstance(data, h5py.Empty):
        return []
    return [number(v) for v in np.asarray(data).ravel().tolist()]


def shape(thing):
    return list(thing.shape or ())


def describe_attribute(owner, name):
    aid = owner.attrs.get_id(name)
    data = owner.attrs[name]
    return {"name": name, "shape": shape(aid), "type": type_name(aid.dtype), "values": values(data)}


def describe(f, known):
    entries = []
    entered = set()

    def attributes(thing):
        return [describe_attribute(thing, n) for n in sorted(thing.attrs, key=str.encode)]

    def walk(group, prefix):
        entered.add(h5py.h5o.get_info(group.id).addr)
        entries.append({"path": prefix, "kind": "group", "attributes": attributes(group)})
        for name in sorted(group, key=str.encode):
            where = f"{prefix}/{name}" if prefix else name
            link = group.get(name, getlink=True)
            if isinstance(link, h5py.SoftLink):
                entries.append({"path": where, "kind": "refused", "refused": "soft link"})
                continue
            if isinstance(link, h5py.ExternalLink):
                entries.append({"path": where, "kind": "refused", "refused": "external link"})
                continue
            # By the link's own name: h5py takes ".." for one name, too, but only at this level.
            oid = h5py.h5o.open(group.id, name.encode())
            if isinstance(oid, h5py.h5g.GroupID):
                if h5py.h5o.get_info(oid).addr in entered:
                    entries.append({"path": where, "kind": "repeated"})
                else:
                    walk(h5py.Group(oid), where)
            elif isinstance(oid, h5py.h5t.TypeID):
                entries.append({"path": where, "kind": "datatype"})
            else:
                d = h5py.Dataset(oid)
                entry = {"path": where, "kind": "dataset", "shape": shape(d), "attributes": attributes(d)}
                if where in known:
                    entry["type"], expected = known[where]
                    entry["values"] = [number(v) for v in expected] if isinstance(expected, list) else expected
                else:
                    entry["type"], entry["values"] = type_name(d.dtype), values(d[()])
                offset = oid.get_offset()
                if offset is not None:
                    entry["offset"] = offset
                entries.append(entry)

    walk(f, "")
    return entries


def main():
    write_everything("earliest", "earliest")
    write_everything("v108", ("v108", "v108"))
    write_everything("latest", "latest")
    write_dense("dense")
    write_many_links("many-links")
    write_deep_tree("deep-tree")
    write_user_block("user-block")
    write_non_ascii("track-order")
    write_keras("keras")
    write_small("small")
    for name in ("earliest", "v108", "latest", "dense", "many-links", "deep-tree", "user-block", "track-order", "keras", "small"):
        with h5py.File(path(name + ".h5"), "r") as f:
            entries = describe(f, KNOWN.get(name, {}))
        with open(path(name + ".json"), "w") as out:
            json.dump(entries, out, ensure_ascii=False, separators=(",", ":"))
            out.write("\n")
        print(name, os.path.getsize(path(name + ".h5")), len(entries))


main()
