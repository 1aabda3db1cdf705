# SPDX-License-Identifier: Apache-2.0
"""The cache file as a test takes it apart: header, contents, records.

Knows where bytes stand, not what they mean. What it knows is compared with
ml_cache_format.h when it is loaded: a change there must come here too.
"""

import re
import struct
import zlib
from pathlib import Path

FORMAT = (Path(__file__).resolve().parents[2]
          / "mod_mirrorlist/core/ml_cache_format.h")
NONE = 0xffffffff
INDEX_N = (1 << 16) + 1  # entries of v4_index and v6_index

HEADER = "magic:8s endian:I version_major:H version_minor:H file_size:Q " \
    "created_s:q section_n:I crc32:I"
ENTRY = "id:I rec_len:I off:Q rec_n:Q"

# Records of the sections, in the order of their ids from 1.
SECTIONS = {
    "text": ":c",
    "listing": ":c",
    "counts": "hosts:Q directories:Q carried_directories:Q pairs:Q "
              "repositories:Q file_details:Q asn_networks:Q "
              "country_networks:Q netblocks:Q skipped_rows:Q",
    "countries": "code.off:I code.len:I continent_idx:I flags:I place_idx:I",
    "country_slots": ":I",
    "continents": "code.off:I code.len:I country_first:I country_n:I",
    "hosts": "id:q name.off:I name.len:I country_idx:I bandwidth:I flags:I "
             "allowed_first:I allowed_n:I place_idx:I",
    "allowed": ":I",
    "schemes": "name.off:I name.len:I",
    "urls": "url.off:I url.len:I element.off:I element.len:I "
            "preference_off:I scheme_idx:I subpath_idx:I flags:I",
    "weights": ":f",
    "members": "host_idx:I url_first:I",
    "groups": "country_idx:I member_first:I member_n:I flags:I",
    "host_sets": "member_first:I public_n:I private_n:I group_first:I "
                 "group_n:I url_n:I",
    "subpaths": "path.off:I path.len:I category_idx:I",
    "directories": "name.off:I name.len:I host_set_idx:I subpath_first:I "
                   "subpath_n:I file_first:I file_n:I",
    "directory_slots": ":I",
    "files": "name.off:I name.len:I detail_first:I detail_n:I",
    "repos": "prefix.off:I prefix.len:I arch.off:I arch.len:I "
             "directory_idx:I repodata_idx:I",
    "repo_slots": ":I",
    "prefixes": "name.off:I name.len:I target_idx:I disabled:I "
                "repo_first:I repo_n:I",
    "prefix_slots": ":I",
    "locations": "name.off:I name.len:I host_first:I host_n:I",
    "location_slots": ":I",
    "host_lists": ":I",
    "asns": "number:I host_first:I host_n:I",
    "netblocks": "network.off:I network.len:I parent_idx:I host_first:I "
                 "host_n:I",
    "routes": "country_idx:I continent_idx:I place_idx:I asn_idx:I "
              "netblock_idx:I flags:I",
    "v4_starts": ":I",
    "v4_routes": ":I",
    "v4_index": ":I",
    "v6_starts": "hi:Q lo:Q",
    "v6_routes": ":I",
    "v6_index": ":I",
    "host_rows": "id:q name.off:I name.len:I host_idx:I flags:I",
    "categories": "name.off:I name.len:I carrier_first:I carrier_n:I",
    "carriers": "host_row_idx:I flags:I",
    "exclusive": "directory_idx:I host_row_idx:I",
    "skipped": "kind.off:I kind.len:I rows:Q",
    "places": "latitude:h longitude:h x:f y:f z:f",
    "details": "timestamp_s:q size:q flags:I md5:16s sha1:20s sha256:32s "
               "sha512:64s",
    "bad_netblocks": "host_row_idx:I sentence.off:I sentence.len:I",
}


class Record:
    """Where the fields of a record stand: name -> (offset, format)."""

    def __init__(self, layout):
        self.fields = {}
        self.size = 0
        for field in layout.split():
            name, code = field.split(":")
            self.fields[name] = self.size, "<" + code
            self.size += struct.calcsize("<" + code)


RECORDS = {name: Record(layout) for name, layout in SECTIONS.items()}
HEADER_RECORD, ENTRY_RECORD = Record(HEADER), Record(ENTRY)


def _records_of(source):
    """The structs of the header file in the notation above, by name."""
    records = {"char": ":c", "apr_byte_t": ":c", "float": ":f",
               "apr_int16_t": ":h", "apr_uint16_t": ":H", "apr_uint32_t": ":I",
               "apr_uint64_t": ":Q", "apr_int64_t": ":q"}
    for body, kind, name in re.findall(
            r"^typedef (?:struct \{(.*?)\}|(\w+)) (\w+);", source,
            re.S | re.M):
        records[name] = records[kind] if kind else " ".join(
            f"{field}{':' + length + 's' if length else inner}"
            if inner.startswith(":") else f"{field}.{inner}"
            for kind, field, length in re.findall(
                r"^    (\w+)\s+(\w+)(?:\[(\d+)\])?;", body, re.M)
            for inner in records[kind].split())
    return records


def _compare_with(source):
    """Fails if the header file says anything else than this file."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    records = _records_of(source)
    known = [(str(number), name, layout)
             for number, (name, layout) in enumerate(SECTIONS.items(), 1)]
    there = [(number, name, records[kind]) for number, name, kind in
             re.findall(r"X\((\d+), (\w+), (\w+)\)", source)]
    assert there == known, "other sections or records than the format's"
    assert records["ml_header_rec"] == HEADER, "another header"
    assert records["ml_section_rec"] == ENTRY, "another table of contents"
    for kind, size in re.findall(r"sizeof\((\w+)\) == (\d+)", source):
        assert Record(records[kind]).size == int(size), f"{kind} is padded"
    for bits in re.findall(r"_INDEX_BITS (\d+)", source):
        assert (1 << int(bits)) + 1 == INDEX_N, "another index"


_compare_with(FORMAT.read_text())


class Cache:
    """The bytes of a cache under change; `sealed()` makes the sums right.

    cache["hosts", 0, "flags"] is a field of a record, cache["allowed", 0] a
    record that is one number, cache["header", "crc32"] a field of the header,
    cache["contents", "hosts", "rec_n"] one of a section's entry. A negative
    number counts records from the end.
    """

    def __init__(self, data):
        self.data = bytearray(data)

    def count(self, section):
        return self["contents", section, "rec_n"]

    def start(self, section):
        return self["contents", section, "off"]

    def end(self, section):
        return self.start(section) + \
            self.count(section) * RECORDS[section].size

    def _place(self, key):
        if key[0] == "header":
            return HEADER_RECORD.fields[key[1]]
        if key[0] == "contents":
            start = HEADER_RECORD.size + \
                list(SECTIONS).index(key[1]) * ENTRY_RECORD.size
            offset, code = ENTRY_RECORD.fields[key[2]]
            return start + offset, code
        section, number, field = *key, *("",)[len(key) - 2:]
        if number < 0:
            number += self.count(section)
        assert 0 <= number < self.count(section), key
        offset, code = RECORDS[section].fields[field]
        return self.start(section) + number * RECORDS[section].size + offset, \
            code

    def __getitem__(self, key):
        offset, code = self._place(key)
        return struct.unpack_from(code, self.data, offset)[0]

    def __setitem__(self, key, value):
        offset, code = self._place(key)
        struct.pack_into(code, self.data, offset, value)

    def bytes_of(self, section):
        return bytes(self.data[self.start(section):self.end(section)])

    def replace(self, section, content):
        """Other records of a section; all sections after it move."""
        contents = {name: self.bytes_of(name) for name in SECTIONS}
        contents[section] = content
        del self.data[HEADER_RECORD.size + len(SECTIONS) * ENTRY_RECORD.size:]
        for name, records in contents.items():
            self.data += bytes(-len(self.data) % 8)
            self["contents", name, "off"] = len(self.data)
            self["contents", name, "rec_n"] = \
                len(records) // RECORDS[name].size
            self.data += records

    def resize(self, section, number):
        """Cuts the last records, or adds zeros."""
        size = number * RECORDS[section].size
        self.replace(section, self.bytes_of(section)[:size].ljust(size, b"\0"))

    def sealed(self):
        """The bytes as a writer would leave them: right size and checksum."""
        if len(self.data) >= HEADER_RECORD.size:
            self["header", "file_size"] = len(self.data)
            self["header", "crc32"] = 0
            self["header", "crc32"] = zlib.crc32(self.data)
        return bytes(self.data)
