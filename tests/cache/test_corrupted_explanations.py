# SPDX-License-Identifier: Apache-2.0
"""The records that only explanations are made of."""

import pytest

from cache.corruption import changed, number_of, reason_of
from cache.layout import Cache, NONE, RECORDS


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
        "host_rows: one contradicts its host"


@pytest.mark.parametrize("flag", (128, 1 << 31))
def test_flags_of_a_host_row(sound, tmp_path, flag):
    assert reason_of(changed(sound, ("host_rows", 0, "flags", flag)),
                     tmp_path) == "host_rows: unknown flags"


def test_a_row_has_its_hosts_id(sound, tmp_path):
    assert Cache(sound)["host_rows", 0, "host_idx"] == 0
    assert reason_of(changed(sound, ("host_rows", 0, "id", 0)), tmp_path) == \
        "host_rows: one contradicts its host"


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
            (NONE, "host_rows: a host has no row"),
            (cache.count("hosts"),
             "host_rows: a name or host does not exist"),
            (0, "host_rows: a name or host does not exist"),
            (1 << 31, "host_rows: a name or host does not exist")):
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
        "host_rows: a name or host does not exist"


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
