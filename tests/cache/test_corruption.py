# SPDX-License-Identifier: Apache-2.0
"""One wrong number in a cache, and the sentence that refuses it.

Checksum and size are made right after each change, so that the walk over the
records has to find it. Knows the rules of the format, not how they are
checked.
"""

import math
import struct

import pytest

from cache.layout import (ENTRY_RECORD, HEADER_RECORD, INDEX_N, NONE, RECORDS,
                          SECTIONS, Cache)
from harness import tools

TOO_LARGE = (1 << 31, NONE - 1)  # sign bit; the last number but "none"
WRONG_HOST = "hosts: a name, country, place or allowed country that is not " \
    "there"
WRONG_ROUTE = "routes: what it points to is not there"
SLOTS = {"country_slots": "a country is not found by its code",
         "directory_slots": "a directory is not found by its name",
         "repo_slots": "a repository is not found by its name",
         "prefix_slots": "a prefix is not found by its name",
         "location_slots": "a location is not found by its name"}


def reason_of(data, folder, **about):
    """Why the bytes are refused; None: they are valid."""
    file = folder / "corrupted.cache"
    file.write_bytes(data)
    result = tools.run("mirrorlist-query", "--check", file, **about)
    line = result.stdout.decode().splitlines()[0]
    if result.returncode != 2:
        assert line == f"{file} is valid", result
        return None
    assert line.startswith(f"{file} is not valid: "), result
    return line.removeprefix(f"{file} is not valid: ")


def changed(data, *changes):
    """The bytes with fields set; then sums and size made right."""
    cache = Cache(data)
    for *key, value in changes:
        cache[tuple(key)] = value
    return cache.sealed()


def with_place(data, latitude=0, longitude=0, x=1.0, y=0.0, z=0.0):
    """The same with one more place, where nothing is."""
    cache = Cache(data)
    cache.resize("places", cache.count("places") + 1)
    for field, value in dict(latitude=latitude, longitude=longitude, x=x, y=y,
                             z=z).items():
        cache["places", -1, field] = value
    return cache.sealed()


# --- header and table of contents ---------------------------------------------


@pytest.mark.parametrize("field, value, reason", [
    ("magic", b"\211mirror\r", "this is no mirrorlist cache (wrong magic)"),
    ("magic", b"\0" * 8, "this is no mirrorlist cache (wrong magic)"),
    ("endian", 0x04030201, "the cache was made for machines of the other byte "
                           "order"),
    ("version_major", 0, "the cache has format version 0, this program reads "
                         "version 1"),
    ("version_major", 2, "the cache has format version 2, this program reads "
                         "version 1"),
    ("version_major", 0xffff, "the cache has format version 65535, this "
                              "program reads version 1"),
    ("version_minor", 1, None),
    ("created_s", 0, None),
    ("created_s", -1, "the creation time is none"),
    ("created_s", 253402300799, None),  # the end of the year 9999
    ("created_s", 253402300800, "the creation time is none"),
    ("created_s", (1 << 63) - 1, "the creation time is none"),
    ("created_s", -(1 << 63), "the creation time is none"),
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
        f"the file has {len(sound)} bytes, its header says {size}"


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
             f"section {section} has other records")):
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
        f"section {other} stands twice", f"section {other} has other records")


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
        f"section {section} has other records"


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
        f"the file has {size} bytes, its header says {len(sound)}"
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


# --- what records point to ----------------------------------------------------

# (section, field, what it counts, whether it may be none, reason)
INDEXES = [
    ("countries", "continent_idx", "continents", True,
     "countries: a continent or place that is not there"),
    ("countries", "place_idx", "places", True,
     "countries: a continent or place that is not there"),
    ("country_slots", "", "countries", False,
     "slots: one points past its table"),
    ("hosts", "country_idx", "countries", True,
     WRONG_HOST),
    ("hosts", "place_idx", "places", True, WRONG_HOST),
    ("allowed", "", "countries", False,
     "allowed: a country that is not there"),
    ("urls", "scheme_idx", "schemes", False,
     "urls: a text or scheme that is not there"),
    ("members", "host_idx", "hosts", False, None),
    ("members", "url_first", "urls", False, None),
    ("directories", "host_set_idx", "host_sets", False,
     "directories: a name, host set or sub-path that is not there"),
    ("directory_slots", "", "directories", False,
     "slots: one points past its table"),
    ("repos", "directory_idx", "directories", True,
     "repos: a name or directory that is not there"),
    ("repos", "repodata_idx", "directories", True,
     "repos: a name or directory that is not there"),
    ("repo_slots", "", "repos", False, "slots: one points past its table"),
    ("prefixes", "target_idx", "prefixes", True,
     "prefixes: a name or target that is not there"),
    ("prefix_slots", "", "prefixes", False,
     "slots: one points past its table"),
    ("location_slots", "", "locations", False,
     "slots: one points past its table"),
    ("host_lists", "", "hosts", False, "host_lists: a host that is not there"),
    ("routes", "country_idx", "countries", True, WRONG_ROUTE),
    ("routes", "continent_idx", "continents", True, WRONG_ROUTE),
    ("routes", "place_idx", "places", True, WRONG_ROUTE),
    ("routes", "asn_idx", "asns", True, WRONG_ROUTE),
    ("routes", "netblock_idx", "netblocks", True, WRONG_ROUTE),
    ("v4_routes", "", "routes", False,
     "v4_starts: not a route for every address"),
    ("v6_routes", "", "routes", False,
     "v6_starts: not a route for every address"),
    ("carriers", "host_row_idx", "host_rows", False,
     "carriers: a host that is not there"),
    ("subpaths", "category_idx", "categories", False,
     "subpaths: a path or category that is not there"),
    ("exclusive", "directory_idx", "directories", False,
     "exclusive: a directory or host that is not there"),
    ("exclusive", "host_row_idx", "host_rows", True,
     "exclusive: a directory or host that is not there"),
    ("bad_netblocks", "host_row_idx", "host_rows", False,
     "bad_netblocks: a host or sentence that is not there"),
]
WRONG_MEMBER = (
    "members: a host in the wrong group, order, or not there",
    "members: a private host in the wrong order, or not there")


@pytest.mark.parametrize("section, field, counted, none, reason", INDEXES,
                         ids=[f"{row[0]}.{row[1]}" for row in INDEXES])
@pytest.mark.parametrize("number", (0, -1))
def test_index(sound, tmp_path, section, field, counted, none, reason, number):
    """Last valid value, first invalid one, the one past it, huge ones."""
    sound = with_place(sound)
    count = Cache(sound).count(counted)
    key = (section, number, field) if field else (section, number)
    if section.endswith("_slots"):
        count += 1  # 0 is an empty slot
    refusals = {value: reason_of(changed(sound, (*key, value)), tmp_path)
                for value in (count - 1, count, count + 1, *TOO_LARGE, NONE)}
    wrong = (reason,) if reason else WRONG_MEMBER
    if reason:
        assert refusals.pop(count - 1) not in wrong
    else:
        refusals.pop(count - 1)
    if none:
        assert refusals.pop(NONE) not in wrong
    assert set(refusals.values()) <= set(wrong)


# (section, offset of the text, section of the text, reason)
TEXTS = [
    ("continents", "code", "text", "continents: a code outside of text"),
    ("countries", "code", "text", "countries: a code outside of text"),
    ("hosts", "name", "text", WRONG_HOST),
    ("schemes", "name", "text", "schemes: a name outside of text"),
    ("urls", "url", "text", "urls: a text or scheme that is not there"),
    ("urls", "element", "text", "urls: a text or scheme that is not there"),
    ("subpaths", "path", "text",
     "subpaths: a path or category that is not there"),
    ("directories", "name", "text",
     "directories: a name, host set or sub-path that is not there"),
    ("files", "name", "text", "files: a name or block that is not there"),
    ("files", "block", "blocks", "files: a name or block that is not there"),
    ("repos", "prefix", "text", "repos: a name or directory that is not there"),
    ("repos", "arch", "text", "repos: a name or directory that is not there"),
    ("prefixes", "name", "text",
     "prefixes: a name or target that is not there"),
    ("locations", "name", "text",
     "locations: a name that is not there"),
    ("listing", "text", "blocks", "listing: not one record with a text"),
    ("host_rows", "name", "text",
     "host_rows: a name or host that is not there"),
    ("categories", "name", "text", "categories: a name that is not there"),
    ("netblocks", "network", "text", "netblocks: a text that is not there"),
    ("skipped", "kind", "text", "skipped: a kind that is not there"),
    ("bad_netblocks", "sentence", "text",
     "bad_netblocks: a host or sentence that is not there"),
]


# (section, its run's first, its run's length, what is counted, reason)
RUNS = [
    (section, f"{text}.off", f"{text}.len", counted, reason)
    for section, text, counted, reason in TEXTS
]


@pytest.mark.parametrize("section, first, length, counted, reason", RUNS,
                         ids=[f"{row[0]}.{row[1]}" for row in RUNS])
@pytest.mark.parametrize("number", (0, -1))
def test_run_ends_inside(sound, tmp_path, section, first, length, counted,
                         reason, number):
    """The last bytes there are, one more, and around the end."""
    cache = Cache(sound)
    end = cache.count(counted)
    room = end - cache[section, number, first]
    text = cache.bytes_of(counted)
    last = next(at for at in range(end - 40, end) if text[at] < 0x80)

    def refusal(start, n):
        changes = [(section, number, length, n)]
        if start is not None:
            changes.append((section, number, first, start))
        return reason_of(changed(sound, *changes), tmp_path)

    for start, n in ((last, end - last), (end, 0)):
        assert refusal(start, n) != reason, (start, n)
    for start, n in ((None, room + 1), (None, room + 2), (end, 1),
                     (last, end - last + 1),
                     (end + 1, 0), (NONE, 1), (NONE, NONE), (1, NONE),
                     *((None, n) for n in (*TOO_LARGE, NONE)),
                     *((start, 0) for start in (*TOO_LARGE, NONE))):
        assert refusal(start, n) == reason, (start, n)


@pytest.mark.parametrize("section, text, counted, reason", TEXTS,
                         ids=[f"{row[0]}.{row[1]}" for row in TEXTS])
def test_a_text_holds_whole_characters(sound, tmp_path, section, text, counted,
                                       reason):
    cache = Cache(sound)
    start = cache.count(counted)
    cache.replace(counted, cache.bytes_of(counted) + "\u00e9".encode())
    for offset, length, whole in ((0, 2, True), (2, 0, True), (0, 1, False),
                                  (1, 1, False), (1, 0, False)):
        cache[section, -1, f"{text}.off"] = start + offset
        cache[section, -1, f"{text}.len"] = length
        refused = reason_of(cache.sealed(), tmp_path)
        assert (refused != reason) if whole else (refused == reason), offset


NAMES = [row for row in TEXTS if row[2] == "text"]


@pytest.mark.parametrize("section, text, counted, reason", NAMES,
                         ids=[f"{row[0]}.{row[1]}" for row in NAMES])
def test_no_text_is_longer_than_4096_bytes(sound, tmp_path, section, text,
                                           counted, reason):
    """Or 16 times that, once it is escaped."""
    cache = Cache(sound)
    longest = 65536 if section in ("urls", "subpaths") else 4096
    start = cache.count(counted)
    cache.replace(counted, cache.bytes_of(counted) + b"a" * (longest + 1))
    cache[section, -1, f"{text}.off".lstrip(".")] = start
    for length, valid in ((longest, True), (longest + 1, False)):
        cache[section, -1, f"{text}.len".lstrip(".")] = length
        refused = reason_of(cache.sealed(), tmp_path)
        assert (refused != reason) if valid else (refused == reason)


def test_overlapping_texts_cost_no_more_than_others(sound, tmp_path):
    """A walk over each of these sub-paths would take a minute."""
    cache = Cache(sound)
    start, longest, number = cache.count("text"), 65536, 300000
    cache.replace("text", cache.bytes_of("text") + b"a" * (longest - 1) + b"/")
    record = bytearray(RECORDS["subpaths"].size)
    struct.pack_into("<II", record, 0, start, longest)
    cache.replace("subpaths", record * number)
    assert reason_of(cache.sealed(), tmp_path,
                     under=["prlimit", "--cpu=10"]) == \
        "directories: a sub-path or file of no directory"


# Runs that follow each other: (section, first, length, reasons)
CHAINS = [
    ("hosts", "allowed_first", "allowed_n",
     {WRONG_HOST,
      "allowed: not in ascending order"}),
    ("continents", "country_first", "country_n",
     {"continents: not a run of countries each"}),
    ("host_sets", "member_first", "public_n",
     {"host_sets: not a run of groups and members each",
      "host_sets: members in no group",
      "groups: not a run of their set's members"}),
    ("host_sets", "member_first", "private_n",
     {"host_sets: not a run of groups and members each",
      "host_sets: not their number of URLs", *WRONG_MEMBER}),
    ("host_sets", "group_first", "group_n",
     {"host_sets: not a run of groups and members each",
      "host_sets: members in no group",
      "groups: not a run of their set's members"}),
    ("groups", "member_first", "member_n",
     {"groups: not a run of their set's members",
      "host_sets: members in no group", WRONG_MEMBER[0]}),
    ("directories", "subpath_first", "subpath_n",
     {"directories: not a run of sub-paths and files each",
      "directories: a name, host set or sub-path that is not there"}),
    ("directories", "file_first", "file_n",
     {"directories: not a run of sub-paths and files each",
      "files: not in ascending order"}),
    ("files", "detail_first", "detail_n",
     {"files: not a run of details each", "details: not newest first",
      "details: alternates without a timestamp or a size"}),
    *((section, "host_first", "host_n",
       {"locations: not a run of hosts each", "asns: not a run of hosts each",
        "netblocks: not a run of hosts each", "host_lists: a host in no list"})
      for section in ("locations", "asns", "netblocks")),
    ("categories", "carrier_first", "carrier_n",
     {"categories: not a run of carriers each",
      "carriers: not in ascending order"}),
]


@pytest.mark.parametrize("section, first, length, reasons", CHAINS,
                         ids=[f"{row[0]}.{row[2]}" for row in CHAINS])
@pytest.mark.parametrize("number", (0, 1, -2))
def test_runs_follow_each_other(sound, tmp_path, section, first, length,
                                reasons, number):
    cache = Cache(sound)
    start, n = cache[section, number, first], cache[section, number, length]
    for field, value in (
            (first, start + 1), (first, start - 1), (length, n + 1),
            (length, n - 1), *((field, value) for field in (first, length)
                               for value in (*TOO_LARGE, NONE))):
        if value >= 0:
            assert reason_of(changed(sound, (section, number, field, value)),
                             tmp_path) in reasons, (field, value)


# --- one rule each ------------------------------------------------------------


@pytest.mark.parametrize("section", ("text", "blocks"))
@pytest.mark.parametrize("at", (0, 5, -3))
def test_texts_are_clean(sound, tmp_path, section, at):
    """Control bytes, broken UTF-8, and what XML cannot hold."""
    newline = None if section == "blocks" else "control bytes"
    for raw, clean in (
            (b"   ", True), (b"~~~", True), ("\u0800".encode(), True),
            ("\ufffd".encode(), True), (b"\0  ", False), (b"\t  ", False),
            (b"\x1f  ", False), (b"\n  ", newline is None), (b"\r  ", False),
            (b"\x7f  ", False), (b"  \x80", False), (b"\xc1\x81 ", False),
            (b"\xe0\x9f\xbf", False), (b"\xed\xa0\x80", False),
            ("\ufffe".encode(), False), ("\uffff".encode(), False),
            (b"\xc2  ", False), (b"  \xc2", False), (b"\xf5  ", False)):
        cache = Cache(sound)
        start = (cache.end if at < 0 else cache.start)(section) + at
        cache.data[start:start + 3] = raw
        reason = reason_of(cache.sealed(), tmp_path)
        wrong = f"{section}: control bytes, or not UTF-8"
        assert (reason != wrong) if clean else (reason == wrong), raw


@pytest.mark.parametrize("section, number, reason", [
    ("counts", 0, "counts: not one record"),
    ("counts", 2, "counts: not one record"),
    ("listing", 0, "listing: not one record with a text"),
    ("listing", 2, "listing: not one record with a text"),
    ("schemes", 0, "schemes: one of the first four is missing"),
    ("schemes", 3, "schemes: one of the first four is missing"),
    ("v4_starts", 0, "v4_starts: not a route for every address"),
    ("v4_routes", 0, "v4_starts: not a route for every address"),
    ("v6_starts", 0, "v6_starts: not a route for every address"),
    ("v6_routes", 0, "v6_starts: not a route for every address"),
    ("v4_index", 0, "v4_index: not one entry for each leading bits"),
    ("v4_index", INDEX_N - 1, "v4_index: not one entry for each leading bits"),
    ("v4_index", INDEX_N + 1, "v4_index: not one entry for each leading bits"),
    ("v6_index", 0, "v6_index: not one entry for each leading bits"),
    ("v6_index", INDEX_N - 1, "v6_index: not one entry for each leading bits"),
    ("v6_index", INDEX_N + 1, "v6_index: not one entry for each leading bits"),
])
def test_number_of_records(sound, tmp_path, section, number, reason):
    cache = Cache(sound)
    cache.resize(section, number)
    assert reason_of(cache.sealed(), tmp_path) == reason


def test_listing_has_whole_lines(sound, tmp_path):
    for length in (0, Cache(sound)["listing", 0, "text.len"] - 1):
        change = "listing", 0, "text.len", length
        assert reason_of(changed(sound, change), tmp_path) == \
            "listing: not whole lines"


@pytest.mark.parametrize("family", ("v4", "v6"))
@pytest.mark.parametrize("more", (-1, 1))
def test_each_range_has_a_route(sound, tmp_path, family, more):
    cache = Cache(sound)
    cache.resize(f"{family}_routes", cache.count(f"{family}_routes") + more)
    assert reason_of(cache.sealed(), tmp_path) == \
        f"{family}_starts: not a route for every address"


@pytest.mark.parametrize("section", SLOTS)
def test_number_of_slots(sound, tmp_path, section):
    count = Cache(sound).count(section)
    for number, reason in (
            (0, "slots: their number is not a power of two"),
            (1, "slots: not one for each record"),
            (3, "slots: their number is not a power of two"),
            (count - 1, "slots: their number is not a power of two"),
            (count + 1, "slots: their number is not a power of two"),
            (count // 2, "slots: not one for each record")):
        cache = Cache(sound)
        if number == 1:
            cache.replace(section, bytes(4))
        else:
            cache.resize(section, number)
        assert reason_of(cache.sealed(), tmp_path) == reason, number


def test_one_slot_is_empty(sound, tmp_path):
    """Or a search for a name that is not there would never end."""
    cache = Cache(sound)
    cache.resize("locations", 2)
    cache.replace("location_slots", bytes((1, 0, 0, 0, 2, 0, 0, 0)))
    assert reason_of(cache.sealed(), tmp_path) == \
        "slots: not one for each record"


@pytest.mark.parametrize("number, reason", [
    (256, "location_slots: a location is not found by its name"),
    (257, "slots: a search would take too long")])
def test_no_search_takes_long(sound, tmp_path, number, reason):
    """Used slots in a row: the longest run there may be, and one more."""
    cache = Cache(sound)
    cache.resize("locations", number)
    cache.replace("location_slots", b"".join(
        slot.to_bytes(4, "little") for slot in range(1, number + 1)).ljust(
            4 * 4096, b"\0"))
    assert reason_of(cache.sealed(), tmp_path) == reason


@pytest.mark.parametrize("section", SLOTS)
def test_slots_lead_to_their_records(sound, tmp_path, section):
    cache = Cache(sound)
    slots = range(cache.count(section))
    used = [slot for slot in slots if cache[section, slot]]
    empty = next(slot for slot in slots if not cache[section, slot])
    first, last = cache[section, used[0]], cache[section, used[-1]]
    lost = f"{section}: {SLOTS[section]}"
    few = "slots: not one for each record"
    for changes, reason in (
            ([(used[0], last), (used[-1], first)], lost),
            ([(used[0], last)], lost),
            ([(used[0], 0)], few),
            ([(empty, first)], few)):
        cache = Cache(sound)
        for slot, value in changes:
            cache[section, slot] = value
        assert reason_of(cache.sealed(), tmp_path) == reason, changes


@pytest.mark.parametrize("field, value, reason", [
    ("bandwidth", 0, "hosts: a bandwidth that is not 1 to 100000"),
    ("bandwidth", 1, "weights: not the host's bandwidth"),
    ("bandwidth", 99999, "weights: not the host's bandwidth"),
    ("bandwidth", 100001, "hosts: a bandwidth that is not 1 to 100000"),
    ("bandwidth", 1 << 31, "hosts: a bandwidth that is not 1 to 100000"),
    ("bandwidth", NONE, "hosts: a bandwidth that is not 1 to 100000"),
    ("flags", 1, WRONG_MEMBER[0]),
    ("flags", 2, "groups: not the flags of their members"),
    ("flags", 4, None),
    ("flags", 6, "groups: not the flags of their members"),
    ("flags", 8, "hosts: unknown flags"),
    ("flags", 1 << 31, "hosts: unknown flags"),
    ("flags", NONE, "hosts: unknown flags"),
    ("country_idx", 0, WRONG_MEMBER[0]),
    ("country_idx", NONE, WRONG_MEMBER[0]),
    ("id", 0, "hosts: not in ascending order"),
    ("id", -1, "hosts: not in ascending order"),
    ("id", -(1 << 63), "hosts: not in ascending order"),
    ("id", (1 << 63) - 1, "host_rows: one that is not its host's"),
])
def test_host(sound, tmp_path, field, value, reason):
    assert reason_of(changed(sound, ("hosts", -1, field, value)),
                     tmp_path) == reason


@pytest.mark.parametrize("flags, reason", [
    (0, None), (1, None), (2, "countries: unknown flags"),
    (NONE, "countries: unknown flags")])
def test_country_flags(sound, tmp_path, flags, reason):
    assert reason_of(changed(sound, ("countries", -1, "flags", flags)),
                     tmp_path) == reason


def test_no_two_hosts_have_one_id(sound, tmp_path):
    before = Cache(sound)["hosts", 0, "id"]
    assert reason_of(changed(sound, ("hosts", 1, "id", before)), tmp_path) == \
        "hosts: not in ascending order"


def same_text(cache, section, text, number):
    """The change that gives a record the text of the one before it."""
    return [(section, number, f"{text}.{field}",
             cache[section, number - 1, f"{text}.{field}"])
            for field in ("off", "len")]


def number_of(cache, section, holds):
    """The first record for which it holds."""
    return next(number for number in range(cache.count(section))
                if holds(number))


def test_allowed_countries_ascend(sound, tmp_path):
    cache = Cache(sound)
    host = number_of(cache, "hosts",
                     lambda n: cache["hosts", n, "allowed_n"] > 1)
    first = cache["hosts", host, "allowed_first"]
    pair = [cache["allowed", first + n] for n in (0, 1)]
    for countries in ((pair[0], pair[0]), (pair[1], pair[0])):
        assert reason_of(changed(sound, *(
            ("allowed", first + n, country)
            for n, country in enumerate(countries))), tmp_path) == \
            "allowed: not in ascending order"


def test_continents_ascend(sound, tmp_path):
    cache = Cache(sound)
    for number, other in ((1, 0), (0, 1)):
        assert reason_of(changed(sound, *(
            ("continents", number, f"code.{field}",
             cache["continents", other, f"code.{field}"])
            for field in ("off", "len"))), tmp_path) == \
            "continents: not in ascending order"


def test_countries_ascend(sound, tmp_path):
    cache = Cache(sound)
    number = number_of(
        cache, "countries", lambda n: n and cache[
            "countries", n, "continent_idx"] == cache[
            "countries", n - 1, "continent_idx"])
    assert reason_of(changed(
        sound, *same_text(cache, "countries", "code", number)),
        tmp_path) == "countries: not in ascending order"


def test_a_country_is_in_its_continents_run(sound, tmp_path):
    cache = Cache(sound)
    number = cache["continents", 1, "country_first"]
    assert reason_of(changed(
        sound, ("countries", number, "continent_idx", 0)), tmp_path) == \
        "countries: one outside of its continent's run"
    assert reason_of(changed(
        sound, ("countries", number, "continent_idx", NONE)), tmp_path) == \
        "countries: not in ascending order"


def test_a_continent_takes_no_country_without_one(sound, tmp_path):
    cache = Cache(sound)
    number = cache["continents", -1, "country_n"]
    assert cache["countries", -1, "continent_idx"] == NONE
    assert reason_of(changed(
        sound, ("continents", -1, "country_n", number + 1)), tmp_path) == \
        "continents: not a run of countries each"


@pytest.mark.parametrize("section, reason", [
    ("groups", "host_sets: a group or member in no set"),
    ("members", "host_sets: a group or member in no set"),
    ("subpaths", "directories: a sub-path or file of no directory"),
    ("files", "directories: a sub-path or file of no directory"),
    ("details", "files: details of no file"),
    ("host_lists", "host_lists: a host in no list"),
    ("carriers", "carriers: one in no category"),
    ("exclusive", "exclusive: not in ascending order"),
    ("bad_netblocks", "bad_netblocks: not in ascending order")])
def test_no_record_belongs_to_nothing(sound, tmp_path, section, reason):
    cache = Cache(sound)
    content = cache.bytes_of(section)
    cache.replace(section, content + content[:RECORDS[section].size])
    assert reason_of(cache.sealed(), tmp_path) == reason


@pytest.mark.parametrize("raw, valid", [
    (b"", True), (b"a/", True), (b"a%20b&'/", True), (b"/", False),
    (b"a", False), (b"/a/", False), (b"a b/", False), (b"a<b/", False),
    (b"a\"/", False), (b"a\x7e/", True), ("\u00e9/".encode(), False)])
def test_sub_path_stands_raw(sound, tmp_path, raw, valid):
    cache = Cache(sound)
    start = cache.count("text")
    cache.replace("text", cache.bytes_of("text") + raw)
    cache["subpaths", 0, "path.off"] = start
    cache["subpaths", 0, "path.len"] = len(raw)
    assert reason_of(cache.sealed(), tmp_path) == (
        None if valid else "subpaths: bytes that no sub-path holds")


@pytest.mark.parametrize("number", range(4))
def test_first_four_schemes(sound, tmp_path, number):
    for field, value in (("name.len", 0), ("name.len", 2), ("name.off", 0)):
        change = "schemes", number, field, value
        assert reason_of(changed(sound, change), tmp_path) == \
            "schemes: one of the first four is another"


def test_other_schemes_ascend(sound, tmp_path):
    cache = Cache(sound)
    assert reason_of(changed(sound, *same_text(cache, "schemes", "name", 5)),
                     tmp_path) == "schemes: not in ascending order"


def test_url_is_visible_and_ends_in_a_slash(sound, tmp_path):
    cache = Cache(sound)
    start = cache.start("text") + cache["urls", 0, "url.off"]
    length = cache["urls", 0, "url.len"]
    assert chr(cache.data[start + length - 1]) == "/"
    wrong = "urls: bytes that no URL holds"
    for field, value in (("url.len", 0), ("url.len", length - 1),
                         ("element.len", 0), ("element.len", 2),
                         ("preference_off", 0), ("preference_off", NONE),
                         ("preference_off", cache["urls", 0, "element.len"])):
        assert reason_of(changed(sound, ("urls", 0, field, value)),
                         tmp_path) == wrong
    for place, raw in ((8, b" "), (8, "\u00a0".encode()), (8, b"<"),
                       (8, b'"'), (0, b"x"), (5, b";")):
        dirty = Cache(sound)
        dirty.data[start + place:start + place + len(raw)] = raw
        assert reason_of(dirty.sealed(), tmp_path) == wrong


def test_urls_stand_in_the_order_of_schemes(sound, tmp_path):
    cache = Cache(sound)
    better = number_of(
        cache, "urls", lambda n: not cache["urls", n, "flags"] & LAST
        and cache["urls", n, "scheme_idx"] < cache["urls", n + 1, "scheme_idx"])
    fields = [field for field in RECORDS["urls"].fields if field != "flags"]
    assert reason_of(changed(sound, *(
        ("urls", number, field, cache["urls", other, field])
        for number, other in ((better, better + 1), (better + 1, better))
        for field in fields)), tmp_path) == \
        "urls: not in the order of schemes"


def test_a_list_of_urls_has_an_end(sound, tmp_path):
    assert Cache(sound)["urls", -1, "flags"] == LAST
    assert reason_of(changed(sound, ("urls", -1, "flags", 0)), tmp_path) == \
        "urls: a list without an end"


def test_a_member_s_urls_are_a_whole_list(sound, tmp_path):
    cache = Cache(sound)
    inside = 1 + number_of(cache, "urls",
                           lambda n: not cache["urls", n, "flags"] & LAST)
    assert reason_of(changed(sound, ("members", 0, "url_first", inside)),
                     tmp_path) in WRONG_MEMBER


@pytest.mark.parametrize("number", (0, -1))
def test_a_weight_is_its_host_s_bandwidth(sound, tmp_path, number):
    weight = Cache(sound)["weights", number, ""]
    for value in (weight + 1, 0, float("nan"), -weight):
        assert reason_of(changed(sound, ("weights", number, "", value)),
                         tmp_path) == "weights: not the host's bandwidth"


def test_every_host_has_a_weight(sound, tmp_path):
    cache = Cache(sound)
    cache.replace("weights", cache.bytes_of("weights") + bytes(4))
    assert reason_of(cache.sealed(), tmp_path) == \
        "weights: not one for each host"


def test_a_group_says_whether_a_host_is_restricted(sound, tmp_path):
    cache = Cache(sound)
    for flags in (0, 1):
        number = number_of(cache, "groups",
                           lambda n: cache["groups", n, "flags"] == flags)
        for value in (1 - flags, 2, NONE):
            assert reason_of(changed(sound, ("groups", number, "flags", value)),
                             tmp_path) == \
                "groups: not the flags of their members"


def test_sub_path_of_a_url(sound, tmp_path):
    """The last that every directory of the host has, and one more."""
    cache = Cache(sound)
    urls = cache.count("urls")
    needed = max(cache["urls", n, "subpath_idx"] for n in range(urls))
    assert needed == 1  # a directory in two categories
    missing = "directories: a name, host set or sub-path that is not there"
    for value, reason in ((0, None), (1, missing), (2, missing),
                          (1 << 31, missing), (NONE - 1, missing),
                          (NONE, "urls: bytes that no URL holds")):
        assert reason_of(changed(sound, ("urls", 0, "subpath_idx", value)),
                         tmp_path) == reason, value


LAST = 4  # the flag of a list's last URL


@pytest.mark.parametrize("flags, reason", [
    (LAST | 1, None), (LAST | 2, None), (LAST | 3, None),
    (8, "urls: unknown flags"), (1 << 31, "urls: unknown flags"),
    (NONE, "urls: unknown flags")])
def test_flags_of_a_url(sound, tmp_path, flags, reason):
    assert reason_of(changed(sound, ("urls", -1, "flags", flags)),
                     tmp_path) == reason


def test_members_ascend(sound, tmp_path):
    cache = Cache(sound)
    group = number_of(cache, "groups",
                      lambda n: cache["groups", n, "member_n"] > 1)
    first = cache["groups", group, "member_first"]
    hosts = [cache["members", first + n, "host_idx"] for n in (0, 1)]
    for pair in ((hosts[0], hosts[0]), (hosts[1], hosts[0])):
        assert reason_of(changed(sound, *(
            ("members", first + n, "host_idx", host)
            for n, host in enumerate(pair))), tmp_path) == WRONG_MEMBER[0]


def test_private_members_are_private_and_ascend(sound, tmp_path):
    cache = Cache(sound)
    number = number_of(cache, "host_sets",
                       lambda n: cache["host_sets", n, "private_n"] > 1)
    first = cache["host_sets", number, "member_first"] + \
        cache["host_sets", number, "public_n"]
    host = cache["members", first, "host_idx"]
    public = cache["members", 0, "host_idx"]
    for changes in ([("members", first + 1, "host_idx", host)],
                    [("members", first, "host_idx", public)],
                    [("hosts", host, "flags", 0)]):
        assert reason_of(changed(sound, *changes), tmp_path) == WRONG_MEMBER[1]


def test_host_sets_know_the_number_of_their_urls(sound, tmp_path):
    n = Cache(sound)["host_sets", 0, "url_n"]
    for value in (0, n - 1, n + 1, NONE):
        assert reason_of(changed(sound, ("host_sets", 0, "url_n", value)),
                         tmp_path) == "host_sets: not their number of URLs"


def test_groups_ascend(sound, tmp_path):
    cache = Cache(sound)
    before = cache["groups", 0, "country_idx"]
    for value in (before, 0):
        assert reason_of(changed(sound, ("groups", 1, "country_idx", value)),
                         tmp_path) == "groups: not in ascending order"
    for value in (before + 1, 1 << 31, NONE):
        assert reason_of(changed(sound, ("groups", 0, "country_idx", value)),
                         tmp_path) == WRONG_MEMBER[0]


def test_every_public_member_is_in_a_group(sound, tmp_path):
    cache = Cache(sound)
    counts = [cache["host_sets", 0, field] for field in
              ("public_n", "private_n")]
    assert reason_of(changed(
        sound, ("host_sets", 0, "public_n", counts[0] + 1),
        ("host_sets", 0, "private_n", counts[1] - 1)), tmp_path) == \
        "host_sets: members in no group"


def test_files_ascend(sound, tmp_path):
    cache = Cache(sound)
    number = number_of(cache, "directories",
                       lambda n: cache["directories", n, "file_n"] > 1)
    second = cache["directories", number, "file_first"] + 1
    assert reason_of(changed(sound, *same_text(cache, "files", "name", second)),
                     tmp_path) == "files: not in ascending order"


TIMESTAMP, SIZE, MD5, SHA1, SHA256, SHA512 = (1 << n for n in range(6))
HASHES = {"md5": MD5, "sha1": SHA1, "sha256": SHA256, "sha512": SHA512}


def detail_with(cache, flags):
    """The number of the first details of a file that have these flags."""
    return number_of(cache, "details",
                     lambda n: cache["details", n, "flags"] == flags)


@pytest.mark.parametrize("flag", (64, 1 << 31))
def test_flags_of_details(sound, tmp_path, flag):
    flags = Cache(sound)["details", 0, "flags"]
    assert reason_of(changed(sound, ("details", 0, "flags", flags | flag)),
                     tmp_path) == "details: unknown flags"


@pytest.mark.parametrize("flags", (0, TIMESTAMP, SIZE, TIMESTAMP | SIZE))
def test_details_have_a_hash(sound, tmp_path, flags):
    """Or clients would take whatever a mirror sends."""
    cache = Cache(sound)
    number = detail_with(cache, TIMESTAMP | SIZE | SHA256)
    assert reason_of(changed(sound, ("details", number, "flags", flags)),
                     tmp_path) == "details: one without a hash"


def lone(cache):
    """The number of the details of a file that has no alternates."""
    return detail_with(cache, SIZE | SHA1)


@pytest.mark.parametrize("field, flag", [("timestamp_s", TIMESTAMP),
                                         ("size", SIZE)])
def test_numbers_of_details(sound, tmp_path, field, flag):
    wrong = "details: a number that its flags deny, or not above 0"
    number = lone(Cache(sound))
    for value, flags, valid in (
            (1, flag, True), ((1 << 63) - 1, flag, True), (0, flag, False),
            (-1, flag, False), (-(1 << 63), flag, False), (0, 0, True),
            (1, 0, False), (-1, 0, False), (-(1 << 63), 0, False)):
        cache = Cache(sound)
        cache["details", number, "size"] = 0
        cache["details", number, field] = value
        cache["details", number, "flags"] = flags | SHA1
        assert reason_of(cache.sealed(), tmp_path) == (
            None if valid else wrong), (value, flags)


@pytest.mark.parametrize("kind", HASHES)
@pytest.mark.parametrize("place", (0, -1))
def test_a_hash_that_is_absent_is_zero(sound, tmp_path, kind, place):
    number = lone(Cache(sound))
    size = len(Cache(sound)["details", number, kind])
    digest = bytearray(size)
    digest[place] = 1
    other = next(name for name in HASHES if name != kind)
    for raw, flag, valid in (
            (bytes(size), 0, True), (bytes(digest), HASHES[kind], True),
            (bytes(size), HASHES[kind], True), (bytes(digest), 0, False)):
        cache = Cache(sound)
        cache["details", number, "sha1"] = b""
        cache["details", number, kind] = raw
        cache["details", number, "flags"] = SIZE | flag | HASHES[other]
        assert reason_of(cache.sealed(), tmp_path) == (
            None if valid else "details: a hash that its flags deny"), raw


def test_a_file_has_details_and_no_more_than_there_are(sound, tmp_path):
    cache = Cache(sound)
    count = cache["files", -1, "detail_n"]
    cache.resize("details", cache.count("details") - count)
    for value in (0, 1, count, 1 << 31, NONE):
        cache["files", -1, "detail_n"] = value
        assert reason_of(cache.sealed(), tmp_path) == \
            "files: not a run of details each", value


def alternates(cache):
    """The first details of a file with more than one, and how many."""
    number = number_of(cache, "files",
                       lambda n: cache["files", n, "detail_n"] > 1)
    return [cache["files", number, field]
            for field in ("detail_first", "detail_n")]


@pytest.mark.parametrize("field, flag", [("timestamp_s", TIMESTAMP),
                                         ("size", SIZE)])
def test_alternates_are_complete(sound, tmp_path, field, flag):
    """And so is the file that has some: complete ones come first."""
    cache = Cache(sound)
    first, count = alternates(cache)
    for number in range(first, first + count):
        assert reason_of(changed(
            sound, ("details", number, "flags",
                    cache["details", number, "flags"] & ~flag),
            ("details", number, field, 0)), tmp_path) == \
            "details: alternates without a timestamp or a size"


def test_alternates_stand_newest_first(sound, tmp_path):
    cache = Cache(sound)
    first, count = alternates(cache)
    for number in range(first + 1, first + count):
        time = cache["details", number - 1, "timestamp_s"]
        for more, reason in ((0, None), (1, "details: not newest first")):
            assert reason_of(changed(
                sound, ("details", number, "timestamp_s", time + more)),
                tmp_path) == reason


def test_repositories_ascend_by_prefix_then_arch(sound, tmp_path):
    """So that those of a prefix are a run."""
    cache = Cache(sound)

    def names_of(number):
        return {field: cache["repos", number, field]
                for field in ("prefix.off", "prefix.len", "arch.off",
                              "arch.len")}

    for changes in ({1: names_of(0)}, {0: names_of(1), 1: names_of(0)},
                    {0: names_of(-1)}, {-1: names_of(0)}):
        assert reason_of(changed(sound, *(
            ("repos", number, field, value)
            for number, names in changes.items()
            for field, value in names.items())), tmp_path) == \
            "repos: not in ascending order"


def test_a_prefix_has_its_own_repositories(sound, tmp_path):
    cache = Cache(sound)
    prefix = number_of(cache, "prefixes",
                       lambda n: cache["prefixes", n, "repo_n"] > 0)
    first, n = (cache["prefixes", prefix, field]
                for field in ("repo_first", "repo_n"))
    other = number_of(cache, "repos", lambda n: n != first)
    wrong = "prefixes: not its repositories"
    lost = "prefixes: a repository of none"
    for repo_first, repo_n, reason in (
            (first, n, None), (first, 0, lost), (NONE, 0, lost),
            (other, 1, wrong), (first + n, 1, wrong), (first, n + 1, wrong),
            (cache.count("repos"), 1, wrong), (first, 1 << 31, wrong),
            (first, NONE, wrong), (NONE, 1, wrong), (NONE, NONE, wrong)):
        assert reason_of(changed(
            sound, ("prefixes", prefix, "repo_first", repo_first),
            ("prefixes", prefix, "repo_n", repo_n)), tmp_path) == reason, (
                repo_first, repo_n)


@pytest.mark.parametrize("value, reason", [
    (0, None), (1, None),
    (2, "prefixes: a name or target that is not there"),
    (NONE, "prefixes: a name or target that is not there")])
def test_disabled_is_a_switch(sound, tmp_path, value, reason):
    assert reason_of(changed(sound, ("prefixes", 0, "disabled", value)),
                     tmp_path) == reason


@pytest.mark.parametrize("number", (0, 1, -1))
def test_a_netblocks_parent_stands_before_it(sound, tmp_path, number):
    """So that the way up ends."""
    place = number % Cache(sound).count("netblocks")
    for value, valid in ((place - 1, place > 0), (place, False),
                         (place + 1, False), (1 << 31, False),
                         (NONE - 1, False), (NONE, True)):
        if value >= 0:
            assert reason_of(
                changed(sound, ("netblocks", number, "parent_idx", value)),
                tmp_path) == (None if valid else "netblocks: a parent that is "
                                                 "not there")


@pytest.mark.parametrize("value, reason", [
    (0, None), (1, None), (2, None), (3, None), (4, WRONG_ROUTE),
    (1 << 31, WRONG_ROUTE), (NONE, WRONG_ROUTE)])
def test_flags_of_a_route(sound, tmp_path, value, reason):
    assert reason_of(changed(sound, ("routes", 0, "flags", value)),
                     tmp_path) == reason


@pytest.mark.parametrize("latitude, longitude, x, y, z, reason", [
    (0, 0, 1, 0, 0, None),
    (90, 0, 0, 0, 1, None),
    (-90, 180, 0, 0, -1, None),
    (0, 180, -1, 0, 0, None),
    (0, -180, -1, 0, 0, None),
    (0, 90, 0, 1, 0, None),
    (0, -90, 0, -1, 0, None),
    (30, 60, 0.4330127, 0.75, 0.5, None),
    (91, 0, 1, 0, 0, "places: not on the earth"),
    (-91, 0, 1, 0, 0, "places: not on the earth"),
    (0, 181, -1, 0, 0, "places: not on the earth"),
    (0, -181, -1, 0, 0, "places: not on the earth"),
    (-32768, 0, 1, 0, 0, "places: not on the earth"),
    (0, 0, 1.00001, 0, 0, "places: a point that is not the place's"),
    (0, 0, 1, 0.00001, 0, "places: a point that is not the place's"),
    (0, 0, 1, 0, -0.00001, "places: a point that is not the place's"),
    (0, 90, 1, 0, 0, "places: a point that is not the place's"),
    (0, 0, math.nan, 0, 0, "places: a point that is not the place's"),
    (0, 0, 1, math.inf, 0, "places: a point that is not the place's"),
    (0, 0, 1, 0, math.nan, "places: a point that is not the place's"),
])
def test_a_place_is_a_point_on_the_earth(sound, tmp_path, latitude, longitude,
                                         x, y, z, reason):
    assert reason_of(with_place(sound, latitude, longitude, x, y, z),
                     tmp_path) == reason


def test_ranges_cover_every_v4_address_in_order(sound, tmp_path):
    cache = Cache(sound)
    second = cache["v4_starts", 1]
    for changes, reason in (
            ([(0, 1)], "v4_starts: not a route for every address"),
            ([(1, 0)], "v4_starts: not in ascending order"),
            ([(2, second)], "v4_starts: not in ascending order"),
            ([(2, second - 1)], "v4_starts: not in ascending order"),
            ([(-1, NONE)], "v4_index: an entry is not the last range before "
                           "it")):
        assert reason_of(changed(sound, *(
            ("v4_starts", *change) for change in changes)), tmp_path) == reason


def test_ranges_cover_every_v6_address_in_order(sound, tmp_path):
    cache = Cache(sound)
    hi, lo = (cache["v6_starts", 1, field] for field in ("hi", "lo"))
    for changes, reason in (
            ([(0, "hi", 1)], "v6_starts: not a route for every address"),
            ([(0, "lo", 1)], "v6_starts: not a route for every address"),
            ([(2, "hi", hi - 1)], "v6_starts: not in ascending order"),
            ([(2, "hi", hi), (2, "lo", lo)],
             "v6_starts: not in ascending order"),
            ([(2, "hi", hi), (2, "lo", lo + 1)], None)):
        assert reason_of(changed(sound, *(
            ("v6_starts", *change) for change in changes)), tmp_path) == reason


@pytest.mark.parametrize("section", ("v4_index", "v6_index"))
@pytest.mark.parametrize("place", (0, 1, INDEX_N // 2, INDEX_N - 2))
def test_an_index_entry_is_the_last_range_before_it(sound, tmp_path, section,
                                                    place):
    entry = Cache(sound)[section, place]
    for value in {entry - 1, entry + 1, 1 << 31, NONE} - {-1}:
        assert reason_of(changed(sound, (section, place, value)),
                         tmp_path) == \
            f"{section}: an entry is not the last range before it"


@pytest.mark.parametrize("section", ("v4_index", "v6_index"))
def test_the_index_ends_with_the_last_range(sound, tmp_path, section):
    entry = Cache(sound)[section, -1]
    for value in (0, entry - 1, entry + 1, NONE):
        assert reason_of(changed(sound, (section, -1, value)), tmp_path) == \
            f"{section}: the last one is wrong"


# --- what only explanations are made of ---------------------------------------


def row_of_host(cache, private):
    """The number of a row whose host carries something."""
    return number_of(cache, "host_rows", lambda number: cache[
        "host_rows", number, "host_idx"] != NONE and bool(
            cache["host_rows", number, "flags"] & 64) == private)


@pytest.mark.parametrize("flag", (1, 2, 4, 8, 16, 32, 64))
def test_a_host_that_carries_something_is_active(sound, tmp_path, flag):
    cache = Cache(sound)
    row = row_of_host(cache, private=flag == 64)
    cache["host_rows", row, "flags"] ^= flag
    assert reason_of(cache.sealed(), tmp_path) == \
        "host_rows: one that is not its host's"


@pytest.mark.parametrize("flag", (128, 1 << 31))
def test_flags_of_a_host_row(sound, tmp_path, flag):
    assert reason_of(changed(sound, ("host_rows", 0, "flags", flag)),
                     tmp_path) == "host_rows: unknown flags"


def test_a_row_has_its_hosts_id(sound, tmp_path):
    assert Cache(sound)["host_rows", 0, "host_idx"] == 0
    assert reason_of(changed(sound, ("host_rows", 0, "id", 0)), tmp_path) == \
        "host_rows: one that is not its host's"


def test_host_rows_ascend(sound, tmp_path):
    cache = Cache(sound)
    row = number_of(cache, "host_rows", lambda number: number and cache[
        "host_rows", number, "host_idx"] == NONE)
    cache["host_rows", row, "id"] = cache["host_rows", row - 1, "id"]
    assert reason_of(cache.sealed(), tmp_path) == \
        "host_rows: not in ascending order"


def test_every_host_has_a_row_in_order(sound, tmp_path):
    cache = Cache(sound)
    last = number_of(cache, "host_rows", lambda number: cache[
        "host_rows", number, "host_idx"] == cache.count("hosts") - 1)
    for value, reason in (
            (NONE, "host_rows: not one for each host"),
            (cache.count("hosts"),
             "host_rows: a name or host that is not there"),
            (0, "host_rows: a name or host that is not there"),
            (1 << 31, "host_rows: a name or host that is not there")):
        assert reason_of(changed(
            sound, ("host_rows", last, "host_idx", value)),
            tmp_path) == reason


def test_no_row_is_past_the_hosts(sound, tmp_path):
    """One more host than there are, and its number is the next one."""
    cache = Cache(sound)
    size = RECORDS["host_rows"].size
    cache.replace("host_rows", cache.bytes_of("host_rows")
                  + cache.bytes_of("host_rows")[-size:])
    cache["host_rows", -1, "id"] += 1
    cache["host_rows", -1, "host_idx"] = cache.count("hosts")
    assert reason_of(cache.sealed(), tmp_path) == \
        "host_rows: a name or host that is not there"


@pytest.mark.parametrize("flag", (4, 1 << 31))
def test_flags_of_a_carrier(sound, tmp_path, flag):
    assert reason_of(changed(sound, ("carriers", 0, "flags", flag)),
                     tmp_path) == "carriers: unknown flags"


def test_carriers_ascend(sound, tmp_path):
    """Of one category; two rows of one host are two carriers."""
    cache = Cache(sound)
    category = number_of(cache, "categories", lambda number: cache[
        "categories", number, "carrier_n"] > 1)
    first = cache["categories", category, "carrier_first"]
    row = cache["carriers", first + 1, "host_row_idx"]
    cache["carriers", first, "host_row_idx"] = row
    assert reason_of(cache.sealed(), tmp_path) is None
    cache["carriers", first, "host_row_idx"] = row + 1
    assert reason_of(cache.sealed(), tmp_path) == \
        "carriers: not in ascending order"
