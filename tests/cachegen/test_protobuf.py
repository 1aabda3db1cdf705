# SPDX-License-Identifier: Apache-2.0
"""MirrorManager's protobuf file makes the answers of its database.

Each file is written by MirrorManager's rules from the rows of a database, so
that the answers of both caches can be laid side by side. The rules themselves
stand in the tests of the answers and of bad rows.
"""

import itertools
import os
import re
import subprocess
import time as clock

import pytest

from cachegen.bad_rows import (NETWORKS, NO_HOST, NO_NAMES, SLASHES, UNCLEAN,
                               URLS, base)
from cachegen.protobuf_writer import (confine, message_types, split,
                                      text_field, varint, write)
from harness import tools, world
from harness.compiler import CREATED
from model.random_requests import Requests
from model.random_world import RandomWorld

BEFORE = b"what was there before"
BAD_TEXT = b"a\xff"
LONG = b"a" * 4097
SEEDS = range(4)
REQUESTS = 120


@pytest.fixture(scope="session")
def types(tmp_path_factory):
    """The message's types; lists of numbers are not packed."""
    return message_types(tmp_path_factory.mktemp("types"), packed=False)


@pytest.fixture(scope="session")
def packed(tmp_path_factory):
    return message_types(tmp_path_factory.mktemp("packed"), packed=True)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "mirrorlist_cache.proto"


@pytest.fixture
def run(compiler, file):
    """A function: compiles a message, or its bytes, whatever is lost."""
    def compiled(message, *options, **about):
        file.write_bytes(message if isinstance(message, bytes)
                         else message.SerializeToString())
        return compiler.run(None, "--protobuf", file, "--force", *options,
                            **about)
    return compiled


@pytest.fixture
def message(types):
    """What MirrorManager would write of the base rows."""
    rows = base()
    rows.redirect("old", "t")
    rows.add("host_netblock", host_id=1, netblock="192.0.2.0/24")
    rows.add("netblock_country", netblock="192.0.2.0/24", country="SE")
    rows.add("country_continent_redirect", country="DE", continent="XX")
    rows.add("host_location", host_id=1, location_id=1)
    rows.db.tables["host"][0]["asn"] = 64500
    return write(types, rows.db, CREATED)


@pytest.fixture
def unharmed(run, message):
    result = run(message)
    assert result.said == [] and result.skipped_n == 0
    return result.content


# --- the same answers ---------------------------------------------------------

class HealthyWorld(RandomWorld):
    """Random rows that can all be used."""

    def trouble_of(self, percent):
        return False


def answers(run, targets):
    """With one seed each.  Hosts stand in both caches in the same order, so
    chance has the same effect and the answers are compared as they are."""
    printed = [tools.query(run.output, target, seed=number, time=CREATED,
                           client=client)
               for number, (target, client) in enumerate(targets)]
    return [(one.status, one.headers, one.body) for one in printed]


def assert_same(compiler, sqlite, run, types, database, targets, files=None):
    confine(database)
    expected = answers(compiler.run(sqlite(database), "--force", files=files),
                       targets)
    found = answers(run(write(types, database, CREATED), files=files), targets)
    for target, one, other in zip(targets, expected, found):
        assert one == other, target
    return expected


@pytest.mark.parametrize("seed", SEEDS)
def test_random_rows_answer_like_their_database(
        compiler, sqlite, run, types, tmp_path, seed):
    drawn = HealthyWorld(seed)
    targets = [(f"{request.path}?{request.query.decode('ascii')}",
                request.client) for request in itertools.islice(
                    Requests(seed, drawn, [""]), REQUESTS)]
    files = tools.input_files(tmp_path, drawn.geoip, drawn.routes,
                              drawn.continents)
    assert_same(compiler, sqlite, run, types, drawn.database, targets, files)


def test_every_rule_answers_like_the_database(compiler, sqlite, run, types,
                                              tmp_path):
    rows = world.build()
    repositories = {row["prefix"] for row in rows.db.tables["repository"]}
    redirects = {row["from_repo"]
                 for row in rows.db.tables["repository_redirect"]}
    ips = ["77.3.1.9", "77.9.1.9", "77.1.64.9", "2a01:1:1::9",
           *vars(world.IP).values()]
    targets = [(f"/{kind}?repo={repo.replace(' ', '%20')}&arch=x86_64&ip={ip}",
                "127.0.0.1") for (repo, kind), ip in zip(
                    itertools.product(sorted(repositories | redirects),
                                      ("mirrorlist", "metalink")),
                    itertools.cycle(ips))]
    targets += [(f"{question}&ip={ip}", "127.0.0.1") for ip in ips
                for question in (
                    "/mirrorlist?path=pub/pools/os&location=lab&time",
                    "/metalink?path=pub/golden/os/golddata/repomd.xml")]
    targets.append(("/mirrorlist?repo=nowhere&arch=x86_64", "127.0.0.1"))
    files = tools.input_files(tmp_path, world.COUNTRIES, world.NETWORKS,
                              world.CONTINENTS)
    bodies = assert_same(compiler, sqlite, run, types, rows.db, targets, files)
    for words in (b"netblock\n", b"Using ASN", b"Using location", b"repo disab",
                  b"country = DE", b"private", b"alternates", b"invalid repo"):
        assert any(words.strip() in body for _, _, body in bodies), words


# --- every form of the file ---------------------------------------------------

def test_packed_numbers_mean_the_same(run, packed, message, unharmed):
    data = packed.MirrorList.FromString(
        message.SerializeToString()).SerializeToString()
    assert data != message.SerializeToString()
    assert run(data).content == unharmed


def test_fields_in_reverse_order(run, message, unharmed):
    parts = split(message.SerializeToString())
    kinds = itertools.groupby(reversed(parts), key=lambda part: part[:1])
    reverse = b"".join(b"".join(reversed(list(group))) for _, group in kinds)
    assert reverse != b"".join(parts)
    assert run(reverse).content == unharmed


def test_entries_in_reverse_order(run, message):
    data = message.SerializeToString()
    result = run(b"".join(reversed(split(data))))
    assert result.hosts() == run(data).hosts() == ["one", "two"]


def pasted(text):
    return "\u00a0 ".encode() + text + b"\t\r\n"


def test_blanks_around_texts_mean_nothing(run, message, unharmed):
    """But around the names of directories and files."""
    for field in ("LocationCache", "HostNetblockCache",
                  "DisabledRepositoryCache", "NetblockCountryCache",
                  "CountryContinentRedirectCache", "RepositoryRedirectCache"):
        for entry in getattr(message, field):
            entry.key = pasted(entry.key)
            if isinstance(entry.value, bytes):
                entry.value = pasted(entry.value)
    for entry in message.RepoArchToDirectoryName:
        entry.key = b"+".join(map(pasted, entry.key.rsplit(b"+", 1)))
    for entry in (*message.HCUrlCache, *message.HostCountryCache):
        entry.value = pasted(entry.value)
    for directory in message.FileDetailsCache:
        for file in directory.FileDetailsCacheFiles:
            for detail in file.FileDetails:
                detail.SHA256 = pasted(detail.SHA256)
    result = run(message)
    assert result.said == []
    assert result.content == unharmed


def test_several_netblocks_in_one_key(run, message):
    message.HostNetblockCache.add(
        key="198.51.100.0/24,203.0.113.7\u00a0; 10.1.2.3 8".encode(),
        value=[2])
    message.NetblockCountryCache.add(key=b"198.51.100.0/24;203.0.113.0/24,",
                                     value=b"DE")
    result = run(message)
    assert result.skipped == [
        'HostNetblockCache: not an address or network: "10.1.2.3 8"']
    for ip in ("198.51.100.9", "203.0.113.7"):
        answer = result.answer(f"/mirrorlist?path=pub/t/os&ip={ip}")
        assert "Using preferred netblock" in answer and "= DE" in answer


UNKNOWN = (varint(77 << 3) + varint(2 ** 64 - 1) + varint(1000 << 3 | 1)
           + bytes(8) + varint(77 << 3 | 5) + bytes(4)
           + text_field(536870911, b"\xff" * 300))


def test_unknown_fields_are_skipped(run, message, unharmed):
    data = UNKNOWN + b"".join(part + UNKNOWN
                              for part in split(message.SerializeToString()))
    assert run(data).content == unharmed


def test_unknown_fields_in_an_entry_are_skipped(run, message, unharmed):
    for entry in message.MirrorListCache:
        entry.MergeFromString(UNKNOWN)
        entry.ByHostId[0].MergeFromString(UNKNOWN)
    assert message.SerializeToString().count(UNKNOWN) == 2 * len(
        message.MirrorListCache)
    assert run(message).content == unharmed


def test_a_known_number_of_another_kind_is_unknown(run, message, unharmed):
    data = message.SerializeToString() + text_field(1, b"later") + b"".join(
        varint(number << 3) + varint(7) for number in range(2, 17))
    result = run(data, time=None)
    assert result.content == unharmed
    assert created(result).endswith(f": {CREATED}")


def test_an_unknown_field_may_be_large(run, message, unharmed):
    data = text_field(99, bytes(40 << 20)) + message.SerializeToString()
    assert run(data).content == unharmed


# --- what the file says of itself ---------------------------------------------

def created(run):
    return run.answer("/mirrorlist?path=pub/t&time").splitlines()[1]


def test_the_cache_is_as_old_as_the_file(run, message):
    message.Time = 1234567890
    assert created(run(message, time=None)).endswith(": 1234567890")
    assert created(run(message, time=CREATED)).endswith(f": {CREATED}")


def test_a_file_of_the_future_is_told(run, message):
    message.Time = int(clock.time()) + 3600
    warning, = run(message, time=None).warnings
    assert re.fullmatch("the creation time is 3[56].. s in the future: servers "
                        "will warn about this cache", warning)


@pytest.mark.parametrize("time", [None, 253402300800, 2 ** 64 - 1])
def test_a_file_that_does_not_say_its_time(run, file, message, time):
    message.ClearField("Time")
    if time is not None:
        message.Time = time
    result = run(message, time=None)
    warning, = result.warnings
    assert warning.startswith(f"{file} does not say when it was made")
    assert int(created(result).split(": ")[1]) > CREATED


def test_an_old_file_does_not_look_fresh_by_being_unchanged(run, message):
    run(message, time=None)
    message.Time += 3600
    assert run(message, "--if-changed", time=None).summary["unchanged"]
    message.Time += 1
    assert not run(message, "--if-changed", time=None).summary["unchanged"]


def test_hosts_in_no_public_list_are_private(run, message):
    for entry in message.MirrorListCache:
        public = [host for host in entry.Global if host != 1]
        entry.ClearField("ByCountry")
        entry.ClearField("Global")
        entry.Global.extend(public)
    result = run(message)
    assert result.hosts() == ["two"]
    assert result.hosts(ip="192.0.2.1") == ["one", "two"]
    assert result.answer(
        "/metalink?path=pub/t/os/repodata/repomd.xml&ip=192.0.2.1").count(
            ' mm0:private="True">https://one.test/') == 1


@pytest.mark.parametrize("field", ["Global", "ByCountry"])
def test_public_in_one_list_is_public(run, message, unharmed, field):
    for entry in message.MirrorListCache:
        entry.ClearField(field)
        if entry.directory != b"pub/t/os":
            entry.ClearField("Global")
            entry.ClearField("ByCountry")
    assert run(message).content == unharmed


def test_more_options_of_the_compiler(run, message):
    message.HostNetblockCache.add(key=b"127.0.0.0/8", value=[1])
    assert run(message).skipped == [
        'HostNetblockCache: loopback network: "127.0.0.0/8"']
    assert run(message, "--allow-loopback").said == []
    message.HostNetblockCache.add(key=b"localhost", value=[1])
    assert run(message, "--allow-loopback", "--resolve").said == []
    quiet = run(message, "--quiet")
    assert len(quiet.lines) == 1


def test_a_shrunken_file_is_refused(compiler, run, file, message):
    before = run(message).output.read_bytes()
    del message.MirrorListCache[1:]
    file.write_bytes(message.SerializeToString())
    compiler.run(None, "--protobuf", file, code=3)
    assert compiler.output.read_bytes() == before


def test_the_configuration_may_name_the_file(compiler, file, message,
                                             tmp_path):
    file.write_bytes(message.SerializeToString())
    config = tmp_path / "cachegen.conf"
    config.write_text(f"PROTOBUF={file}\n")
    assert compiler.run(None, "--config", config).hosts() == ["one", "two"]


# --- bad entries cost only themselves -----------------------------------------

def add(field, **values):
    return lambda message: getattr(message, field).add(**values)


def listed(**values):
    return add("MirrorListCache", **values)


def details(directory, filename):
    def change(message):
        entry = message.FileDetailsCache.add(directory=directory)
        entry.FileDetailsCacheFiles.add(filename=filename).FileDetails.add(
            Size=1)
    return change


NO_URL = "a URL needs a scheme and something after it"
SHOWN = r': "a\xff"'
BAD = [
    *((f"{field}: {reason}: \"{text}\"",
       add(field, key=text.encode(), value=value))
      for field, value in (("HostNetblockCache", [1, 2]),
                           ("NetblockCountryCache", b"DE"))
      for text, reason in NETWORKS.items()),
    (f'HostNetblockCache: {NO_NAMES}: "mirror.example"',
     add("HostNetblockCache", key=b"mirror.example", value=[1])),
    ('NetblockCountryCache: country is empty: "10.1.0.0/16"',
     add("NetblockCountryCache", key=b"10.1.0.0/16", value=b" ")),
    (f"NetblockCountryCache: its text {UNCLEAN}{SHOWN}",
     add("NetblockCountryCache", key=b"10.1.0.0/16", value=BAD_TEXT)),
    (f"LocationCache: its text {UNCLEAN}{SHOWN}",
     add("LocationCache", key=BAD_TEXT, value=[1])),
    *((f'HCUrlCache 99: {NO_URL}: "{url}"',
       add("HCUrlCache", key=99, value=url.encode())) for url in URLS),
    *((f'HCUrlCache 99: a URL needs a host: "{url}"',
       add("HCUrlCache", key=99, value=url.encode())) for url in NO_HOST),
    (f"HCUrlCache 99: its URL {UNCLEAN}{SHOWN}",
     add("HCUrlCache", key=99, value=BAD_TEXT)),
    *((f'{field}: its text has more than 4,096 bytes: "{"a" * 80}"...',
       add(field, **values)) for field, values in (
        ("LocationCache", dict(key=LONG, value=[1])),
        ("DisabledRepositoryCache", dict(key=LONG, value=True)),
        ("RepositoryRedirectCache", dict(key=LONG, value=b"t")),
        ("RepositoryRedirectCache", dict(key=b"x", value=LONG)),
        ("RepoArchToDirectoryName", dict(key=LONG + b"+x", value=b"pub/t")),
        ("RepoArchToDirectoryName", dict(key=b"x+" + LONG, value=b"pub/t")),
        ("RepoArchToDirectoryName", dict(key=b"x+x", value=LONG)),
        ("NetblockCountryCache", dict(key=b"10.1.0.0/16", value=LONG)),
        ("CountryContinentRedirectCache", dict(key=LONG, value=b"EU")))),
    *((f'{field}: its name is empty: ""', add(field, key=b" ", **values))
      for field, values in (("LocationCache", dict(value=[1])),
                            ("RepositoryRedirectCache", dict(value=b"t")))),
    ('RepoArchToDirectoryName: arch is empty: "x+ "',
     add("RepoArchToDirectoryName", key=b"x+ ", value=b"pub/t")),
    ('HCUrlCache 1: its id is not unique: "https://x.test"',
     add("HCUrlCache", key=1, value=b"https://x.test")),
    (f"FileDetailsCache: its text {UNCLEAN}{SHOWN}", details(BAD_TEXT, b"x")),
    (f"FileDetailsCache: its text {UNCLEAN}{SHOWN}",
     details(b"pub/t", BAD_TEXT)),
    ('FileDetailsCache: filename is empty: "pub/t"', details(b"pub/t", b"")),
    (f"DisabledRepositoryCache: its text {UNCLEAN}{SHOWN}",
     add("DisabledRepositoryCache", key=BAD_TEXT, value=True)),
    ('CountryContinentRedirectCache: country is empty: ""',
     add("CountryContinentRedirectCache", key=b" ", value=b"EU")),
    ('CountryContinentRedirectCache: continent is empty (write -- for none): '
     '"FR"',
     add("CountryContinentRedirectCache", key=b"FR", value=b" ")),
    *((f"{field}: its text {UNCLEAN}{SHOWN}", add(field, **values))
      for field in ("CountryContinentRedirectCache", "RepositoryRedirectCache",
                    "RepoArchToDirectoryName")
      for values in (dict(key=BAD_TEXT, value=b"t"),
                     dict(key=b"t+x", value=BAD_TEXT))),
    ('RepositoryRedirectCache: its target is empty: "x"',
     add("RepositoryRedirectCache", key=b"x")),
    ('RepoArchToDirectoryName: no plus between a prefix and an arch: "x"',
     add("RepoArchToDirectoryName", key=b"x", value=b"pub/t")),
    ('RepoArchToDirectoryName: names no directory: "x+x"',
     add("RepoArchToDirectoryName", key=b"x+x")),
    *((f"HostAsnCache {asn}: asn is out of range",
       add("HostAsnCache", key=asn, value=[1])) for asn in (-1, 2 ** 32)),
    (f"MirrorListCache: its text {UNCLEAN}{SHOWN}", listed(directory=BAD_TEXT)),
    *(('MirrorListCache: its name does not end in its sub-path: "pub/x"',
       listed(directory=b"pub/x", Subpath=subpath, Global=[3]))
      for subpath in (b"y", b"ub/x", b"apub/x", b"a" * 999, b"pub",
                      b"pub/x/x")),
    *((f"{field}: has no key", add(field)) for field in (
        "NetblockCountryCache", "LocationCache", "HCUrlCache",
        "DisabledRepositoryCache", "CountryContinentRedirectCache",
        "RepositoryRedirectCache", "RepoArchToDirectoryName", "HostAsnCache",
        "HostCountryCache", "HostBandwidthCache", "HostCountryAllowedCache",
        "HostNetblockCache")),
    *((f"{field}: has no directory", add(field))
      for field in ("FileDetailsCache", "MirrorListCache")),
]


@pytest.mark.parametrize("line, change", BAD,
                         ids=[line.encode("unicode_escape").decode()
                              for line, _ in BAD])
def test_a_bad_entry_is_skipped(run, message, unharmed, line, change):
    change(message)
    result = run(message)
    assert result.skipped == [line]
    assert result.skipped_n == 1
    assert result.content == unharmed


def test_a_base_url_that_is_not_there(run, message):
    for entry in message.MirrorListCache:
        for host in entry.ByHostId:
            host.value.append(99)
    result = run(message)
    assert result.skipped == [
        f"MirrorListCache, host {host}, base URL 99: "
        "names a base URL that does not exist" for host in (1, 3, 2)]
    assert result.hosts() == ["one", "two"]


def test_a_bad_base_url_costs_itself(run, message):
    message.HCUrlCache[0].value = b"x"
    result = run(message)
    assert result.skipped == [f'HCUrlCache 1: {NO_URL}: "x"']
    assert result.hosts() == ["two"]


def test_a_bad_country_costs_its_host(run, message):
    entry, = (e for e in message.HostCountryCache if e.key == 1)
    entry.value = BAD_TEXT
    result = run(message)
    assert result.skipped == [
        f"HostCountryCache 1: its country {UNCLEAN}{SHOWN}"]
    assert result.hosts() == result.hosts(ip="192.0.2.1") == ["two"]
    header = result.answer("/mirrorlist?path=pub/t/os&location=lab"
                           "&ip=198.51.100.1")
    assert "ASN" not in header


@pytest.mark.parametrize("countries, shown", [
    ([], ""), ([b" "], ""), ([BAD_TEXT], r"a\xff")])
def test_restrictions_fail_closed(run, message, countries, shown):
    message.HostCountryAllowedCache.add(key=1, value=countries)
    result = run(message)
    assert result.skipped == [
        "HostCountryAllowedCache 1: country cannot be used "
        f'(the host stays restricted): "{shown}"']
    assert result.hosts() == result.hosts(ip="77.1.0.1") == ["two"]


REPOMD = "pub/t/os/repodata/repomd.xml"
DIGESTS = {"MD5": 32, "SHA1": 40, "SHA256": 64, "SHA512": 128}


def versions(message):
    """Of the repomd.xml, of which there is one with a sha256."""
    return message.FileDetailsCache[0].FileDetailsCacheFiles[0].FileDetails


@pytest.mark.parametrize("field", DIGESTS)
def test_a_hash_that_is_none_costs_the_version(run, message, field):
    length = DIGESTS[field]
    for bad in (b"z" * length, b"a" * (length - 1), b"a" * (length + 1)):
        setattr(versions(message)[0], field, bad)
        result = run(message)
        assert result.skipped == [
            f"FileDetailsCache {REPOMD}: {field.lower()} is not {length} "
            f"hexadecimal digits: \"{bad.decode()[:80]}\""
            + "..." * (len(bad) > 80)]
        assert result.skipped_n == 1
        assert "not found or has no metalink" in result.metalink(REPOMD)


@pytest.mark.parametrize("digest", [None, b""])
def test_a_version_without_any_hash_is_skipped(run, message, digest):
    versions(message)[0].ClearField("SHA256")
    if digest is not None:
        versions(message)[0].SHA256 = digest
    result = run(message)
    assert result.skipped == [f"FileDetailsCache {REPOMD}: has no hash"]
    assert "not found or has no metalink" in result.metalink(REPOMD)


def test_a_hash_is_stored_in_lower_case(run, message, unharmed):
    versions(message)[0].SHA256 = b"AB" * 32
    assert run(message).content == unharmed


def sizes_of(document):
    return [part.split("<")[0] for part in document.split("<size>")[1:]]


def test_versions_of_a_file_keep_their_order(run, message):
    del versions(message)[:]
    for size in (7, 5, 6):
        versions(message).add(TimeStamp=1000, Size=size, MD5=b"ab" * 16)
    answer = run(message).metalink(REPOMD)
    assert sizes_of(answer) == ["7", "5", "6"]
    assert answer.count("<mm0:timestamp>") == 3


@pytest.mark.parametrize("absent", [None, 0, 2 ** 64 - 1, 2 ** 63])
@pytest.mark.parametrize("field", ["TimeStamp", "Size"])
def test_an_incomplete_version_is_no_alternate(run, message, field, absent):
    del versions(message)[:]
    for size in (7, 5):
        one = versions(message).add(TimeStamp=1000, Size=size,
                                    MD5=b"ab" * 16)
        if size == 7:
            one.ClearField(field)
            if absent is not None:
                setattr(one, field, absent)
    result = run(message)
    assert result.said == []
    assert sizes_of(result.metalink(REPOMD)) == ["5"]


def test_a_file_that_stands_twice_keeps_its_order(run, message):
    del versions(message)[:]
    for size in (7, 5, 6):
        entry = message.FileDetailsCache.add(directory=b"pub/t/os/repodata")
        entry.FileDetailsCacheFiles.add(filename=b"repomd.xml").FileDetails \
            .add(TimeStamp=1000, Size=size, MD5=b"ab" * 16)
    assert sizes_of(run(message).metalink(REPOMD)) == ["7", "5", "6"]


def slashed(message, spell):
    """Every name of a directory spelled otherwise."""
    for entry in message.MirrorListCache:
        entry.directory = spell(entry.directory)
        entry.Subpath = spell(entry.Subpath)
    for entry in message.FileDetailsCache:
        entry.directory = spell(entry.directory)
    for entry in message.RepoArchToDirectoryName:
        entry.value = spell(entry.value)
    return message


@pytest.mark.parametrize("spell", SLASHES.values(), ids=SLASHES)
def test_slashes_of_a_directorys_name_mean_nothing(run, message, unharmed,
                                                   spell):
    assert run(slashed(message, lambda name: spell(
        name.decode()).encode())).content == unharmed


def test_entries_of_one_name_mean_the_same_directory(run, message):
    """Each host is in one of two entries."""
    twins = []
    for entry in list(message.MirrorListCache):
        twin = listed(directory=b"/" + entry.directory,
                      Subpath=entry.Subpath + b"/", Global=entry.Global)
        twins.append((entry, twin(message)))
    for entry, twin in twins:
        for host in list(entry.ByHostId):
            if host.key == 1:
                twin.ByHostId.add(key=1).value.extend(host.value)
                entry.ByHostId.remove(host)
    result = run(message)
    assert result.said == []
    assert result.hosts() == ["one", "two"]


def test_one_name_may_stand_in_two_categories(run, message):
    """Which MirrorManager's writer never says."""
    message.HCUrlCache.add(key=77, value=b"https://three.test/os")
    entry = listed(directory=b"pub/t/os/", Global=[3])(message)
    entry.ByHostId.add(key=3).value.append(77)
    result = run(message)
    assert result.said == []
    assert result.hosts() == ["one", "three", "two"]
    assert "\nhttps://three.test/os/\n" in result.answer(
        "/mirrorlist?repo=t&arch=x86_64")


def test_an_unknown_directory_is_known_to_no_repository(run, message):
    message.RepoArchToDirectoryName.add(key=b"a+b+x86_64", value=b"nowhere")
    result = run(message)
    assert result.said == []
    assert "no directory for this repository" in result.answer(
        "/metalink?repo=a%2Bb&arch=x86_64")


@pytest.mark.parametrize("value", [b"pub/t", b"", BAD_TEXT])
def test_a_repository_without_a_prefix_is_no_mistake(run, message, unharmed,
                                                     value):
    message.RepoArchToDirectoryName.add(key=b"+x86_64", value=value)
    result = run(message)
    assert result.said == [] and result.skipped_n == 0
    assert result.content == unharmed


# --- files that are none ------------------------------------------------------

@pytest.fixture
def refused(compiler, file):
    """A function: the sentence that refuses the file; the old cache stays."""
    def sentence(data=None, path=None):
        if data is not None:
            file.write_bytes(data)
        compiler.output.write_bytes(BEFORE)
        result = compiler.run(None, "--protobuf", path or file, code=2)
        assert compiler.output.read_bytes() == BEFORE
        assert str(path or file) in result.error
        return result.error
    return sentence


def test_a_cut_file_is_refused(refused, message):
    """Before every field, in its head, in its middle, before its end; a file
    that ends between two directories is whole, only smaller."""
    at, data = 0, message.SerializeToString()
    first = data.index(text_field(16, message.MirrorListCache[0]
                                  .SerializeToString()))
    for part in split(data):
        inside = {at + 1, at + len(part) // 2, at + len(part) - 1}
        for end in sorted(inside | ({at} if at <= first else set())):
            refused(data[:end])
        at += len(part)


@pytest.mark.parametrize("data", [
    b"", b"\0" * 4096, b"\xff" * 4096, b"Some text.\n" * 400,
    b"SQLite format 3\0" + bytes(4080), b"\x1f\x8b\x08\0" + bytes(100),
    b"\x03", b"\x04", b"\x06", b"\x07", b"\x08" + b"\x80" * 10 + b"\0",
    b"\x80\x80\x80\x80\x80\x01\0", bytes(1) + b"\x01",
    b"\x82\x01" + b"\xff" * 9 + b"\x01", text_field(16, b"\x0b"),
    text_field(16, b"\x0a\xff"), text_field(4, b"\x08"),
    text_field(4, b"\x10\x01")], ids=range(18))
def test_junk_is_refused(refused, message, data):
    refused(data)
    if data:
        refused(message.SerializeToString() + data)


def test_random_bytes_are_refused(refused):
    for seed in range(50):
        refused(RandomWorld(seed).draw.randbytes(1000))


def test_an_entry_of_unreasonable_size(refused, message):
    error = refused(message.SerializeToString()
                    + text_field(16, bytes((16 << 20) + 1)))
    assert "larger than any that MirrorManager writes" in error


@pytest.mark.parametrize("make, words", [
    (lambda file: None, "No such file"), (os.mkdir, "is not a regular file"),
    (os.mkfifo, "is not a regular file")])
def test_no_regular_file(refused, file, make, words):
    make(file)
    assert words in refused()


def test_a_file_that_cannot_be_read(compiler, file, message):
    file.write_bytes(message.SerializeToString())
    file.chmod(0)
    error = compiler.run(None, "--protobuf", file, code=2,
                         under=tools.PLAIN_USER).error
    assert error == f"{file} cannot be read: Permission denied"


# --- the size of Fedora's -----------------------------------------------------

def large_directories(types, host_n, shape_n):
    """What follows the name in some different directories."""
    for shape in range(shape_n):
        hosts = [host for host in range(1, host_n + 1)
                 if (host * 31 + shape) % 7]
        entry = types.MirrorListCacheType(Global=hosts)
        for host in hosts:
            entry.ByHostId.add(key=host, value=[2 * host, 2 * host + 1])
        for country in range(50):
            entry.ByCountry.add(key=b"C%02d" % country,
                                value=hosts[country::50])
        yield entry.SerializeToString()


def test_a_large_file_takes_little_memory(compiler, types, file):
    head, host_n, size = types.MirrorList(Time=CREATED), 900, 200 << 20
    for host in range(1, host_n + 1):
        for url in (2 * host, 2 * host + 1):
            head.HCUrlCache.add(key=url, value=b"https://h%d.test/" % url)
    shapes = list(large_directories(types, host_n, 40))
    with open(file, "wb") as out:
        out.write(head.SerializeToString())
        for number, shape in enumerate(itertools.cycle(shapes)):
            if out.tell() > size:
                break
            name = b"d%d" % number
            out.write(text_field(16, text_field(1, b"pub/" + name)
                                 + text_field(3, name) + shape))
    with subprocess.Popen(
            [tools.BUILD / "mirrorlist-cachegen", "--protobuf", file,
             "--output", compiler.output, "--config", compiler.empty,
             "--force"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        said = process.stdout.read().decode()
        errors = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    file.unlink()
    assert process.returncode == 0, errors
    assert f" {number} directories, {host_n} hosts," in said
    assert usage.ru_maxrss < 256 << 10  # kB
