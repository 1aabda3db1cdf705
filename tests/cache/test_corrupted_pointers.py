# SPDX-License-Identifier: Apache-2.0
"""What records point to: indexes, texts, runs."""

import struct

import pytest

from cache.corruption import (WRONG_MEMBER, WRONG_ROUTE, alternates, changed,
                              reason_of, with_place)
from cache.layout import Cache, NONE, RECORDS

TOO_LARGE = (1 << 31, NONE - 1)  # sign bit; the last number but "none"
WRONG_HOST = "hosts: a name, country, place or allowed country does not exist"

# (section, field, what it counts, whether it may be none, reason)
INDEXES = [
    ("countries", "continent_idx", "continents", True,
     "countries: a continent or place does not exist"),
    ("countries", "place_idx", "places", True,
     "countries: a continent or place does not exist"),
    ("country_slots", "", "countries", False,
     "slots: one points past its table"),
    ("hosts", "country_idx", "countries", True,
     WRONG_HOST),
    ("hosts", "place_idx", "places", True, WRONG_HOST),
    ("allowed", "", "countries", False,
     "allowed: a country does not exist"),
    ("urls", "scheme_idx", "schemes", False,
     "urls: a text or scheme does not exist"),
    ("members", "host_idx", "hosts", False, None),
    ("members", "url_first", "urls", False, None),
    ("directories", "host_set_idx", "host_sets", False,
     "directories: a name, host set or sub-path does not exist"),
    ("directory_slots", "", "directories", False,
     "slots: one points past its table"),
    ("repos", "directory_idx", "directories", True,
     "repos: a name or directory does not exist"),
    ("repos", "repodata_idx", "directories", True,
     "repos: a name or directory does not exist"),
    ("repo_slots", "", "repos", False, "slots: one points past its table"),
    ("prefixes", "target_idx", "prefixes", True,
     "prefixes: a name or target does not exist"),
    ("prefix_slots", "", "prefixes", False,
     "slots: one points past its table"),
    ("location_slots", "", "locations", False,
     "slots: one points past its table"),
    ("host_lists", "", "hosts", False, "host_lists: a host does not exist"),
    ("routes", "country_idx", "countries", True, WRONG_ROUTE),
    ("routes", "continent_idx", "continents", True, WRONG_ROUTE),
    ("routes", "place_idx", "places", True, WRONG_ROUTE),
    ("routes", "asn_idx", "asns", True, WRONG_ROUTE),
    ("routes", "netblock_idx", "netblocks", True, WRONG_ROUTE),
    ("v4_routes", "", "routes", False,
     "v4_starts: some addresses have no route"),
    ("v6_routes", "", "routes", False,
     "v6_starts: some addresses have no route"),
    ("carriers", "host_row_idx", "host_rows", False,
     "carriers: a host does not exist"),
    ("subpaths", "category_idx", "categories", False,
     "subpaths: a path or category does not exist"),
    ("exclusive", "directory_idx", "directories", False,
     "exclusive: a directory or host does not exist"),
    ("exclusive", "host_row_idx", "host_rows", True,
     "exclusive: a directory or host does not exist"),
    ("bad_netblocks", "host_row_idx", "host_rows", False,
     "bad_netblocks: a host or sentence does not exist"),
]


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


# (section, text, reason)
TEXTS = [
    ("continents", "code", "continents: a code lies outside the text section"),
    ("countries", "code", "countries: a code lies outside the text section"),
    ("hosts", "name", WRONG_HOST),
    ("schemes", "name", "schemes: a name lies outside the text section"),
    ("urls", "url", "urls: a text or scheme does not exist"),
    ("urls", "element", "urls: a text or scheme does not exist"),
    ("subpaths", "path", "subpaths: a path or category does not exist"),
    ("directories", "name",
     "directories: a name, host set or sub-path does not exist"),
    ("files", "name", "files: a name does not exist"),
    ("repos", "prefix", "repos: a name or directory does not exist"),
    ("repos", "arch", "repos: a name or directory does not exist"),
    ("prefixes", "name", "prefixes: a name or target does not exist"),
    ("locations", "name", "locations: a name does not exist"),
    ("host_rows", "name", "host_rows: a name or host does not exist"),
    ("categories", "name", "categories: a name does not exist"),
    ("netblocks", "network", "netblocks: a text does not exist"),
    ("skipped", "kind", "skipped: a kind does not exist"),
    ("bad_netblocks", "sentence",
     "bad_netblocks: a host or sentence does not exist"),
]

# (section, its run's first, its run's length, what is counted, reason)
RUNS = [
    (section, f"{text}.off", f"{text}.len", "text", reason)
    for section, text, reason in TEXTS
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


@pytest.mark.parametrize("section, text, reason", TEXTS,
                         ids=[f"{row[0]}.{row[1]}" for row in TEXTS])
def test_a_text_holds_whole_characters(sound, tmp_path, section, text, reason):
    cache = Cache(sound)
    start = cache.count("text")
    cache.replace("text", cache.bytes_of("text") + "\u00e9".encode())
    for offset, length, whole in ((0, 2, True), (2, 0, True), (0, 1, False),
                                  (1, 1, False), (1, 0, False)):
        cache[section, -1, f"{text}.off"] = start + offset
        cache[section, -1, f"{text}.len"] = length
        refused = reason_of(cache.sealed(), tmp_path)
        assert (refused != reason) if whole else (refused == reason), offset


@pytest.mark.parametrize("section, text, reason", TEXTS,
                         ids=[f"{row[0]}.{row[1]}" for row in TEXTS])
def test_no_text_is_longer_than_4096_bytes(sound, tmp_path, section, text,
                                           reason):
    """Or 16 times that, once it is escaped."""
    cache = Cache(sound)
    longest = 65536 if section in ("urls", "subpaths") else 4096
    start = cache.count("text")
    cache.replace("text", cache.bytes_of("text") + b"a" * (longest + 1))
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
        "directories: a sub-path or file belongs to no directory"


# Runs that follow each other: (section, first, length, reasons)
CHAINS = [
    ("hosts", "allowed_first", "allowed_n",
     {WRONG_HOST,
      "allowed: not in ascending order"}),
    ("continents", "country_first", "country_n",
     {"continents: each must have its own run of countries"}),
    ("host_sets", "member_first", "public_n",
     {"host_sets: each must have its own run of groups and members",
      "host_sets: a member is in no group",
      "groups: each must have its own run of its set's members"}),
    ("host_sets", "member_first", "private_n",
     {"host_sets: each must have its own run of groups and members",
      "host_sets: a number of URLs is wrong", *WRONG_MEMBER}),
    ("host_sets", "group_first", "group_n",
     {"host_sets: each must have its own run of groups and members",
      "host_sets: a member is in no group",
      "groups: each must have its own run of its set's members"}),
    ("groups", "member_first", "member_n",
     {"groups: each must have its own run of its set's members",
      "host_sets: a member is in no group", WRONG_MEMBER[0]}),
    ("directories", "subpath_first", "subpath_n",
     {"directories: each must have its own run of sub-paths and files",
      "directories: a name, host set or sub-path does not exist"}),
    ("directories", "file_first", "file_n",
     {"directories: each must have its own run of sub-paths and files",
      "files: not in ascending order"}),
    ("files", "detail_first", "detail_n",
     {"files: each must have its own run of details",
      "details: not newest first",
      "details: an alternate has no timestamp or no size"}),
    *((section, "host_first", "host_n",
       {"locations: each must have its own run of hosts",
        "asns: each must have its own run of hosts",
        "netblocks: each must have its own run of hosts",
        "host_lists: a host is in no list"})
      for section in ("locations", "asns", "netblocks")),
    ("categories", "carrier_first", "carrier_n",
     {"categories: each must have its own run of carriers",
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
