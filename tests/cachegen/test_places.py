# SPDX-License-Identifier: Apache-2.0
"""Where hosts and clients are, and on which continents: what a City database,
the hosts' own columns and the file of captive hosts add."""

import json

import pytest
from harness import tools
from harness.mirrormanager import Rows


@pytest.fixture
def made(compiler, tmp_path):
    """A function: rows, networks of a country database -> a run."""
    def run(source, networks, *options):
        file = tools.country_database(tmp_path / "c.mmdb", networks)
        none = tmp_path / "none.csv"
        none.write_text("AQ,AN\n")
        return compiler.run(
            source, "--force", *options,
            files=[*compiler.files[:2], "--geoip", file, "--continents", none])
    return run


def hosts(**columns):
    rows = Rows()
    rows.topic("t").host("m", "DE", **columns)
    return rows.db


def ask(run, ip):
    return json.loads(run.answer(
        f"/mirrorlist?repo=t&arch=x86_64&format=json&ip={ip}", minimum=0))


def city(latitude, longitude, country="DE", continent="EU"):
    return {"country": {"iso_code": country}, "continent": {"code": continent},
            "location": {"latitude": float(latitude),
                         "longitude": float(longitude)}}


CLIENTS = [
    (city(52.5, 13.4), dict(country="DE", continent="EU", place=[53, 13])),
    (city(-0.5, -179.6), dict(country="DE", continent="EU", place=[-1, -180])),
    ({"country_code": "DE", "latitude": 1.0, "longitude": 2.0},
     dict(country="DE", continent="EU", place=[1, 2])),
    ({"country_code": "DE", "latitude": 90.1, "longitude": 2.0},
     dict(country="DE", continent="EU", place=[52, 10])),
    ({"country_code": "DE", "longitude": 2.0},
     dict(country="DE", continent="EU", place=[52, 10])),
    ({"continent": {"code": "AS"}}, dict(continent="AS")),
    ({"continent_code": "as"}, dict(continent="AS")),
    ({"continent": "AS"}, dict(continent="AS")),
    ({"continent": "Asia"}, {}),
    ({"continent": "--"}, {}),
    ({"location": {"latitude": 3.0, "longitude": 4.0}}, dict(place=[3, 4])),
]


def test_what_a_record_says_of_its_clients(made, sqlite):
    networks = {f"77.{n}.0.0/32": record
                for n, (record, _) in enumerate(CLIENTS)}
    networks["78.0.0.0/8"] = city(52, 10)  # nearly all of the country
    run = made(sqlite(hosts()), networks)
    for n, (record, expected) in enumerate(CLIENTS):
        ip = f"77.{n}.0.0"
        assert ask(run, ip)["client"] == {"address": ip, **expected}, record


HOSTS = [
    (dict(latitude=48.1, longitude=11.5), 0),
    (dict(latitude="48.1", longitude=" 11.5\t"), 0),
    (dict(latitude=0, longitude=0), 445),
    (dict(latitude=91, longitude=11), 445),
    (dict(latitude=48.1, longitude=None), 445),
]


@pytest.mark.parametrize("columns, km", HOSTS)
def test_a_host_is_where_its_row_says_or_in_the_middle(made, sqlite, columns,
                                                       km):
    run = made(sqlite(hosts(**columns)),
               {"77.0.0.0/32": city(48, 12), "78.0.0.0/8": city(52, 12)})
    mirrors = ask(run, "77.0.0.0")["mirrors"]
    assert [mirror["km"] for mirror in mirrors] == [km]


def test_info_counts_places_and_captive_hosts(made, sqlite, tmp_path):
    names = tmp_path / "captive"
    names.write_text("m\n")
    run = made(sqlite(hosts(latitude=1, longitude=2)),
               {"77.0.0.0/8": city(52, 12)}, "--captive", names)
    said = json.loads(tools.run("mirrorlist-query", "--info", run.output,
                                "--json").stdout)
    assert said["places"] == dict(places=2, hosts_with_place=1, captive_hosts=1)


# --- captive hosts ------------------------------------------------------------

CAPTIVE = {
    "plain": b"campus\n",
    "comments, blanks and CRLF": b"# ours\r\n\r\n  campus \t\r\n",
    "byte order mark, no end": b"\xef\xbb\xbfcampus",
}


def campus():
    rows = Rows()
    topic = rows.topic("t")
    topic.host("campus", "DE", private=True, netblocks=["77.0.0.0/8"])
    topic.host("public", "DE")
    return rows.db


@pytest.mark.parametrize("content", CAPTIVE.values(), ids=CAPTIVE)
def test_clients_of_a_captive_host_get_nobody_else(made, sqlite, tmp_path,
                                                   content):
    names = tmp_path / "captive"
    names.write_bytes(content)
    run = made(sqlite(campus()), {"77.0.0.0/8": "DE", "78.0.0.0/8": "DE"},
               "--captive", names)
    assert run.said == []
    assert run.hosts(ip="77.1.2.3") == ["campus"]
    assert run.hosts(ip="78.1.2.3") == ["public"]


def test_nobody_is_captive_unless_named(made, sqlite, tmp_path):
    run = made(sqlite(campus()), {"77.0.0.0/8": "DE"})
    assert run.hosts(ip="77.1.2.3") == ["campus", "public"]


def test_a_name_that_is_no_hosts_is_a_warning(made, sqlite, tmp_path):
    names = tmp_path / "captive"
    names.write_bytes(b"campsu\ncampus\n\xff\n")
    run = made(sqlite(campus()), {"77.0.0.0/8": "DE"}, "--captive", names)
    assert run.warnings == [
        r"captive hosts that do not exist: 2 (campsu, \xff)"]
    assert run.hosts(ip="77.1.2.3") == ["campus"]


def test_a_file_of_captive_hosts_must_be_there(made, sqlite, tmp_path,
                                               compiler):
    run = compiler.run(sqlite(campus()), "--captive", tmp_path / "none", code=2)
    assert run.error.startswith(f"{tmp_path}/none cannot be read")


def test_both_databases_say_the_same_of_places(made, sqlite, in_postgresql):
    networks = {"77.0.0.0/8": city(52, 12)}
    rows = hosts(latitude=-12.5, longitude=0.25)
    assert made(sqlite(rows), networks).content == \
        made(in_postgresql(rows), networks).content
