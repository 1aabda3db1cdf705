# SPDX-License-Identifier: Apache-2.0
"""Writes a country database in MaxMind's format, half a million networks in
seconds.

Knows the format's search tree (24-bit records), data section and metadata.
Knows nothing of what the records say. Networks must come sorted and disjoint.
"""

import array
import struct

MARKER = b"\xab\xcd\xefMaxMind.com"
EMPTY = -1  # a record without data, until the number of nodes is known


def write(file, networks, database_type="GeoLite2-Country"):
    """networks: (first address as a 128-bit number, length, record), sorted;
    IPv4 stands in ::/96. Records that are the same object are stored once."""
    data = Data()
    tree = Tree()
    for first, length, record in networks:
        tree.insert(first, length, data.place(record))
    with open(file, "wb") as out:
        out.write(tree.packed())
        out.write(bytes(16))
        out.write(data.bytes)
        out.write(MARKER + encoded(dict(
            binary_format_major_version=Uint(2, 5),
            binary_format_minor_version=Uint(0, 5),
            build_epoch=Uint(1764000000, 9), database_type=database_type,
            description=dict(en="networks of a benchmark"),
            ip_version=Uint(6, 5), languages=["en"],
            node_count=Uint(len(tree.records) // 2, 6),
            record_size=Uint(24, 5))))


class Tree:
    """Node i's two records are 2i and 2i + 1: a node, EMPTY, or below EMPTY
    the place of data."""

    def __init__(self):
        self.records = array.array("q", (EMPTY, EMPTY))
        self.path = [0]  # nodes down to the last network
        self.last = 0

    def insert(self, first, length, place):
        records, path = self.records, self.path
        shared = min(128 - (first ^ self.last).bit_length(), length - 1)
        del path[shared + 1:]
        node = path[-1]
        for depth in range(len(path) - 1, length - 1):
            at = 2 * node + (first >> (127 - depth) & 1)
            node = records[at]
            if node == EMPTY:
                node = records[at] = len(records) // 2
                records.extend((EMPTY, EMPTY))
            path.append(node)
        records[2 * node + (first >> (128 - length) & 1)] = EMPTY - 1 - place
        self.last = first

    def packed(self):
        n = len(self.records) // 2
        words = array.array("I", [
            record if record >= 0 else n if record == EMPTY
            else n + 16 + EMPTY - 1 - record for record in self.records])
        assert max(words) < 1 << 24, "too many networks for 24-bit records"
        words.byteswap()  # to big-endian, on every machine that has this file
        raw = words.tobytes()
        packed = bytearray(3 * len(words))
        for byte in range(3):
            packed[byte::3] = raw[byte + 1::4]
        return packed


class Data:
    def __init__(self):
        self.bytes = b""
        self.places = {}  # id of a record -> offset

    def place(self, record):
        place = self.places.get(id(record))
        if place is None:
            place = self.places[id(record)] = len(self.bytes)
            self.bytes += encoded(record)
        return place


class Uint(int):
    """A number of one of the format's unsigned types."""

    def __new__(cls, value, kind):
        self = super().__new__(cls, value)
        self.kind = kind
        return self


def encoded(value):
    if isinstance(value, str):
        text = value.encode()
        return control(2, len(text)) + text
    if isinstance(value, dict):
        return control(7, len(value)) + b"".join(
            encoded(name) + encoded(item) for name, item in value.items())
    if isinstance(value, list):
        return control(11, len(value)) + b"".join(map(encoded, value))
    number = struct.pack(">Q", value).lstrip(b"\0")
    return control(value.kind, len(number)) + number


def control(kind, size):
    more = b""
    if size >= 29:
        assert size < 285
        size, more = 29, bytes([size - 29])
    if kind > 7:
        return bytes([size, kind - 7]) + more
    return bytes([kind << 5 | size]) + more
