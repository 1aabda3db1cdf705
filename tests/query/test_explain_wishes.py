# SPDX-License-Identifier: Apache-2.0
"""What --explain tells of places, nearness, one order for a while, families of
addresses, captive hosts, and of what was wished.

Knows the words. Who gets what is selection's, and tested elsewhere.
"""

import math

import pytest

from cache.layout import Cache
from query import explained
from query.explained import (COUNTRIES, CREATED, DE, FR, JP, NEAR, NOWHERE,
                             by_name, explain, pools, run)

TARGET = "/mirrorlist?repo=why&arch=x86_64"
GERMAN, FRENCH, TOKYO = (51, 10), (-46, 2), (36, 138)


def km(a, b):
    """Along the surface, by the spherical law of cosines."""
    (up, along), (up2, along2) = (map(math.radians, place) for place in (a, b))
    return round(6371 * math.acos(
        math.sin(up) * math.sin(up2)
        + math.cos(up) * math.cos(up2) * math.cos(along - along2)))


CAPTIVE = "a captive host has a netblock around the client"


def lines(cache, target, **options):
    """Each with one blank between its words, without a place in the answer."""
    return [" ".join(word for word in line.split() if not word.endswith("."))
            for line in run(cache, target, **options).splitlines()]


def record(country, place):
    return {"country": {"iso_code": country},
            "location": dict(zip(("latitude", "longitude"),
                                 map(float, place)))}


@pytest.fixture(scope="module")
def placed(tmp_path_factory):
    """Of DE and JP the middle is known, of clients in JP the place; french has
    a place of its own."""
    rows = explained.build()
    french = next(row for row in rows.db.tables["host"]
                  if row["name"] == "french")
    french.update(zip(("latitude", "longitude"), FRENCH))
    return explained.make(tmp_path_factory.mktemp("placed"), rows, {
        **COUNTRIES, "78.1.0.0/16": record("DE", GERMAN),
        "77.4.0.0/16": record("JP", TOKYO)})


@pytest.fixture(scope="module")
def captured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("captured")
    (folder / "captive").write_text("near\n")
    return explained.make(folder, options=["--captive", folder / "captive"])


@pytest.fixture(scope="module")
def old(cache):
    """Host german has no IPv6 address, french none of IPv4."""
    edited = Cache(cache.read_bytes())
    text = edited.bytes_of("text")
    for number in range(edited.count("urls")):
        start = edited["urls", number, "url.off"]
        url = text[start:][:edited["urls", number, "url.len"]]
        edited["urls", number, "flags"] |= {
            b"https://german.test/why/": 2,
            b"https://french.test/why/": 1}.get(url, 0)
    file = cache.with_name("old.cache")
    file.write_bytes(edited.sealed())
    return file


# The client

@pytest.mark.parametrize("ip, continent, place, source, words", [
    (DE, "EU", list(GERMAN), "country", "51 N, 10 E, the middle of the country"),
    (JP, "AS", list(TOKYO), "country_database",
     "36 N, 138 E, from the country database"),
    (FR, "EU", None, None, "unknown"),
    (NOWHERE, None, None, None, "unknown")])
def test_where_the_client_is(placed, ip, continent, place, source, words):
    target = f"{TARGET}&ip={ip}"
    client = explain(placed, target)["client"]
    assert (client["continent"], client["place"], client["place_source"]) == \
        (continent, place, source)
    assert (f"\n  continent   {continent or 'unknown'}"
            f"\n  place       {words}\n") in run(placed, target)


# Distance and weight

def test_kilometres(placed):
    target = f"{TARGET}&ip={DE}"
    rows = by_name(explain(placed, target))
    assert (rows["german"]["km"], rows["french"]["km"]) == (
        0, km(GERMAN, FRENCH))
    assert "km" not in rows["american"]          # its place is not known
    assert "km" not in rows["noadmin"]           # it carries nothing at all
    assert "weight " not in run(placed, target)  # distance does not count
    found = lines(placed, target, minimum=99)
    assert "american 100 Mbit/s 100.0 %" in found
    assert "german 300 Mbit/s 0 km 75.0 %" in found
    assert f"\n  distance    {km(GERMAN, FRENCH)} km\n" in run(
        placed, target, host="french")
    assert not any("km" in row for row in
                   by_name(explain(placed, f"{TARGET}&ip={FR}")).values())


def test_a_host_that_was_left_out_has_a_distance_too(placed):
    verdict, = explain(placed, f"{TARGET}&ip={DE}&country=de",
                       host="near")["hosts"]
    assert (verdict["reason"], verdict["km"]) == (
        "other_countries", km(GERMAN, TOKYO))


def test_weights_with_nearness(placed):
    """Half at so many kilometres through the earth; whoever has no place counts
    half."""
    target = f"{TARGET}&ip={DE}&country=global"
    document = explain(placed, target, nearest=1000)
    assert document["settings"]["nearest"] == 1000
    rows = by_name(document)
    line = 2 * 6371 * math.sin(km(GERMAN, FRENCH) / 2 / 6371)
    weights = dict(german=300, german2=100, american=50,
                   french=100 / (1 + (line / 1000) ** 2))
    shares = sum(rows[name]["weight"] for name in rows
                 if "weight" in rows[name])
    for name, weight in weights.items():
        assert rows[name]["weight"] == pytest.approx(weight, rel=1e-3)
        assert rows[name]["share"] == pytest.approx(weight / shares, rel=1e-3)
    text = lines(placed, target, nearest=1000)
    assert "nearness a mirror at 1000 km counts half (MirrorlistNearest)" in text
    assert any(line.startswith("german 300 Mbit/s 0 km weight 300.00 ")
               for line in text)
    assert any(line.startswith("american 100 Mbit/s weight 50.00 ")
               for line in text)


# One order for a while

@pytest.mark.parametrize("ip, network", [
    ("77.1.0.9", "77.1.0.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48")])
def test_how_long_an_order_lasts(cache, ip, network):
    target = f"{TARGET}&ip={ip}"
    document = explain(cache, target, stable_order=3600, time=CREATED)
    assert document["settings"]["stable_order"] == {
        "network": network, "until": 1700002800}
    assert (f"\n  order       the same for {network} until "
            "2023-11-14T23:00:00Z (MirrorlistStableOrder 3600)\n"
            in run(cache, target, stable_order=3600, time=CREATED))
    assert explain(cache, target, time=CREATED)["settings"]["stable_order"] \
        is None
    assert "Settings" not in run(cache, target)


def test_an_order_lasts_for_the_whole_of_its_period(cache):
    until = [explain(cache, f"{TARGET}&ip={DE}", stable_order=60,
                     time=second)["settings"]["stable_order"]["until"]
             for second in (0, 59, 60)]
    assert until == [60, 60, 120]


# Wishes

def test_what_was_wished(cache):
    target = f"{TARGET}&ip={DE}&exclude_country=us,%20,fr&fallback=0&limit=7" \
        "&ipv=4"
    request = explain(cache, target)["request"]
    assert (request["excluded"], request["fallback"], request["limit"],
            request["ipv"]) == (["us", "fr"], False, 7, 4)
    assert ("\n  excluded    us, ,fr\n  fallback    0\n  limit       7\n"
            "  ipv         4\nClient") in run(cache, target)


@pytest.mark.parametrize("value", ["", "1", "00", "no"])
def test_any_other_fallback_is_none(cache, value):
    target = f"{TARGET}&ip={DE}&fallback={value}"
    assert explain(cache, target)["request"]["fallback"] is True
    assert "fallback  " not in run(cache, target)


def test_schemes_of_the_configuration(cache):
    options = dict(schemes="https,http")
    assert explain(cache, TARGET, **options)["settings"]["schemes"] == \
        ["https", "http"]
    assert explain(cache, TARGET)["settings"]["schemes"] is None
    assert ("\nSettings\n  schemes     https, http (MirrorlistSchemes)\n"
            in run(cache, TARGET, **options))


def test_families(old):
    for name, ipv, reason, words in (
            ("german", 6, "family", "ipv: its URLs have no IPv6 address"),
            ("german", 4, None, None),
            ("french", 4, "family", "ipv: its URLs have no IPv4 address"),
            ("french", 6, None, None)):
        row = by_name(explain(old, f"{TARGET}&ip={DE}&ipv={ipv}"))[name]
        assert (row.get("reason"), row.get("text")) == (reason, words)
    row = by_name(explain(old, f"{TARGET}&ip={DE}&ipv=6&protocol=http"))
    assert row["german"]["reason"] == "family"  # which comes first
    assert row["german2"].get("reason") is None


# Captive hosts

def test_a_captive_host_is_alone(captured):
    document = explain(captured, f"{TARGET}&ip={NEAR}")
    rows, found = by_name(document), pools(document)
    assert rows["near"]["captive"] is True and rows["near"]["place"] == 1
    assert found["netblocks"]["text"] == (
        "hosts with a netblock around the client, a captive one among them")
    for name in ("asn", "geoip", "continent", "global"):
        assert (found[name]["looked_at"], found[name]["text"]) == \
            (False, CAPTIVE)
    assert (rows["german"]["reason"], rows["german"]["text"]) == (
        "captive", "captive: a host with a netblock around the client wants "
                   "it to get nobody else")
    assert rows["private"]["reason"] == "private"
    assert rows["stale"]["reason"] == "not_up_to_date"
    assert "near 100 Mbit/s captive" in lines(captured, f"{TARGET}&ip={NEAR}")
    assert ("\n  captive     clients in its netblocks get nobody else\n"
            in run(captured, f"{TARGET}&ip={NEAR}", host="near"))


def test_a_captive_host_is_nothing_to_others(captured):
    for word in (f"ip={FR}", f"ip={NEAR}&netblock=0", f"ip={NEAR}&country=de"):
        document = explain(captured, f"{TARGET}&{word}")
        assert "captive" not in {row.get("reason")
                                 for row in by_name(document).values()}
        assert pools(document)["geoip"]["text"] != CAPTIVE
