# SPDX-License-Identifier: Apache-2.0
"""--info: header, counts, skipped rows, sections, hosts by country."""

import json

import pytest

from cache.layout import RECORDS, SECTIONS, Cache
from harness import tools
from query.explained import CREATED


def info(cache, *words):
    result = tools.run("mirrorlist-query", "--info", cache, *words)
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout.decode()


@pytest.fixture
def document(cache):
    return json.loads(info(cache, "--json", f"--time={CREATED + 90}"))


def test_header(cache, document):
    content = Cache(cache.read_bytes())
    assert {name: document[name] for name in (
        "file", "format", "size", "checksum", "created", "made", "age")} == \
        dict(file=str(cache), format=dict(major=1, minor=0),
             size=len(content.data), checksum=content["header", "crc32"],
             created=CREATED, made="2023-11-14T22:13:20Z", age=90)


def test_counts(cache, document):
    content = Cache(cache.read_bytes())
    assert document["counts"] == {
        field: content["counts", 0, field]
        for field in RECORDS["counts"].fields}
    assert document["counts"]["skipped_rows"] == 3


def test_skipped_rows_by_kind(document):
    assert document["skipped_rows"] == [
        {"kind": "directory_exclusive_host: host_id names a row that does not "
                 "exist", "rows": 1},
        {"kind": "host_country_allowed: country cannot be used (the host stays "
                 "restricted)", "rows": 1},
        {"kind": "host_netblock: a name (looked up only with --resolve)",
         "rows": 1}]


def test_sections(cache, document):
    content = Cache(cache.read_bytes())
    assert document["sections"] == [
        dict(id=number, name=name, records=content.count(name),
             bytes=len(content.bytes_of(name)))
        for number, name in enumerate(SECTIONS, 1)]


def test_hosts_by_country(document):
    """Most first, then by code; those without a country last of their number.
    """
    assert [(row["country"], row["hosts"])
            for row in document["hosts_by_country"]] == [
        ("DE", 9), ("US", 2), ("FR", 1), ("JP", 1), (None, 1)]


def test_all_of_it_for_people(cache):
    text = info(cache, f"--time={CREATED + 90}")
    lines = text.splitlines()
    assert lines[0].startswith(f"{cache}: format 1.0, ")
    assert lines[1] == "Made 2023-11-14T22:13:20Z, 1 min 30 s ago"
    assert "            14  hosts that carry a directory" in lines
    assert "             1  host_country_allowed: country cannot be used "\
        "(the host stays restricted)" in lines
    assert "             9  DE" in lines
    assert "             1  (without a country)" in lines
    assert any(line.split() == ["3", "counts", "1", "80"] for line in lines)


@pytest.mark.parametrize("age, words", [
    (0, "0 s ago"), (59, "59 s ago"), (60, "1 min 0 s ago"),
    (3599, "59 min 59 s ago"), (3600, "1 h 0 min ago"),
    (86399, "23 h 59 min ago"), (86400, "1 d 0 h ago"),
    (10 * 86400 + 3599, "10 d 0 h ago"), (-61, "1 min 1 s from now")])
def test_age(cache, age, words):
    assert info(cache, f"--time={CREATED + age}").splitlines()[1] == \
        f"Made 2023-11-14T22:13:20Z, {words}"


def test_a_section_that_is_not_known(cache, tmp_path):
    content = Cache(cache.read_bytes())
    content["contents", "skipped", "id"] = 1000
    file = tmp_path / "newer.cache"
    file.write_bytes(content.sealed())
    result = tools.run("mirrorlist-query", "--info", file)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode() == \
        f"mirrorlist-query: {file}: section skipped is missing\n"
