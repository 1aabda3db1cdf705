# SPDX-License-Identifier: Apache-2.0
"""The files about networks: country database, routing table, continents.

What of them reaches a client is asked of mirrorlist-query; each client's
country chooses between hosts.
"""

import os
import shutil
from pathlib import Path

import pytest

from cachegen.bad_rows import base
from harness import tools
from harness.mirrormanager import Rows

BEFORE = b"what was there before"
AS_ROOT = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
OPTIONS = ("geoip", "netblocks", "continents")
DEFAULTS = {"geoip": "/usr/share/GeoIP/GeoLite2-Country.mmdb",
            "netblocks": "/var/lib/mirrormanager/global_netblocks.txt",
            "continents": "/var/lib/mirrormanager/country_continent.csv"}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "networks"
    folder.mkdir()
    return folder


@pytest.fixture
def named(folder, files):
    """A good file of each kind, to be damaged: option -> path."""
    copies = {}
    for option, file in zip(files[::2], files[1::2]):
        copies[option.strip("-")] = Path(shutil.copy(file, folder))
    return copies


def options(named):
    return [word for option, path in named.items()
            for word in (f"--{option}", path)]


# --- files that cannot be used ------------------------------------------------

def cut(file):
    file.write_bytes(file.read_bytes()[:-60])


def junk(file):
    file.write_bytes(bytes(range(256)) * 40)


def torn(file):
    """The last node of the tree leads behind the file."""
    data = file.read_bytes()
    end = data.index(bytes(16))
    file.write_bytes(data[:end - 6] + b"\xff" * 6 + data[end:])


def empty(file):
    file.write_bytes(b"")


def directory(file):
    file.unlink()
    file.mkdir()


def pipe(file):
    """A file that would be waited for."""
    file.unlink()
    os.mkfifo(file)


def unreadable(file):
    file.chmod(0)


def missing(file):
    file.unlink()


BROKEN = [(option, damage) for option in OPTIONS
          for damage in (missing, unreadable, directory, junk, empty)]
BROKEN += [("geoip", cut), ("geoip", torn), ("geoip", pipe)]


@pytest.mark.parametrize("option, damage", BROKEN)
def test_a_named_file_that_cannot_be_used(compiler, sqlite, named, option,
                                          damage):
    compiler.output.write_bytes(BEFORE)
    damage(named[option])
    run = compiler.run(sqlite(base().db), files=options(named), code=2,
                       under=tools.PLAIN_USER)
    assert run.error.startswith(f"{named[option]} ")
    assert compiler.output.read_bytes() == BEFORE


@pytest.mark.parametrize("option", OPTIONS)
def test_a_file_that_the_configuration_names_must_be_there(
        compiler, sqlite, named, tmp_path, option):
    missing(named[option])
    config = tmp_path / "named.conf"
    file = named.pop(option)
    config.write_text(f"{option.upper()}={file}\n")
    run = compiler.run(sqlite(base().db), "--config", config,
                       files=options(named), code=2)
    assert run.error.startswith(f"{file} ")


@pytest.mark.parametrize("option", OPTIONS)
def test_a_default_place_that_is_empty_only_warns(compiler, sqlite, named,
                                                  option):
    del named[option]
    run = compiler.run(sqlite(base().db), files=options(named))
    there = os.path.exists(DEFAULTS[option])
    assert len(run.said) == len(run.warnings) == (not there)
    assert there or f"there is no {DEFAULTS[option]} " in run.warnings[0]


# --- files that say nothing ----------------------------------------------------

NO_LINE = "has no line that can be used"
NO_COUNTRY = "names no country"
MUTE = [("netblocks", "", NO_LINE), ("netblocks", "# comment\n \n", NO_LINE),
        ("netblocks", "77.3.0.0/16 AS1\n10.0.0.0/8 1\n", NO_LINE),
        ("continents", "", NO_LINE), ("continents", "CC2,CONTINENT\n", NO_LINE),
        ("continents", "code,name\nDE,\n,EU\n", NO_LINE),
        ("geoip", {"autonomous_system_organization": "x"}, NO_COUNTRY),
        ("geoip", {"country": {"geoname_id": "1"}}, NO_COUNTRY),
        ("geoip", {"country": "Germany"}, NO_COUNTRY)]


def say(file, content):
    """Another content: a text, or the record of a country database."""
    if isinstance(content, str):
        file.write_text(content)
    else:
        tools.country_database(file, {"77.1.0.0/16": content})


@pytest.mark.parametrize("option, content, reason", MUTE)
def test_a_named_file_that_says_nothing_is_refused(compiler, sqlite, named,
                                                   option, content, reason):
    compiler.output.write_bytes(BEFORE)
    say(named[option], content)
    run = compiler.run(sqlite(base().db), files=options(named), code=2)
    assert run.error == f"{named[option]} {reason}"
    assert compiler.output.read_bytes() == BEFORE


def at_default_places(named):
    """Runs a program on a machine whose default places have these files."""
    return [*AS_ROOT, "unshare", "--mount", "sh", "-ec", "".join(
        f"mount -t tmpfs none {place}; " for place in ("/usr/share", "/var/lib")
    ) + "".join(
        f"mkdir -p {Path(DEFAULTS[option]).parent}; "
        f"cp {file} {DEFAULTS[option]}; " for option, file in named.items()
    ) + 'exec "$@"', "sh"]


def test_good_files_at_their_default_places_are_read(compiler, sqlite, named):
    run = compiler.run(sqlite(base().db), files=[],
                       under=at_default_places(named))
    assert run.said == []
    expected = compiler.run(sqlite(base().db), files=options(named))
    assert run.content == expected.content


@pytest.mark.parametrize("option, content, reason", MUTE)
def test_a_default_place_that_says_nothing_counts_as_empty(
        compiler, sqlite, named, option, content, reason):
    say(named[option], content)
    run = compiler.run(sqlite(base().db), files=[],
                       under=at_default_places(named))
    warnings = [f"{DEFAULTS[option]} {reason}: the cache is made without it"]
    assert run.warnings == warnings
    del named[option]
    assert run.content == compiler.run(
        sqlite(base().db), files=[], under=at_default_places(named)).content


@pytest.mark.parametrize("damage", [junk, empty, cut, torn])
def test_nothing_is_taken_of_a_damaged_country_database(compiler, sqlite, named,
                                                        damage):
    damage(named["geoip"])
    run = compiler.run(sqlite(base().db), files=[],
                       under=at_default_places(named))
    warning, = run.warnings
    assert warning.startswith(
        f"{DEFAULTS['geoip']} cannot be read as a MaxMind database: ")
    assert warning.endswith(": the cache is made without it")
    del named["geoip"]
    assert run.content == compiler.run(
        sqlite(base().db), files=[], under=at_default_places(named)).content


# --- countries of networks ----------------------------------------------------

def countries():
    """A host in each of the countries, named after it in lower case."""
    rows = Rows()
    topic = rows.topic("t")
    for code in ("DE", "FR", "US", "JP"):
        topic.host(code.lower(), code)
    return rows


@pytest.fixture
def country_of(compiler, sqlite, folder):
    """A function: networks of a country database -> address -> country."""
    def made(networks, rows=None, **about):
        file = tools.country_database(folder / "c.mmdb", networks, **about)
        none = folder / "none.csv"
        none.write_text("ZZ,--\n")
        run = compiler.run(
            sqlite((rows or countries()).db), "--force",
            files=[*compiler.files[:2], "--geoip", file, "--continents", none])
        assert run.said == []

        def country(address):
            body = run.answer("/mirrorlist?repo=t&arch=x86_64&ip=" + address,
                              minimum=0)
            return "".join(line.split("//")[1].split(".")[0].upper()
                           for line in body.splitlines() if "//" in line)
        return country
    return made


RECORDS = [
    ({"country": {"iso_code": "DE"}}, "DE"),
    ({"registered_country": {"iso_code": "DE"}}, "DE"),
    ({"country_code": "DE"}, "DE"),
    ({"country": {"iso_code": "DE"}, "country_code": "FR",
      "registered_country": {"iso_code": "FR"}}, "DE"),
    ({"registered_country": {"iso_code": "DE"}, "country_code": "FR"}, "DE"),
    ({"country": {"iso_code": ""}, "country_code": "DE"}, "DE"),
    ({"country": {"geoname_id": "1"}, "country_code": "DE"}, "DE"),
    ({"country": {"iso_code": " de "}}, "DE"),
    ({"country": {"iso_code": "\u00a0de\r\n"}}, "DE"),
    ({"country": "DE", "country_name": "Germany", "continent": "EU"}, "DE"),
    ({"country": " de\t"}, "DE"),
    ({"country": "FR", "country_code": "DE"}, "DE"),
    ({"country": "FR", "registered_country": {"iso_code": "DE"}}, "DE"),
    ({"country": "Germany", "continent": "Europe"}, ""),
    ({"country": "D1"}, ""), ({"country": "D"}, ""), ({"country": "\u00e4"}, ""),
    ({"country": {"geoname_id": "1"}}, ""),
    ({"geoname_id": "1"}, ""),
]


def test_where_a_record_keeps_the_country(country_of):
    country = country_of({f"77.{n}.0.0/16": record
                          for n, (record, _) in enumerate(RECORDS)})
    for n, (record, expected) in enumerate(RECORDS):
        assert country(f"77.{n}.2.3") == expected, record


def test_the_longest_network_decides(country_of):
    country = country_of({"77.0.0.0/8": "FR", "77.1.0.0/16": "DE",
                          "77.1.2.3/32": "US", "2a01::/16": "JP",
                          "2a01:1::/32": "DE"})
    assert [country(address) for address in (
        "77.1.2.3", "77.1.2.4", "77.2.0.0", "78.0.0.0", "2a01:1::1",
        "2a01:2::1", "2a02::")] == ["US", "DE", "FR", "", "DE", "JP", ""]


def test_a_database_of_ipv4_only(country_of):
    country = country_of({"77.1.0.0/16": "DE"}, ip_version=4)
    assert country("77.1.2.3") == country("::ffff:77.1.2.3") == "DE"
    assert country("2a01:1::1") == ""


@pytest.mark.parametrize("size", [24, 28, 32])
def test_every_record_size(country_of, size):
    country = country_of({"77.1.0.0/16": "DE", "2a01:1::/32": "FR"},
                         record_size=size)
    assert (country("77.1.2.3"), country("2a01:1::1")) == ("DE", "FR")


def test_the_files_aliases_of_ipv4_are_left_out(compiler, sqlite, folder):
    networks = {"77.1.0.0/16": "DE", "2a01:1::/32": "FR"}
    plain, aliased = (
        compiler.run(sqlite(countries().db), "--force", files=[
            "--geoip", tools.country_database(folder / "c.mmdb", networks,
                                              aliases=alias),
            *compiler.files[:4]]).content
        for alias in (0, 1))
    assert plain == aliased


def test_a_network_around_the_ipv4_tree_holds_for_ipv4_and_not_for_its_aliases(
        country_of):
    country = country_of({"::/64": "DE", "2000::/3": "FR"})
    assert [country(address) for address in (
        "77.1.2.3", "::ffff:77.1.2.3", "::77.1.2.3", "::1:0:0:1", "::ffff:1:2:3",
        "2a01::1", "2001:1::1", "3fff::1", "4000::")] == [
            "DE", "DE", "", "DE", "DE", "FR", "FR", "FR", ""]
    assert country("2002:4d01:204::1") == country("2001:0:1::") == "DE"


@pytest.mark.parametrize("alias", [0, 1])
def test_6to4_and_teredo_have_the_country_of_their_client(country_of, alias):
    rows = countries()
    rows.add("netblock_country", netblock="2002:4d01:203::/48", country="US")
    rows.add("netblock_country", netblock="77.1.9.0/24", country="JP")
    country = country_of({"77.1.0.0/16": "DE", "77.2.0.0/16": "FR"}, rows,
                         aliases=alias)
    assert country("2002:4d01:204::1") == "DE"
    assert country("2002:4d01:203::1") == "US", "a row covers it"
    assert country("2002:4d01:901::1") == "JP", "a row covers its client"
    # 77.2.2.3, every bit turned round
    assert country("2001:0:1234::b2fd:fdfc") == "FR"
    assert country("2001:0:1234::") == ""


def test_a_netblock_country_row_covers_the_file(country_of):
    rows = countries()
    rows.add("netblock_country", netblock="77.1.2.0/24", country="US")
    rows.add("netblock_country", netblock="77.1.0.0/20", country="JP")
    country = country_of({"77.1.0.0/16": "DE", "77.1.2.3/32": "FR"}, rows)
    assert [country(address) for address in (
        "77.1.2.3", "77.1.1.1", "77.1.99.1")] == ["US", "JP", "DE"]


def test_the_highest_id_of_equal_networks_wins(country_of):
    rows = countries()
    for id, network, country in ((3, "77.1.0.0/16", "US"),
                                 (1, "77.1.0.0/16", "FR"),
                                 (2, "77.1.5.5/255.255.0.0", "JP")):
        rows.add("netblock_country", id=id, netblock=network, country=country)
    assert country_of({"77.1.0.0/16": "DE"}, rows)("77.1.2.3") == "US"


# --- the routing table --------------------------------------------------------

@pytest.fixture
def routed(compiler, sqlite, folder):
    """A function: compiles a host with clients in AS 64500, and the file."""
    def made(text, *more):
        rows = Rows()
        rows.topic("t").host("near", "", asn=64500, asn_clients=True)
        file = folder / "routes.txt"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        run = compiler.run(sqlite(rows.db), "--force", *more,
                           files=["--netblocks", file, *compiler.files[2:]])
        run.file = file
        return run
    return made


def is_near(run, address):
    return "Using ASN 64500" in run.answer(
        "/mirrorlist?repo=t&arch=x86_64&ip=" + address)


@pytest.mark.parametrize("line", [
    "77.3.0.0/16 64500", "77.3.0.0/16\t64500", "  77.3.9.9/16   64500  ",
    "77.3.0.0/16 64500 64501 and more", "77.3.0.0/255.255.0.0 64500",
    "77.3.0.0/16 0064500", "77.3.0.0/16 64500\r", "::ffff:77.3.0.0/112 64500",
    "\u00a077.3.0.0/16\u00a0\u200964500\u2028", "77.3.0.0/16 64500\0"])
def test_lines_of_the_routing_table(routed, line):
    text = f"# comment 77.4.0.0/16 64500\n\n   \n  # more\n{line}\n"
    for as_written in (text, "\ufeff" + text.replace("\n", "\r\n"),
                       f"\ufeff{line}"):
        run = routed(as_written)
        assert run.said == []
        assert is_near(run, "77.3.1.1")
        assert not is_near(run, "77.4.1.1")


def test_a_last_line_without_its_end_counts(routed):
    assert is_near(routed("77.3.0.0/16 64500"), "77.3.1.1")


NO_ASN = "no ASN after the network"


@pytest.mark.parametrize("line, reason", [
    ("77.3.0.0 64500", "address without a length"),
    ("77.3.0.0/16", NO_ASN), ("77.3.0.0/16 AS64500", NO_ASN),
    ("77.3.0.0/16 4294967296", NO_ASN), ("77.3.0.0/16 -1", NO_ASN),
    ("77.3.0.0/16 {64500}", NO_ASN), ("64500", "not an address or network"),
    ("mirror.example/16 64500", "not an address or network"),
    ("77.3.0.0/ 16 64500",
     "neither a length nor a netmask after the slash"),
    ("77.3.0.0/33 64500", "the length after the slash is too large"),
    ("77.3.0.0/255.0.255.0 64500", "netmask with holes"),
    ("0.0.0.0/0 64500", "network of all addresses"),
    ("::/0 64500", "network of all addresses"),
    ("127.0.0.0/8 64500", "loopback network"),
    ("77.3.0.0 16 64500", "address without a length"),
    ("77.3.0.0/16 0", "a reserved ASN"),
    ("77.3.0.0/16 23456", "a reserved ASN"),
    *((f"{network} 64500", "private, shared or link-local network")
      for network in ("10.0.0.0/8", "10.77.0.0/16", "172.31.0.0/16",
                      "192.168.0.0/16", "100.127.0.0/16", "169.254.7.0/24",
                      "fd00::/8", "fe80::/64")),
])
def test_a_bad_line_is_skipped_and_counted(routed, line, reason):
    run = routed(f"# one\n{line}\n77.5.0.0/16 64500\n")
    assert run.skipped == [f'{run.file} line 2: {reason}: "{line}"']
    assert run.skipped_n == 1
    assert is_near(run, "77.5.1.1")
    assert not is_near(run, "77.3.1.1")


def test_bytes_that_are_no_text_cost_their_line(routed):
    run = routed(b"77.3.0.0\0/16 64500\n\xff\xfe 1\n77.5.0.0/16 64500\n")
    assert [line.split(": ")[0] for line in run.skipped] == [
        f"{run.file} line 1", f"{run.file} line 2"]
    assert is_near(run, "77.5.1.1")


def test_a_long_line_is_skipped(routed):
    run = routed("77.3.0.0/16 64500 " + "x" * 300000 + "\n77.5.0.0/16 64500\n")
    line, = run.skipped
    assert line.startswith(f"{run.file} line 1: line too long")
    assert is_near(run, "77.5.1.1")


def test_only_twenty_bad_lines_are_named(routed):
    run = routed("junk\n" * 30 + "77.5.0.0/16 64500\n")
    assert len(run.skipped) == 21
    assert run.skipped[-1].startswith("30 rows in total: ")
    assert run.skipped_n == 30


def test_loopback_routes_are_let_in_when_allowed(routed):
    run = routed("127.0.0.0/8 64500\n", "--allow-loopback")
    assert run.said == []
    assert is_near(run, "127.0.0.1")


def test_the_longest_route_decides(routed):
    run = routed("77.3.0.0/16 64500\n77.3.1.0/24 64999\n2a01::/16 64500\n"
                 "2a01:1::/32 64999\n")
    assert [is_near(run, address) for address in (
        "77.3.0.255", "77.3.1.0", "77.3.2.0", "77.4.0.0", "2a01:2::1",
        "2a01:1::1")] == [True, False, True, False, True, False]


def test_the_last_line_of_equal_networks_wins(routed):
    text = "77.3.0.0/16 {}\n77.3.1.1/16 {}\n"
    assert is_near(routed(text.format(64999, 64500)), "77.3.1.1")
    assert not is_near(routed(text.format(64500, 64999)), "77.3.1.1")


# --- continents ---------------------------------------------------------------

@pytest.fixture
def neighbours(compiler, sqlite, folder):
    """A function: the countries of a German client's continent."""
    def made(text, *redirects, skipped=0):
        rows = Rows()
        topic = rows.topic("t")
        for code in ("DE", "FR", "US", "JP"):
            topic.host(code.lower(), code)
        for country, continent in redirects:
            rows.add("country_continent_redirect", country=country,
                     continent=continent)
        file = folder / "continents.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        run = compiler.run(sqlite(rows.db), "--force", files=[
            *compiler.files[:2], "--continents", file, *compiler.files[4:]])
        assert run.skipped_n == len(run.skipped) == skipped
        return [name.upper() for name in run.hosts(ip="77.1.2.3", minimum=0)
                if name != "de"]
    return made


HEADER = '"iso 3166 country","continent code"\n'


@pytest.mark.parametrize("lines, expected", [
    ("DE,EU\nFR,EU\nUS,NA\n", ["FR"]),
    (" de , eu \n fr,EU", ["FR"]),
    ('"DE","EU"\r\n"FR","EU"\r\n', ["FR"]),
    ("DE,EU,x\n\n  \nFR,EU,y,z\n", ["FR"]),
    ("DE,EU\nFR,--\nUS,EU\n", ["US"]),
    ("DE,--\nFR,--\n", []),
    ("DE,EU\nFR,EU\nFR,NA\n", []),
    ("\u00a0DE\t,EU\nFR,\u2003EU\u2028\n", ["FR"]),
    ("# FR,NA\nDE,EU\n  # FR,NA\nFR,EU\n", ["FR"]),
])
def test_lines_of_the_continents(neighbours, lines, expected):
    assert neighbours(HEADER + lines) == expected


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("first, is_country", [
    ("FR,EU", True), ("fr,eu", True), ('"FR","EU"', True), (" fr , eu ", True),
    (HEADER.strip(), False), ("F1,EU", False), ("FRA,EU", False), ("x", False),
    ("# comment\n\nFR,EU", True), ("\nheader\nFR,EU", True)])
def test_a_first_line_that_names_a_country_is_no_header(neighbours, first,
                                                        is_country, mark, end):
    text = mark + "\n".join([first, "DE,EU", "US,EU"]).replace("\n", end)
    assert neighbours(text) == ["FR"] * is_country + ["US"]


@pytest.mark.parametrize("line", [
    b"FREU", b",EU", b' "",EU', b"F\xff,EU", b"FR,E\x01U", b"FR,E\xc3",
    b"FR,", b'FR, ""', b"FR,,EU", b"FR", b"F" * 4097 + b",EU"])
def test_a_bad_line_of_the_continents_is_skipped(neighbours, line):
    assert neighbours(HEADER.encode() + b"DE,EU\n" + line + b"\nUS,EU\n",
                      skipped=1) == ["US"]


@pytest.mark.parametrize("redirects, expected", [
    ([("FR", "NA")], []), ([("US", "EU")], ["FR", "US"]),
    ([(" jp ", "eu ")], ["FR", "JP"]), ([("FR", "--")], []),
    ([("DE", "NA")], ["US"]),
])
def test_redirects_override_the_continents(neighbours, redirects, expected):
    assert neighbours(HEADER + "DE,EU\nFR,EU\nUS,NA\n",
                      *redirects) == expected
