"""Writes HDF5 files made to deceive, one for each known way, and attacks.json: how each must be refused.

Each is a sound file of h5py's with a few bytes changed. Run: python Fixtures/reader/attacks/make_attacks.py
"""

import io
import json
import os
import struct

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
EXPECTED = {}
UNDEFINED = 2**64 - 1


def lookup3(data):
    """Bob Jenkins's hashlittle with the initial value 0."""
    mask = 0xFFFFFFFF
    rot = lambda x, k: (x << k | x >> (32 - k)) & mask
    a = b = c = (0xDEADBEEF + len(data)) & mask
    words = lambda part: struct.unpack("<3I", part.ljust(12, b"\0"))
    i = 0
    while len(data) - i > 12:
        x, y, z = words(data[i:i + 12])
        a, b, c = (a + x) & mask, (b + y) & mask, (c + z) & mask
        a = ((a - c) & mask) ^ rot(c, 4); c = (c + b) & mask
        b = ((b - a) & mask) ^ rot(a, 6); a = (a + c) & mask
        c = ((c - b) & mask) ^ rot(b, 8); b = (b + a) & mask
        a = ((a - c) & mask) ^ rot(c, 16); c = (c + b) & mask
        b = ((b - a) & mask) ^ rot(a, 19); a = (a + c) & mask
        c = ((c - b) & mask) ^ rot(b, 4); b = (b + a) & mask
        i += 12
    if i == len(data):
        return c
    x, y, z = words(data[i:])
    a, b, c = (a + x) & mask, (b + y) & mask, (c + z) & mask
    for left, right, turn in (("c", "b", 14), ("a", "c", 11), ("b", "a", 25), ("c", "b", 16), ("a", "c", 4),
                              ("b", "a", 14), ("c", "b", 24)):
        v = {"a": a, "b": b, "c": c}
        v[left] = ((v[left] ^ v[right]) - rot(v[right], turn)) & mask
        a, b, c = v["a"], v["b"], v["c"]
    return c


class Image:
    """The bytes of a small file, and where its structures lie."""

    def __init__(self, build, libver="earliest"):
        buffer = io.BytesIO()
        with h5py.File(buffer, "w", libver=libver) as f:
            build(f)
            self.addresses = {}
            f.visititems(lambda name, thing: self.addresses.update({name: h5py.h5o.get_info(thing.id).addr}))
            self.addresses[""] = h5py.h5o.get_info(f.id).addr
        self.bytes = bytearray(buffer.getvalue())

    def put(self, at, form, *values):
        struct.pack_into("<" + form, self.bytes, at, *values)

    def get(self, at, form):
        value = struct.unpack_from("<" + form, self.bytes, at)
        return value[0] if len(value) == 1 else value

    def find(self, signature, nth=0):
        at = -1
        for _ in range(nth + 1):
            at = self.bytes.index(signature, at + 1)
        return at

    def messages(self, name):
        """(type, where its head is, where its body is, size) of each message of a version 1 header."""
        at = self.addresses[name]
        blocks, found = [(at + 16, self.get(at + 8, "I"))], []
        while blocks:
            at, size = blocks.pop(0)
            end = at + size
            while at + 8 <= end:
                kind, count = self.get(at, "HH")
                found.append((kind, at, at + 8, count))
                if kind == 0x10:
                    blocks.append(self.get(at + 8, "QQ"))
                at += 8 + count
        return found

    def message(self, name, kind):
        for message in self.messages(name):
            if message[0] == kind:
                return message[2]
        raise KeyError(kind)

    def save(self, name, error, contains):
        with open(os.path.join(HERE, name + ".h5"), "wb") as out:
            out.write(self.bytes)
        EXPECTED[name] = {"error": error, "contains": contains}


def plain(f):
    f.create_group("group").create_dataset("values", data=np.arange(4, dtype="f4"))


def text(f):
    f.create_dataset("x", data=np.float32(1))
    f.attrs["text"] = "hello"


def group_tree(image, name="group"):
    """Where the group's B-tree, local heap, symbol table node and heap data lie."""
    body = image.message(name, 0x11)
    tree, heap = image.get(body, "QQ")
    return tree, heap, image.get(tree + 32, "Q"), image.get(heap + 24, "Q")


def superblock():
    image = Image(plain)
    image.put(40, "Q", 2**63)
    image.save("end-of-file-beyond-the-file", "malformed", "cut short")
    image = Image(plain)
    image.put(24, "Q", 2**64 - 8)
    image.save("base-address-past-the-end", "malformed", "cut short")
    image = Image(plain)
    image.bytes[13] = 3
    image.save("addresses-of-three-bytes", "unsupported", "addresses or lengths of 3 bytes")
    image = Image(plain)
    image.put(64, "Q", 2**64 - 9)
    image.save("root-far-outside", "malformed", "an object header of 1 bytes at address")
    image = Image(plain)
    image.bytes[8] = 9
    image.save("superblock-version-nine", "unsupported", "the superblock version 9")


def headers():
    image = Image(plain)
    at = image.addresses["group"]
    kind, head, body, size = image.messages("group")[0]
    image.put(head, "HH", 0x10, size)
    image.put(body, "QQ", at + 16, image.get(at + 8, "I"))
    image.save("header-continues-in-itself", "malformed", "continues in itself")
    image = Image(plain)
    kind, head, body, size = image.messages("group")[0]
    image.put(head, "HH", 0x10, size)
    image.put(body, "QQ", 96, 2**63)
    image.save("header-of-half-the-address-space", "malformed", "an object header of 9223372036854775808 bytes")

    # Continuation blocks that overlap, each one byte further on: read again and again in full.
    image = Image(plain)
    at = image.addresses["group"]
    start = len(image.bytes)
    image.bytes += b"\0" * 4096
    kind, head, body, size = image.messages("group")[0]
    image.put(head, "HH", 0x10, size)
    image.put(at + 2, "H", 60000)
    image.put(body, "QQ", start, 4096)
    for index in range(150):
        image.put(start + 24 * index, "HHBBHQQ", 0x10, 16, 0, 0, 0, start + 24 * index + 24, 4096 - 24 * index - 24)
    image.put(40, "Q", len(image.bytes))
    image.save("headers-that-overlap", "malformed", "object headers overlap")

    image = Image(plain)
    at = image.addresses["group"]
    image.put(at + 2, "H", 900)
    image.save("header-with-too-few-messages", "malformed", "an object header of 900 messages")


def trees():
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    image.bytes[tree + 5] = 1
    image.put(tree + 32, "Q", tree)
    image.save("tree-that-is-its-own-child", "malformed", "reached twice")
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    image.bytes[tree + 5] = 200
    image.save("tree-of-two-hundred-levels", "limit", "a B-tree of 201 levels")
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    image.put(tree + 6, "H", 2)
    image.put(tree + 48, "Q", node)
    image.save("symbol-table-node-twice", "malformed", "a symbol table node that is reached twice")
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    image.put(tree + 6, "H", 0xFFFF)
    image.save("tree-node-of-65535-children", "malformed", "B-tree nodes overlap")
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    image.put(node + 6, "H", 0xFFFF)
    image.save("symbol-table-node-of-65535-names", "malformed", "symbol table nodes overlap")
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    image.put(tree + 32, "Q", tree)
    image.save("tree-in-place-of-a-node", "malformed", "reached twice")


def groups():
    """Two hundred headers of forty bytes, each a group with the same two hundred links to all of them."""
    def build(f):
        target = f.create_dataset("target", data=np.int8(1))
        group = f.create_group("many")
        for index in range(200):
            group[f"g{index}"] = target
    image = Image(build)
    table = image.get(image.message("many", 0x11), "QQ")
    # The name by which the walk first met it.
    target = image.addresses["many/g0"]
    start, made, at = (len(image.bytes) + 7) & ~7, 0, 0
    image.bytes += b"\0" * (start - len(image.bytes))
    while (at := image.bytes.find(b"SNOD", at + 1)) > 0:
        for entry in range(at + 8, at + 8 + 40 * image.get(at + 6, "H"), 40):
            if image.get(entry + 8, "Q") == target:
                image.put(entry + 8, "Q", start + 40 * made)
                made += 1
    for _ in range(made):
        image.bytes += struct.pack("<BBHII4xHHB3xQQ", 1, 0, 1, 1, 24, 0x11, 16, 0, *table)
    image.put(40, "Q", len(image.bytes))
    image.save("groups-that-share-their-links", "malformed", "objects overlap one another")


def bad_groups():
    """Four hundred headers of forty bytes, each a group with the same links, of which the last has a bad name."""
    def build(f):
        target = f.create_dataset("target", data=np.int8(1))
        for name, count in (("bad", 100), ("many", 400)):
            group = f.create_group(name)
            for index in range(count):
                group[f"{name}{index:03}"] = target
    image = Image(build)
    table = image.get(image.message("bad", 0x11), "QQ")
    at = image.bytes.index(b"bad099\0")
    image.bytes[at:at + 1] = b"/"
    target = image.addresses["bad/bad000"]
    start, made = (len(image.bytes) + 7) & ~7, 0
    image.bytes += b"\0" * (start - len(image.bytes))
    nodes = [image.get(image.message("many", 0x11), "Q")]
    while image.bytes[nodes[0]:nodes[0] + 4] == b"TREE":
        nodes = [image.get(tree + 32 + 16 * child, "Q") for tree in nodes for child in range(image.get(tree + 6, "H"))]
    for node in nodes:
        for entry in range(node + 8, node + 8 + 40 * image.get(node + 6, "H"), 40):
            assert image.get(entry + 8, "Q") == target
            image.put(entry + 8, "Q", start + 40 * made)
            made += 1
    assert made == 400
    for _ in range(made):
        image.bytes += struct.pack("<BBHII4xHHB3xQQ", 1, 0, 1, 1, 24, 0x11, 16, 0, *table)
    image.put(40, "Q", len(image.bytes))
    image.save("groups-that-share-a-bad-one", "malformed", "more damaged objects than can be looked at")


def names():
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    image.put(node + 8, "Q", 2**40)
    image.save("name-outside-its-heap", "malformed", "a name at 1099511627776 in a local heap")
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    size = image.get(heap + 8, "Q")
    image.bytes[data:data + size] = b"a" * size
    image.save("name-without-an-end", "malformed", "a name without an end")
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    image.put(heap + 8, "Q", 2**62)
    image.save("heap-larger-than-the-file", "malformed", "a local heap's data segment of 4611686018427387904 bytes")
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    at = image.bytes.index(b"values\0", data)
    image.bytes[at:at + 6] = b"../etc"
    image.save("name-with-a-slash", "malformed", "a link's name with a slash")
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    at = image.bytes.index(b"values\0", data)
    image.bytes[at:at + 1] = b"\xff"
    image.save("name-not-utf-8", "malformed", "not UTF-8")
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    image.put(node + 6, "H", 2)
    image.bytes[node + 48:node + 88] = image.bytes[node + 8:node + 48]
    image.save("name-twice", "malformed", "two links called \"values\"")
    # One long name, and links whose names are each of its endings.
    image = Image(plain)
    tree, heap, node, data = group_tree(image)
    size = image.get(heap + 8, "Q")
    image.bytes[data + 8:data + size - 1] = b"n" * (size - 9)
    image.put(node + 6, "H", 8)
    for index in range(8):
        image.bytes[node + 8 + 40 * index:node + 48 + 40 * index] = image.bytes[node + 8:node + 48]
        image.put(node + 8 + 40 * index, "Q", 8 + index)
    image.save("names-that-overlap", "malformed", "names that overlap")


def data():
    image = Image(plain)
    body = image.message("group/values", 0x08)
    image.put(body + 2, "Q", len(image.bytes) - 8)
    image.save("data-past-the-end", "malformed", "data of 16 bytes at address")
    image = Image(plain)
    body = image.message("group/values", 0x08)
    image.put(body + 2, "Q", 2**64 - 16)
    image.save("data-at-the-last-address", "malformed", "data of 16 bytes at address 18446744073709551600")
    image = Image(plain)
    body = image.message("group/values", 0x08)
    image.put(body + 10, "Q", 4)
    image.save("data-shorter-than-its-shape", "malformed", "4 bytes of data for a dataset of 16")
    image = Image(plain)
    image.put(image.message("group/values", 0x01) + 8, "Q", 2**62)
    image.save("bytes-overflow", "malformed", "overflow")
    image = Image(plain)
    image.put(image.message("group/values", 0x01) + 8, "Q", 2**63)
    image.save("dimension-beyond-int", "malformed", "a dimension of 9223372036854775808")
    image = Image(lambda f: f.create_dataset("x", data=np.zeros((2, 2), "f4")))
    image.put(image.message("x", 0x01) + 8, "QQ", 2**32, 2**32)
    image.save("shape-overflows", "malformed", "a shape whose product overflows")
    image = Image(plain)
    image.bytes[image.message("group/values", 0x01) + 1] = 200
    image.save("two-hundred-dimensions", "malformed", "a dataspace of 200 dimensions")
    image = Image(lambda f: f.create_dataset("x", shape=(4,), dtype="f4"))
    image.put(image.message("x", 0x01) + 8, "Q", 2**40)
    image.save("a-terabyte-never-written", "limit", "bytes of data that were never written")
    image = Image(plain)
    image.put(image.message("group/values", 0x01) + 8, "Q", 2**40)
    image.put(image.message("group/values", 0x03) + 4, "I", 0)
    image.save("elements-of-no-bytes", "malformed", "a datatype of no bytes")
    image = Image(lambda f: f.create_dataset("x", data=np.int32(1)))
    image.put(image.message("x", 0x03) + 8, "HH", 30, 30)
    image.save("integer-outside-its-bytes", "malformed", "an integer of bits 30..<60 in 4 bytes")
    image = Image(lambda f: f.create_dataset("x", data=True))
    image.bytes[image.message("x", 0x03) + 8] = 0x18
    image.save("enumeration-of-enumerations", "malformed", "an enumeration over")


def heaps():
    image = Image(text)
    at = image.find(b"GCOL")
    body = [m for m in image.messages("") if m[0] == 0x0C][0]
    element = body[2] + body[3] - 16
    assert image.get(element, "I") == 5 and image.get(element + 4, "Q") == at
    element_of = element

    image.put(element + 12, "I", 9)
    image.save("string-that-its-heap-lacks", "malformed", "which its global heap does not hold")
    image = Image(text)
    image.put(element_of + 12, "I", 2**20)
    image.save("string-of-impossible-index", "malformed", "object 1048576 of a global heap")
    image = Image(text)
    image.put(element_of + 4, "Q", 2**50)
    image.save("string-heap-outside", "malformed", "a global heap collection of 16 bytes at address 1125899906842624")
    image = Image(text)
    image.put(element_of, "I", 3000)
    image.save("string-longer-than-its-object", "malformed", "a string of 3000 bytes in 5 of a global heap")
    image = Image(text)
    image.put(element_of, "I", 0xFFFFFFFF)
    image.save("string-of-four-gigabytes", "malformed", "global heap strings overlap")
    image = Image(text)
    image.put(at + 8, "Q", 2**60)
    image.save("heap-collection-too-large", "malformed", "global heap collections overlap")
    image = Image(text)
    image.put(at + 16 + 8, "Q", 2**64 - 8)
    image.save("heap-object-too-large", "malformed", "an object of 18446744073709551608 bytes in a global heap")
    image = Image(text)
    image.bytes[at + 32:at + 37] = b"\xc3\x28abc"
    image.save("string-not-utf-8", "malformed", "not UTF-8")

    # Two hundred elements that all stand for one string of 3,000 bytes.
    def many(f):
        f.create_dataset("x", data=np.array(["s" * 3000] + ["t"] * 199, dtype=h5py.string_dtype()))
    image = Image(many)
    at = image.get(image.message("x", 0x08) + 2, "Q")
    for index in range(1, 200):
        image.bytes[at + 16 * index:at + 16 * index + 16] = image.bytes[at:at + 16]
    image.save("one-string-many-times", "malformed", "global heap strings overlap")


def attributes():
    image = Image(lambda f: f.attrs.create("a", np.arange(4, dtype="f4")))
    body = image.message("", 0x0C)
    image.put(body + 2, "H", 0xFFF0)
    image.save("attribute-name-past-its-message", "malformed", "an attribute message ends early")
    image = Image(lambda f: f.attrs.create("a", np.arange(4, dtype="f4")))
    at = image.message("", 0x0C)
    image.put(at + 8 + 8 + 24 + 8, "Q", 4000)
    image.save("attribute-data-past-its-message", "malformed", "attribute \"a\" of 16000 bytes where")


def newer():
    """Version 2 structures, with checksums that are right."""
    def build(f):
        group = f.create_group("group")
        for index in range(60):
            group.attrs[f"a{index}"] = index

    image = Image(build, "latest")
    at = image.find(b"OHDR")
    image.bytes[at + 20] ^= 1
    image.save("checksum-of-a-header", "malformed", "the checksum of an object header is wrong")

    def sealed(image, at, size):
        image.put(at + size, "I", lookup3(bytes(image.bytes[at:at + size])))

    image = Image(build, "latest")
    tree = image.find(b"BTHD")
    image.put(tree + 12, "H", 2)
    sealed(image, tree, 34)
    image.save("tree-2-deeper-than-its-records", "malformed", "version 2 B-tree node")

    image = Image(build, "latest")
    tree = image.find(b"BTHD")
    node, count = image.get(tree + 16, "QH")
    image.put(node + 6 + 17 * count, "Q", node)
    sealed(image, node, 6 + 17 * count + 9 * (count + 1))
    image.save("tree-2-that-is-its-own-child", "malformed", "reached twice")

    image = Image(build, "latest")
    tree = image.find(b"BTHD")
    image.put(tree + 12, "H", 4000)
    sealed(image, tree, 34)
    image.save("tree-2-of-four-thousand-levels", "limit", "a B-tree of 4001 levels")

    image = Image(build, "latest")
    tree = image.find(b"BTHD")
    image.put(tree + 10, "H", 0)
    sealed(image, tree, 34)
    image.save("tree-2-records-of-no-bytes", "malformed", "for records of 0")

    image = Image(build, "latest")
    heap = image.find(b"FRHP")
    root = image.get(heap + 132, "Q")
    image.bytes[root + 40] ^= 1
    image.save("checksum-of-a-heap-block", "malformed", "the checksum of")

    image = Image(build, "latest")
    heap = image.find(b"FRHP")
    assert image.get(heap + 110, "H") in (4, 8), image.get(heap + 110, "H")
    image.put(heap + 110, "H", 5)
    sealed(image, heap, 142)
    image.save("heap-of-odd-width", "malformed", "a fractal heap of impossible sizes")

    image = Image(build, "latest")
    heap = image.find(b"FRHP")
    image.put(heap + 140, "H", 60)
    sealed(image, heap, 142)
    image.save("heap-of-too-many-rows", "malformed", "a fractal heap of impossible sizes")

    # A block of a row of 1,024 bytes that is one of 2,048 bytes, which other objects have led to before.
    def wide(f):
        for index in range(40):
            f.attrs[f"a{index}"] = np.zeros(40)
    image = Image(wide, "latest")
    heap = image.find(b"FRHP")
    width, (root, rows) = image.get(heap + 110, "H"), image.get(heap + 132, "QH")
    entries = root + 18
    image.put(entries, "Q", image.get(entries + 8 * 2 * width, "Q"))
    sealed(image, root, entries + 8 * rows * width - root)
    image.save("heap-block-in-two-rows", "malformed", "in a heap block of 1024")


def links():
    image = Image(lambda f: f.__setitem__("out", h5py.ExternalLink("/etc/passwd", "/x")))
    image.save("external-link", "unsupported", "the external link \"out\"")
    image = Image(lambda f: f.__setitem__("loop", h5py.SoftLink("/loop")))
    image.save("soft-link-to-itself", "unsupported", "the soft link \"loop\" to \"/loop\"")
    image = Image(lambda f: f.create_dataset("x", shape=(4,), dtype="f4", external=[("/etc/passwd", 0, 16)]))
    image.save("external-storage", "unsupported", "data in external files")


for attack in (superblock, headers, trees, groups, bad_groups, names, data, heaps, attributes, newer, links):
    attack()
with open(os.path.join(HERE, "attacks.json"), "w") as out:
    json.dump(EXPECTED, out, indent=1)
    out.write("\n")
print(len(EXPECTED), sum(os.path.getsize(os.path.join(HERE, n + ".h5")) for n in EXPECTED))
