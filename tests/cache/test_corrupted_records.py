# SPDX-License-Identifier: Apache-2.0
"""One rule each of what records say."""

import math

import pytest

from cache.corruption import (WRONG_MEMBER, WRONG_ROUTE, alternates, changed,
                              number_of, reason_of, with_place)
from cache.layout import Cache, INDEX_N, NONE, RECORDS

SLOTS = {"country_slots": "a country is not found by its code",
         "directory_slots": "a directory is not found by its name",
         "repo_slots": "a repository is not found by its name",
         "prefix_slots": "a prefix is not found by its name",
         "location_slots": "a location is not found by its name"}


@pytest.mark.parametrize("section", ("text", "listing"))
@pytest.mark.parametrize("at", (0, 5, -3))
def test_texts_are_clean(sound, tmp_path, section, at):
    """Control bytes, broken UTF-8, and what XML cannot hold."""
    newline = None if section == "listing" else "control bytes"
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
        wrong = f"{section}: it holds control bytes or is not UTF-8"
        assert (reason != wrong) if clean else (reason == wrong), raw


@pytest.mark.parametrize("section, number, reason", [
    ("counts", 0, "counts: there must be exactly one record"),
    ("counts", 2, "counts: there must be exactly one record"),
    ("listing", 0, "listing: its last line is cut"),
    ("schemes", 0, "schemes: one of the first four is missing"),
    ("schemes", 3, "schemes: one of the first four is missing"),
    ("v4_starts", 0, "v4_starts: some addresses have no route"),
    ("v4_routes", 0, "v4_starts: some addresses have no route"),
    ("v6_starts", 0, "v6_starts: some addresses have no route"),
    ("v6_routes", 0, "v6_starts: some addresses have no route"),
    ("v4_index", 0, "v4_index: the number of entries is wrong"),
    ("v4_index", INDEX_N - 1, "v4_index: the number of entries is wrong"),
    ("v4_index", INDEX_N + 1, "v4_index: the number of entries is wrong"),
    ("v6_index", 0, "v6_index: the number of entries is wrong"),
    ("v6_index", INDEX_N - 1, "v6_index: the number of entries is wrong"),
    ("v6_index", INDEX_N + 1, "v6_index: the number of entries is wrong"),
])
def test_number_of_records(sound, tmp_path, section, number, reason):
    cache = Cache(sound)
    cache.resize(section, number)
    assert reason_of(cache.sealed(), tmp_path) == reason


def test_listing_has_whole_lines(sound, tmp_path):
    cache = Cache(sound)
    cache.resize("listing", cache.count("listing") - 1)
    assert reason_of(cache.sealed(), tmp_path) == \
        "listing: its last line is cut"


@pytest.mark.parametrize("family", ("v4", "v6"))
@pytest.mark.parametrize("more", (-1, 1))
def test_each_range_has_a_route(sound, tmp_path, family, more):
    cache = Cache(sound)
    cache.resize(f"{family}_routes", cache.count(f"{family}_routes") + more)
    assert reason_of(cache.sealed(), tmp_path) == \
        f"{family}_starts: some addresses have no route"


@pytest.mark.parametrize("section", SLOTS)
def test_number_of_slots(sound, tmp_path, section):
    count = Cache(sound).count(section)
    for number, reason in (
            (0, "slots: their number is not a power of two"),
            (1, "slots: there must be one for each record"),
            (3, "slots: their number is not a power of two"),
            (count - 1, "slots: their number is not a power of two"),
            (count + 1, "slots: their number is not a power of two"),
            (count // 2, "slots: there must be one for each record")):
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
        "slots: there must be one for each record"


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
    few = "slots: there must be one for each record"
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
    ("bandwidth", 0, "hosts: a bandwidth is not between 1 and 100000"),
    ("bandwidth", 1, "weights: one is not its host's bandwidth"),
    ("bandwidth", 99999, "weights: one is not its host's bandwidth"),
    ("bandwidth", 100001, "hosts: a bandwidth is not between 1 and 100000"),
    ("bandwidth", 1 << 31, "hosts: a bandwidth is not between 1 and 100000"),
    ("bandwidth", NONE, "hosts: a bandwidth is not between 1 and 100000"),
    ("flags", 1, WRONG_MEMBER[0]),
    ("flags", 2, "groups: the flags contradict the members"),
    ("flags", 4, None),
    ("flags", 6, "groups: the flags contradict the members"),
    ("flags", 8, "hosts: unknown flags"),
    ("flags", 1 << 31, "hosts: unknown flags"),
    ("flags", NONE, "hosts: unknown flags"),
    ("country_idx", 0, WRONG_MEMBER[0]),
    ("country_idx", NONE, WRONG_MEMBER[0]),
    ("id", 0, "hosts: not in ascending order"),
    ("id", -1, "hosts: not in ascending order"),
    ("id", -(1 << 63), "hosts: not in ascending order"),
    ("id", (1 << 63) - 1, "host_rows: one contradicts its host"),
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
        "countries: one lies outside its continent's run"
    assert reason_of(changed(
        sound, ("countries", number, "continent_idx", NONE)), tmp_path) == \
        "countries: not in ascending order"


def test_a_continent_takes_no_country_without_one(sound, tmp_path):
    cache = Cache(sound)
    number = cache["continents", -1, "country_n"]
    assert cache["countries", -1, "continent_idx"] == NONE
    assert reason_of(changed(
        sound, ("continents", -1, "country_n", number + 1)), tmp_path) == \
        "continents: each must have its own run of countries"


@pytest.mark.parametrize("section, reason", [
    ("groups", "host_sets: a group or member is in no set"),
    ("members", "host_sets: a group or member is in no set"),
    ("subpaths", "directories: a sub-path or file belongs to no directory"),
    ("files", "directories: a sub-path or file belongs to no directory"),
    ("details", "files: a detail belongs to no file"),
    ("host_lists", "host_lists: a host is in no list"),
    ("carriers", "carriers: one is in no category"),
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
        None if valid else "subpaths: one is not a well-formed path")


@pytest.mark.parametrize("number", range(4))
def test_first_four_schemes(sound, tmp_path, number):
    for field, value in (("name.len", 0), ("name.len", 2), ("name.off", 0)):
        change = "schemes", number, field, value
        assert reason_of(changed(sound, change), tmp_path) == \
            "schemes: the first four are not https, http, ftp and rsync"


def test_other_schemes_ascend(sound, tmp_path):
    cache = Cache(sound)
    assert reason_of(changed(sound, *same_text(cache, "schemes", "name", 5)),
                     tmp_path) == "schemes: not in ascending order"


def test_url_is_visible_and_ends_in_a_slash(sound, tmp_path):
    cache = Cache(sound)
    start = cache.start("text") + cache["urls", 0, "url.off"]
    length = cache["urls", 0, "url.len"]
    assert chr(cache.data[start + length - 1]) == "/"
    wrong = "urls: one is not a well-formed URL"
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
        "urls: they are not in the order of their schemes"


def test_a_list_of_urls_has_an_end(sound, tmp_path):
    assert Cache(sound)["urls", -1, "flags"] == LAST
    assert reason_of(changed(sound, ("urls", -1, "flags", 0)), tmp_path) == \
        "urls: the last list has no end"


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
                         tmp_path) == "weights: one is not its host's bandwidth"


def test_every_host_has_a_weight(sound, tmp_path):
    cache = Cache(sound)
    cache.replace("weights", cache.bytes_of("weights") + bytes(4))
    assert reason_of(cache.sealed(), tmp_path) == \
        "weights: there must be one for each host"


def test_a_group_says_whether_a_host_is_restricted(sound, tmp_path):
    cache = Cache(sound)
    for flags in (0, 1):
        number = number_of(cache, "groups",
                           lambda n: cache["groups", n, "flags"] == flags)
        for value in (1 - flags, 2, NONE):
            assert reason_of(changed(sound, ("groups", number, "flags", value)),
                             tmp_path) == \
                "groups: the flags contradict the members"


def test_sub_path_of_a_url(sound, tmp_path):
    """The last that every directory of the host has, and one more."""
    cache = Cache(sound)
    urls = cache.count("urls")
    needed = max(cache["urls", n, "subpath_idx"] for n in range(urls))
    assert needed == 1  # a directory in two categories
    missing = "directories: a name, host set or sub-path does not exist"
    for value, reason in ((0, None), (1, missing), (2, missing),
                          (1 << 31, missing), (NONE - 1, missing),
                          (NONE, "urls: one is not a well-formed URL")):
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
                         tmp_path) == "host_sets: a number of URLs is wrong"


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
        "host_sets: a member is in no group"


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
                     tmp_path) == "details: one has no hash"


def lone(cache):
    """The number of the details of a file that has no alternates."""
    return detail_with(cache, SIZE | SHA1)


@pytest.mark.parametrize("field, flag", [("timestamp_s", TIMESTAMP),
                                         ("size", SIZE)])
def test_numbers_of_details(sound, tmp_path, field, flag):
    wrong = "details: a number contradicts its flags or is not above 0"
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
            None if valid else "details: a hash contradicts its flags"), raw


def test_a_file_has_details_and_no_more_than_there_are(sound, tmp_path):
    cache = Cache(sound)
    count = cache["files", -1, "detail_n"]
    cache.resize("details", cache.count("details") - count)
    for value in (0, 1, count, 1 << 31, NONE):
        cache["files", -1, "detail_n"] = value
        assert reason_of(cache.sealed(), tmp_path) == \
            "files: each must have its own run of details", value


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
            "details: an alternate has no timestamp or no size"


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
    wrong = "prefixes: one claims repositories of another"
    lost = "prefixes: a repository belongs to none"
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
    (2, "prefixes: a name or target does not exist"),
    (NONE, "prefixes: a name or target does not exist")])
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
                tmp_path) == (None if valid else "netblocks: a parent does not "
                                                 "exist")


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
    (91, 0, 1, 0, 0, "places: one is not on the earth"),
    (-91, 0, 1, 0, 0, "places: one is not on the earth"),
    (0, 181, -1, 0, 0, "places: one is not on the earth"),
    (0, -181, -1, 0, 0, "places: one is not on the earth"),
    (-32768, 0, 1, 0, 0, "places: one is not on the earth"),
    (0, 0, 1.00001, 0, 0, "places: a point contradicts its degrees"),
    (0, 0, 1, 0.00001, 0, "places: a point contradicts its degrees"),
    (0, 0, 1, 0, -0.00001, "places: a point contradicts its degrees"),
    (0, 90, 1, 0, 0, "places: a point contradicts its degrees"),
    (0, 0, math.nan, 0, 0, "places: a point contradicts its degrees"),
    (0, 0, 1, math.inf, 0, "places: a point contradicts its degrees"),
    (0, 0, 1, 0, math.nan, "places: a point contradicts its degrees"),
])
def test_a_place_is_a_point_on_the_earth(sound, tmp_path, latitude, longitude,
                                         x, y, z, reason):
    assert reason_of(with_place(sound, latitude, longitude, x, y, z),
                     tmp_path) == reason


def test_ranges_cover_every_v4_address_in_order(sound, tmp_path):
    cache = Cache(sound)
    second = cache["v4_starts", 1]
    for changes, reason in (
            ([(0, 1)], "v4_starts: some addresses have no route"),
            ([(1, 0)], "v4_starts: not in ascending order"),
            ([(2, second)], "v4_starts: not in ascending order"),
            ([(2, second - 1)], "v4_starts: not in ascending order"),
            ([(-1, NONE)], "v4_index: an entry does not name the last range "
                           "before it")):
        assert reason_of(changed(sound, *(
            ("v4_starts", *change) for change in changes)), tmp_path) == reason


def test_ranges_cover_every_v6_address_in_order(sound, tmp_path):
    cache = Cache(sound)
    hi, lo = (cache["v6_starts", 1, field] for field in ("hi", "lo"))
    for changes, reason in (
            ([(0, "hi", 1)], "v6_starts: some addresses have no route"),
            ([(0, "lo", 1)], "v6_starts: some addresses have no route"),
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
            f"{section}: an entry does not name the last range before it"


@pytest.mark.parametrize("section", ("v4_index", "v6_index"))
def test_the_index_ends_with_the_last_range(sound, tmp_path, section):
    entry = Cache(sound)[section, -1]
    for value in (0, entry - 1, entry + 1, NONE):
        assert reason_of(changed(sound, (section, -1, value)), tmp_path) == \
            f"{section}: the last entry is wrong"
