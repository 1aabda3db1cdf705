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
          for damage in (missing, unreadable, directory, junk)]
BROKEN += [("geoip", cut), ("geoip", empty), ("geoip", pipe)]


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


@pytest.mark.parametrize("option", ["netblocks", "continents"])
def test_an_empty_text_file_is_one(compiler, sqlite, named, option):
    empty(named[option])
    assert compiler.run(sqlite(base().db), files=options(named)).said == []


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
        none.write_text("")
        run = compiler.run(
            sqlite((rows or countries()).db), "--force",
            files=["--geoip", file, "--continents", none, "--netblocks", none])
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
    "77.3.0.0/16 0064500", "77.3.0.0/16 64500\r", "::ffff:77.3.0.0/112 64500"])
def test_lines_of_the_routing_table(routed, line):
    run = routed(f"# comment 77.4.0.0/16 64500\n\n   \n  # more\n{line}\n")
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
    ("77.3.0.0/33 64500", "length after the slash too large"),
    ("77.3.0.0/255.0.255.0 64500", "netmask with holes"),
    ("0.0.0.0/0 64500", "network of all addresses"),
    ("::/0 64500", "network of all addresses"),
    ("127.0.0.0/8 64500", "loopback network"),
])
def test_a_bad_line_is_skipped_and_counted(routed, line, reason):
    run = routed(f"# one\n{line}\n77.5.0.0/16 64500\n")
    assert run.skipped == [f'{run.file} line 2: {reason}: "{line}"']
    assert run.skipped_n == 1
    assert is_near(run, "77.5.1.1")
    assert not is_near(run, "77.3.1.1")


def test_bytes_that_are_no_text_cost_their_line(routed):
    run = routed(b"77.3.0.0/16 64500\0\n\xff\xfe 1\n77.5.0.0/16 64500\n")
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
    assert run.skipped[-1].startswith("30 rows in all: ")
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
    ("", []),
])
def test_lines_of_the_continents(neighbours, lines, expected):
    assert neighbours(HEADER + lines) == expected


def test_the_first_line_is_a_header_whatever_it_says(neighbours):
    assert neighbours("FR,EU\nDE,EU\nUS,EU\n") == ["US"]


@pytest.mark.parametrize("line", [
    b"FREU", b",EU", b' "",EU', b"F\xff,EU", b"FR,E\x01", b"FR,E\xc3",
    b"FR,", b'FR, ""', b"FR,,EU"])
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
