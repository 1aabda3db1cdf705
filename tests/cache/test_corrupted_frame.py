# SPDX-License-Identifier: Apache-2.0
"""Header and table of contents: sizes, sums, sections in their places."""

import pytest

from cache.corruption import changed, reason_of
from cache.layout import (Cache, ENTRY_RECORD, HEADER_RECORD, NONE, RECORDS,
                          SECTIONS)


@pytest.mark.parametrize("field, value, reason", [
    ("magic", b"\211mirror\r", "this is not a mirrorlist cache (wrong magic)"),
    ("magic", b"\0" * 8, "this is not a mirrorlist cache (wrong magic)"),
    ("endian", 0x04030201, "the cache was made for machines with the other "
                           "byte order"),
    ("version_major", 0, "the cache has format version 0, but this program "
                         "reads version 1"),
    ("version_major", 2, "the cache has format version 2, but this program "
                         "reads version 1"),
    ("version_major", 0xffff, "the cache has format version 65535, but this "
                              "program reads version 1"),
    ("version_minor", 1, None),
    ("created_s", 0, None),
    ("created_s", -1, "the creation time is out of range"),
    ("created_s", 253402300799, None),  # the end of the year 9999
    ("created_s", 253402300800, "the creation time is out of range"),
    ("created_s", (1 << 63) - 1, "the creation time is out of range"),
    ("created_s", -(1 << 63), "the creation time is out of range"),
    ("section_n", 0, "there are bytes after the last section"),
    ("section_n", len(SECTIONS) - 1, "section 1 is not where it should be"),
    ("section_n", len(SECTIONS) + 1, "section 1 is not where it should be"),
    ("section_n", 1 << 31, "the table of contents is longer than the file"),
    ("section_n", NONE, "the table of contents is longer than the file"),
])
def test_header(sound, tmp_path, field, value, reason):
    cache = Cache(sound)
    cache["header", field] = value
    assert reason_of(cache.sealed(), tmp_path) == reason


@pytest.mark.parametrize("value", [
    -1, 1, 1 << 31, 1 << 32, 1 << 63, (1 << 64) - 1], ids=hex)
def test_file_size_is_the_files(sound, tmp_path, value):
    cache = Cache(sound)
    size = len(sound) + value if abs(value) == 1 else value
    cache["header", "file_size"] = size
    assert reason_of(bytes(cache.data), tmp_path) == \
        f"the file has {len(sound)} bytes, but its header says {size}"


def test_checksum_is_the_files(sound, tmp_path):
    for value in (0, NONE, Cache(sound)["header", "crc32"] ^ 1):
        cache = Cache(sound)
        cache["header", "crc32"] = value
        assert reason_of(bytes(cache.data), tmp_path) == \
            "the checksum is wrong"


HUGE = (1 << 31, (1 << 32) - 1, 1 << 32, 1 << 63, (1 << 64) - 1)


@pytest.mark.parametrize("value", HUGE, ids=hex)
@pytest.mark.parametrize("section", SECTIONS)
def test_no_section_starts_out_of_place(sound, tmp_path, section, value):
    number = list(SECTIONS).index(section) + 1
    assert reason_of(changed(sound, ("contents", section, "off", value)),
                     tmp_path) == f"section {number} is not where it should be"


@pytest.mark.parametrize("value", HUGE, ids=hex)
@pytest.mark.parametrize("section", SECTIONS)
def test_no_section_is_longer_than_the_file(sound, tmp_path, section, value):
    number = list(SECTIONS).index(section) + 1
    assert reason_of(changed(sound, ("contents", section, "rec_n", value)),
                     tmp_path) == f"section {number} is longer than the file"


@pytest.mark.parametrize("section", SECTIONS)
def test_entry_of_a_section(sound, tmp_path, section):
    number = list(SECTIONS).index(section) + 1
    cache = Cache(sound)
    start, size = cache.start(section), RECORDS[section].size
    room = (len(sound) - start) // size
    misplaced = f"section {number} is not where it should be"
    longer = f"section {number} is longer than the file"
    for field, value, reason in (
            ("off", start - 8, misplaced), ("off", start + 8, misplaced),
            ("off", start + 1, misplaced), ("off", 0, misplaced),
            ("rec_n", room + 1, longer), ("rec_len", 0, longer),
            ("rec_len", NONE, longer if cache.count(section) else
             f"section {section} has records of another size")):
        assert reason_of(changed(sound, ("contents", section, field, value)),
                         tmp_path) == reason, (field, value)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_there_once(sound, tmp_path, section):
    other = next(name for name in SECTIONS if name != section)
    cache = Cache(sound)
    unknown, twice = ("contents", section, "id", 1000), (
        "contents", section, "id", cache["contents", other, "id"])
    assert reason_of(changed(sound, unknown), tmp_path) == \
        f"section {section} is missing"
    # Whichever comes first with other records, or second, is named.
    assert reason_of(changed(sound, twice), tmp_path) in (
        f"section {other} appears twice",
        f"section {other} has records of another size")


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_its_records(sound, tmp_path, section):
    cache, size = Cache(sound), RECORDS[section].size
    content = cache.bytes_of(section)
    other = 2 if size == 1 else 1
    cache.replace(section, content + bytes(len(content) % other))
    cache["contents", section, "rec_len"] = other
    cache["contents", section, "rec_n"] = \
        (cache["contents", section, "rec_n"] * size) // other
    assert reason_of(cache.sealed(), tmp_path) == \
        f"section {section} has records of another size"


def test_a_section_that_is_not_known_is_skipped(sound, tmp_path):
    cache = Cache(sound)
    entry = HEADER_RECORD.size + len(SECTIONS) * ENTRY_RECORD.size
    cache.data[entry:entry] = bytes(ENTRY_RECORD.size)
    for section in SECTIONS:
        cache["contents", section, "off"] = \
            cache.start(section) + ENTRY_RECORD.size
    cache.data += bytes(-len(cache.data) % 8)
    for offset, value in ((0, 1000), (4, 5), (8, len(cache.data)), (16, 1)):
        size = 4 if offset < 8 else 8
        cache.data[entry + offset:entry + offset + size] = \
            value.to_bytes(size, "little")
    cache.data += b"other"
    cache["header", "section_n"] = len(SECTIONS) + 1
    assert reason_of(cache.sealed(), tmp_path) is None


def expected_of_cut(cache, size):
    if size == 0:
        return "the file is empty"
    if size < HEADER_RECORD.size:
        return "the file is shorter than a header"
    if size < HEADER_RECORD.size + len(SECTIONS) * ENTRY_RECORD.size:
        return "the table of contents is longer than the file"
    for number, section in enumerate(SECTIONS, 1):
        if cache.start(section) > size:
            return f"section {number} is not where it should be"
        if cache.end(section) > size:
            return f"section {number} is longer than the file"
    return None


@pytest.mark.parametrize("by", (-1, 0, 1))
@pytest.mark.parametrize("at", ("header", "contents", *SECTIONS))
def test_cut(sound, tmp_path, at, by):
    """At the start of each part, or a byte before or after it."""
    cache = Cache(sound)
    place = {"header": 0, "contents": HEADER_RECORD.size}
    size = (place[at] if at in place else cache.start(at)) + by
    if size < 0:
        size = len(sound)
    reason = expected_of_cut(cache, size)
    torn = reason if size < HEADER_RECORD.size or reason is None else \
        f"the file has {size} bytes, but its header says {len(sound)}"
    assert reason_of(sound[:size], tmp_path) == torn
    del cache.data[size:]
    assert reason_of(cache.sealed(), tmp_path) == reason


@pytest.mark.parametrize("more", (1, 7, 8, 4096))
def test_nothing_follows_the_last_section(sound, tmp_path, more):
    cache = Cache(sound)
    cache.data += bytes(more)
    assert reason_of(cache.sealed(), tmp_path) == \
        "there are bytes after the last section"


def test_only_zeros_stand_between_sections(sound, tmp_path):
    cache, gaps = Cache(sound), 0
    for number, (before, section) in enumerate(
            zip(SECTIONS, list(SECTIONS)[1:]), 2):
        for place in range(cache.end(before), cache.start(section)):
            dirty = Cache(sound)
            dirty.data[place] = 1
            gaps += 1
            assert reason_of(dirty.sealed(), tmp_path) == \
                f"section {number} is not where it should be"
    assert gaps
