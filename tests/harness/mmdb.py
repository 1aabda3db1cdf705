# SPDX-License-Identifier: Apache-2.0
"""Writes a country database in MaxMind's format, half a million networks in
seconds.

Knows the format: search tree, data section, metadata. Knows nothing of what
the records say.
"""

import array
import ipaddress
import struct
import sys

MARKER = b"\xab\xcd\xefMaxMind.com"
EMPTY = -1  # a record without data, until the number of nodes is known
# Where MaxMind's own files have the IPv4 tree once more.
ALIASES = ("::ffff:0:0/96", "2001::/32", "2002::/16")


def write(file, networks, **about):
    """networks: text -> record, in any order; the longest network decides."""
    parsed = [(ipaddress.ip_network(network), record)
              for network, record in networks.items()]
    write_sorted(file, sorted(
        ((int(network.network_address),
          network.prefixlen + (96 if network.version == 4 else 0), record)
         for network, record in parsed), key=lambda item: item[:2]), **about)


def write_sorted(file, networks, aliases=False, record_size=24, ip_version=6,
                 database_type="GeoLite2-Country"):
    """networks: (first address as a 128-bit number, length, record), a wider
    network before those inside it; IPv4 stands in ::/96, and has no more than
    its 32 bits with ip_version=4. Records that are the same object are stored
    once."""
    data = Data()
    tree = Tree(0 if ip_version == 6 else 96)
    for first, length, record in networks:
        tree.insert(first, length, data.place(record))
    for alias in map(ipaddress.ip_network, ALIASES if aliases else ()):
        tree.link(int(alias.network_address), alias.prefixlen)
    with open(file, "wb") as out:
        out.write(tree.packed(record_size))
        out.write(bytes(16))
        out.write(data.bytes)
        out.write(MARKER + encoded(dict(
            binary_format_major_version=Uint(2, 5),
            binary_format_minor_version=Uint(0, 5),
            build_epoch=Uint(1764000000, 9), database_type=database_type,
            description=dict(en="countries of networks"),
            ip_version=Uint(ip_version, 5), languages=["en"],
            node_count=Uint(len(tree.records) // 2, 6),
            record_size=Uint(record_size, 5))))


class Tree:
    """Node i's two records are 2i and 2i + 1: a node, EMPTY, or below EMPTY
    the place of data."""

    def __init__(self, top):
        self.top = top  # bits of an address that are no part of the tree
        self.records = array.array("q", (EMPTY, EMPTY))
        self.path = [0]  # nodes down to the last network
        self.last = 0

    def insert(self, first, length, place):
        self.put(first, length, EMPTY - 1 - place)

    def link(self, first, length):
        """What is below ::/96 is there once more."""
        node = 0
        for _ in range(96):
            node = self.records[2 * node]
            if node < 0:
                return
        self.put(first, length, node)

    def put(self, first, length, value):
        records, path, top = self.records, self.path, self.top
        shared = min(128 - (first ^ self.last).bit_length(), length - 1) - top
        del path[shared + 1:]
        node = path[-1]
        for depth in range(top + len(path) - 1, length - 1):
            at = 2 * node + (first >> (127 - depth) & 1)
            node = records[at]
            if node < 0:
                wider = node
                node = records[at] = len(records) // 2
                records.extend((wider, wider))
            path.append(node)
        records[2 * node + (first >> (128 - length) & 1)] = value
        self.last = first

    def packed(self, size):
        n = len(self.records) // 2
        words = array.array("I", [
            record if record >= 0 else n if record == EMPTY
            else n + 16 + EMPTY - 1 - record for record in self.records])
        assert max(words) < 1 << size, f"too many networks for {size} bits"
        if size == 28:
            return b"".join(
                (left << 32 & 0xffffff00000000 | left >> 24 << 28 | right)
                .to_bytes(7, "big") for left, right in
                zip(words[::2], words[1::2]))
        if sys.byteorder == "little":
            words.byteswap()
        raw = words.tobytes()
        width = size // 8
        packed = bytearray(width * len(words))
        for byte in range(width):
            packed[byte::width] = raw[4 - width + byte::4]
        return packed


class Data:
    def __init__(self):
        self.bytes = bytearray()
        self.places = {}  # id of a record -> the record, its offset

    def place(self, record):
        known = self.places.get(id(record))
        if known is None:
            known = self.places[id(record)] = record, len(self.bytes)
            self.bytes += encoded(record)
        return known[1]


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
    if isinstance(value, float):
        return control(3, 8) + struct.pack(">d", value)
    if isinstance(value, dict):
        return control(7, len(value)) + b"".join(
            encoded(name) + encoded(item) for name, item in value.items())
    if isinstance(value, list):
        return control(11, len(value)) + b"".join(map(encoded, value))
    number = struct.pack(">Q", value).lstrip(b"\0")
    return control(value.kind, len(number)) + number


def control(kind, size):
    more = b""
    if size >= 285:
        size, more = 30, struct.pack(">H", size - 285)
    elif size >= 29:
        size, more = 29, bytes([size - 29])
    if kind > 7:
        return bytes([size, kind - 7]) + more
    return bytes([kind << 5 | size]) + more
