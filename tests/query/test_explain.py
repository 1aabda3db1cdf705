# SPDX-License-Identifier: Apache-2.0
"""What --explain says: request, client, pools, and each reason once.

Knows the words. That they are said of the right hosts in worlds that nobody
thought of is test_random_explanations.py's.
"""

import pytest

from query.explained import (DE, FR, JP, NEAR, NOWHERE, by_name, explain,
                             pools, run, urls)

WHY = f"/mirrorlist?repo=why&arch=x86_64&ip={DE}"
INACTIVE = "inactive: "
FEW = dict(minimum=1)

REASONS = [
    ("noadmin", WHY, {}, "inactive", INACTIVE + "host.admin_active is off"),
    ("nouser", WHY, {}, "inactive", INACTIVE + "host.user_active is off"),
    ("nositeadmin", WHY, {}, "inactive", INACTIVE + "site.admin_active is off"),
    ("nositeuser", WHY, {}, "inactive",
     INACTIVE + "site.user_active is off, host.user_active is off"),
    ("nosite", WHY, {}, "inactive", INACTIVE + "it has no site"),
    ("private", WHY, {}, "private",
     "private: no location, netblock or ASN leads this client to it"),
    ("private", WHY + "&netblock=0", {}, "private",
     "private: no location, netblock or ASN leads this client to it "
     "(netblocks and ASNs were not looked at)"),
    ("hiddenurl", WHY, {}, "no_public_url", "no public URL for this category"),
    ("stale", WHY, {}, "not_up_to_date", "not up to date in this directory"),
    ("notthis", f"/mirrorlist?repo=only&arch=x86_64&ip={DE}", {}, "exclusive",
     "exclusive: the directory is for other hosts only"),
    ("japanonly", WHY, {}, "country_rule",
     "country rule: it is for clients in JP, XX, and this one is in DE"),
    ("nobodys", f"/mirrorlist?repo=why&arch=x86_64&ip={NOWHERE}", {},
     "country_rule", "country rule: it is for clients in no country that can "
     "be used, and this one's is unknown"),
    ("american", WHY, FEW, "enough_hosts", "not reached: enough hosts were "
     "found nearer by (MirrorlistMinimum 1)"),
    ("japanonly", f"/mirrorlist?repo=why&arch=x86_64&ip={FR}", FEW,
     "country_rule",
     "country rule: it is for clients in JP, XX, and this one is in FR"),
    ("japanonly", f"/mirrorlist?repo=why&arch=x86_64&ip={JP}", FEW,
     "enough_hosts", "not reached: enough hosts were found nearer by "
     "(MirrorlistMinimum 1)"),
    ("german", WHY + "&country=us", {}, "other_countries",
     "not reached: other countries were requested"),
    ("overseas", f"/mirrorlist?path=pub/only/os/more&country=fr&ip={DE}", {},
     "other_countries", "not reached: other countries were requested, and "
     "their continents have hosts"),
    ("rsync", WHY, {}, "endpoint", "protocol: without protocol= a list shows "
     "https, http and ftp only"),
    ("rsync", WHY + "&redirect", {}, "endpoint",
     "protocol: a redirect goes to https or http only"),
    ("rsync", WHY + "&protocol=HTTPS,ftp", {}, "protocol",
     "protocol: none of its URLs is HTTPS,ftp"),
    ("rsync", WHY, dict(schemes="https,FTP"), "schemes",
     "MirrorlistSchemes: none of its URLs is https, ftp"),
    ("german", WHY + "&protocol=http", dict(schemes="http"), "schemes",
     "MirrorlistSchemes: none of its URLs is http"),
    ("german", WHY + "&protocol=http", dict(schemes="https,http"), "protocol",
     "protocol: none of its URLs is http"),
    ("german", WHY + "&exclude_country=us,%20de", {}, "excluded",
     "exclude_country: it is in DE"),
    ("private", WHY + "&exclude_country=de", {}, "excluded",
     "exclude_country: it is in DE"),
    ("american", WHY + "&country=xx&fallback=0", {}, "fallback",
     "fallback=0: it was not asked for"),
    ("american", WHY + "&fallback=0", dict(minimum=99), "fallback",
     "fallback=0: it was not asked for"),
    ("german", WHY + "&country=us&fallback=0", {}, "other_countries",
     "not reached: other countries were requested"),
    ("french", WHY + "&limit=2", dict(maximum=3), "limit",
     "limit: the answer ends after 2"),
    ("french", WHY + "&limit=2", {}, "limit",
     "limit: the answer ends after 2"),
    ("french", WHY + "&limit=2", dict(maximum=2), "maximum",
     "MirrorlistMaximum: the answer ends after 2"),
    ("french", WHY, dict(maximum=2), "maximum",
     "MirrorlistMaximum: the answer ends after 2"),
    ("french", WHY + "&redirect", dict(maximum=9), "redirect",
     "a redirect goes to the first host only"),
]


@pytest.mark.parametrize("host, target, options, reason, text", REASONS,
                         ids=[f"{row[0]}-{row[3]}" for row in REASONS])
def test_reason(cache, host, target, options, reason, text):
    verdict = by_name(explain(cache, target, **options))[host]
    assert (verdict["reason"], verdict["text"]) == (reason, text)
    assert "place" not in verdict and "urls" not in verdict
    lines = [line for line in run(cache, target, **options).splitlines()
             if host in line.split()]
    assert len(lines) == 1 and lines[0].endswith(" " + text)
    one = explain(cache, target, host=host, **options)["hosts"]
    assert [(found["name"], found["reason"], found["text"])
            for found in one] == [(host, reason, text)]


def test_the_request_as_it_was_read(cache):
    target = "/metalink?repo=alias&arch=x86_64&ip=" + DE
    assert explain(cache, target)["request"] == dict(
        target=target, endpoint="metalink", repository="alias",
        redirected_to="why", arch="x86_64", directory="pub/why/os/repodata",
        file="repomd.xml", categories=["why"], excluded=[], fallback=True,
        limit=None, ipv=None)
    assert run(cache, target).startswith(f"""\
Request {target}
  repository  alias, redirected to why
  arch        x86_64
  directory   pub/why/os/repodata
  file        repomd.xml
  category    why
Client 77.1.0.9, from ip=
""")


def test_a_path_has_no_repository(cache):
    request = explain(cache, "/mirrorlist?path=/pub//why/os/")["request"]
    assert (request["repository"], request["directory"], request["file"]) == \
        (None, "pub/why/os", None)


def test_a_category_without_a_name(cache):
    target = "/mirrorlist?path=pub/nameless/os"
    assert explain(cache, target)["request"]["categories"] == [None]
    assert "  category    (without a name)\n" in run(cache, target)


@pytest.mark.parametrize("address, country, source, tunnelled, words", [
    (DE, "DE", "country_database", None, "DE, from the country database"),
    ("77.1.6.1", "FR", "netblock_country", None, "FR, from netblock_country"),
    (NOWHERE, None, None, None, "unknown"),
    ("2002:4d01:5::1", "DE", "country_database", "77.1.0.5",
     "DE, from the country database (of the tunnelled address 77.1.0.5)"),
    ("2002:4d01:601::1", "FR", "netblock_country", "77.1.6.1",
     "FR, from netblock_country (of the tunnelled address 77.1.6.1)"),
    ("2002:4d04:5::1", "US", "netblock_country", None,
     "US, from netblock_country"),
    ("2002:6309:909::1", None, None, "99.9.9.9",
     "unknown (of the tunnelled address 99.9.9.9)"),
])
def test_where_the_country_comes_from(cache, address, country, source,
                                      tunnelled, words):
    target = f"/mirrorlist?path=pub/why/os&ip={address}"
    client = explain(cache, target)["client"]
    assert (client["address"], client["country"], client["country_source"],
            client["tunnelled"]) == (address, country, source, tunnelled)
    assert f"\n  country     {words}\n" in run(cache, target)


def test_networks_of_the_client(cache):
    target = f"/mirrorlist?path=pub/why/os&ip={NEAR}"
    client = explain(cache, target)["client"]
    assert client["asn"] == 64500
    assert client["netblocks"] == ["77.1.5.0/24", "77.1.0.0/16"]
    assert """
  ASN         64500
  netblock    77.1.5.0/24
  netblock    77.1.0.0/16
""" in run(cache, target)


@pytest.mark.parametrize("options, word, origin", [
    (dict(client=FR), "", "connection"),
    (dict(client=FR), f"&ip={FR}", "ip"),
    (dict(client=FR, ip_parameter="off"), f"&ip={DE}", "connection")])
def test_where_the_address_comes_from(cache, options, word, origin):
    client = explain(cache, "/mirrorlist?path=pub/why/os" + word,
                     **options)["client"]
    assert (client["address"], client["from"]) == (FR, origin)


NOT_ASKED = {
    "location": (False, "no location is requested"),
    "netblocks": (True, "no host has a netblock around the client"),
    "asn": (True, "no host has clients in the client's network"),
    "country": (False, "no country is requested")}
REQUESTED = "requested countries have hosts"
SKIPPED = "a country is requested"
ONLY_ASKED = "fallback=0: other countries were requested"


@pytest.mark.parametrize("word, options, expected", [
    (f"ip={FR}", {}, {
        **NOT_ASKED, "geoip": (True, "hosts in the client's country: FR"),
        "continent": (True, "hosts in the other countries on the continent of "
                            "FR"),
        "global": (True, "all public hosts, as 4 found before are fewer than 5 "
                         "(MirrorlistMinimum)")}),
    (f"ip={FR}", dict(minimum=4), {
        "global": (False, "enough hosts were found before (MirrorlistMinimum "
                          "4)")}),
    (f"ip={NOWHERE}", {}, {
        "geoip": (False, "the client's country is unknown"),
        "continent": (False, "the client's continent is unknown"),
        "global": (True, "all public hosts, as 0 found before are fewer than 5 "
                         "(MirrorlistMinimum)")}),
    (f"ip={NEAR}&location=lab", {}, {
        "location": (True, "hosts of the location lab"),
        "netblocks": (True, "hosts with a netblock around the client"),
        "asn": (True, "hosts with clients in ASN 64500")}),
    (f"ip={NEAR}&location=moon&netblock=0", {}, {
        "location": (False, "there is no location moon"),
        "netblocks": (False, "netblock= turns it off"),
        "asn": (False, "netblock= turns it off")}),
    (f"ip={NEAR}&country=fr,,%20US", {}, {
        "netblocks": (False, SKIPPED), "asn": (False, SKIPPED),
        "country": (True, "hosts in the requested countries: fr,,%20US".replace(
            "%20", " ")),
        "geoip": (False, REQUESTED), "continent": (False, REQUESTED),
        "global": (False, REQUESTED)}),
    (f"ip={DE}&exclude_country=DE", {}, {
        "geoip": (False, "the client's country is excluded: DE"),
        "continent": (True, "hosts in the other countries on the continent of "
                            "DE")}),
    (f"ip={FR}&country=xx&fallback=0", {}, {
        "country": (True, "no hosts in the requested countries, and fallback=0 "
                          "leaves their continents out: xx"),
        "geoip": (False, ONLY_ASKED), "continent": (False, ONLY_ASKED),
        "global": (False, ONLY_ASKED)}),
    (f"ip={FR}&fallback=0", {}, {
        "geoip": (True, "hosts in the client's country: FR"),
        "global": (False, "fallback=0: the rest of the world was not asked "
                          "for")}),
    (f"ip={NEAR}&country=xx", {}, {
        "netblocks": (False, SKIPPED),
        "country": (True, "no hosts in the requested countries, nor on their "
                          "continents: xx"),
        "geoip": (True, "hosts in the client's country: DE")}),
])
def test_why_a_pool_was_looked_at(cache, word, options, expected):
    target = "/mirrorlist?path=pub/why/os&" + word
    found = pools(explain(cache, target, **options))
    assert {name: (found[name]["looked_at"], found[name]["text"])
            for name in expected} == expected
    text = run(cache, target, **options)
    for name, (looked_at, words) in expected.items():
        words = words if looked_at else "not looked at, " + words
        assert f"\nPool {name}: {words}\n" in text


def test_continents_of_the_requested_countries(cache):
    target = f"/mirrorlist?path=pub/only/os&country=FR&ip={FR}"
    document = explain(cache, target)
    assert pools(document)["country"]["text"] == (
        "no hosts in the requested countries; hosts of their continents: FR")
    assert [host["name"] for host in pools(document)["country"]["hosts"]] == \
        ["onlythis"]


def test_weights(cache):
    """A share is of the first places among those that have a URL to show;
    before pool country are no weights.
    """
    target = f"/mirrorlist?repo=why&arch=x86_64&ip={NEAR}"
    rows = by_name(explain(cache, target))
    assert rows["near"]["pool"] == "netblocks"
    assert rows["near"]["bandwidth"] == 100
    assert not {"weight", "share"} & set(rows["near"])
    assert rows["german"]["weight"] == 300
    assert rows["german"]["share"] == 0.75   # 300 of 300 + 100
    assert rows["german2"]["share"] == 0.25
    assert not {"weight", "share"} & set(rows["rsync"])  # has none to show
    rows = by_name(explain(cache, target + "&protocol=https,rsync"))
    assert rows["german"]["share"] == 0.6    # 300 of 300 + 100 + 100
    rows = by_name(explain(cache, target + "&country=fr,us"))
    assert rows["french"]["share"] == rows["american"]["share"] == 0.5
    lines = run(cache, target).splitlines()
    assert any("german " in line and "   300 Mbit/s  75.0 %" in line
               for line in lines)


def test_whoever_is_cut_has_a_share(cache):
    target = f"/mirrorlist?repo=why&arch=x86_64&ip={DE}&country=fr,us"
    rows = by_name(explain(cache, target + "&limit=1"))
    assert rows["french"]["share"] == rows["american"]["share"] == 0.5
    assert {rows[name].get("reason") for name in ("french", "american")} == \
        {None, "limit"}


def test_a_host_in_the_answer(cache):
    target = f"/mirrorlist?repo=why&arch=x86_64&ip={DE}&protocol=http"
    document = explain(cache, target, host="german2")
    assert document["hosts"] == [
        {"id": 2, "name": "german2", "country": "DE", "always_up2date": True,
         "pool": "geoip", "bandwidth": 100, "weight": 100, "share": 1,
         "place": 1, "urls": ["http://german2.test/why/os/"]}]
    text = run(cache, target, host="german2")
    assert text.splitlines()[-7:] == [
        "Host german2 (id 2): number 1 of 1",
        "  up to date  always (always_up2date)",
        "  pool        geoip: hosts in the client's country: DE",
        "  bandwidth   100 Mbit/s", "  weight      100.00",
        "  share       100.0 % of the first places in its pool",
        "  URL         http://german2.test/why/os/"]
    assert "Left out" not in text and "Pool" not in text


def test_a_host_that_is_left_out(cache):
    assert run(cache, WHY, host="stale").splitlines()[-1] == \
        "Host stale (id 11): not up to date in this directory"


def test_a_host_that_was_seen_to_be_up_to_date(cache):
    target = "/metalink?repo=why&arch=x86_64"
    verdict, = explain(cache, target, host="stale")["hosts"]
    assert verdict["place"] and verdict["always_up2date"] is False
    assert "up to date" not in run(cache, target, host="stale")
    verdict, = explain(cache, WHY, host="stale")["hosts"]
    assert "always_up2date" not in verdict


def test_a_host_without_the_category(cache):
    verdict, = explain(cache, WHY, host="onlythis")["hosts"]
    assert (verdict["reason"], verdict["text"]) == (
        "no_category", "does not have this category (why)")
    verdict, = explain(cache, "/mirrorlist?path=pub/nameless/os",
                       host="german")["hosts"]
    assert verdict["text"] == "does not have this category"


def test_netblocks_of_the_host_that_cannot_be_used(cache):
    sentences = ['host_netblock 3: a name (looked up only with --resolve): '
                 '"nonsense"']
    verdict, = explain(cache, WHY, host="german")["hosts"]
    assert verdict["bad_netblocks"] == sentences
    assert run(cache, WHY, host="german").endswith(
        f"\n  not used    {sentences[0]}\n")
    verdict, = explain(cache, WHY, host="french")["hosts"]
    assert "bad_netblocks" not in verdict
    assert "bad_netblocks" not in by_name(explain(cache, WHY))["german"]


def test_a_host_that_is_not_known(cache):
    assert explain(cache, WHY, host="nobody")["hosts"] == [
        {"name": "nobody", "reason": "unknown_host",
         "text": "there is no such host"}]
    assert run(cache, WHY, host="nobody").endswith(
        "\nHost nobody: there is no such host\n")


def test_a_host_is_named_by_its_id_too(cache):
    target = "/mirrorlist?path=pub/nameless/os"
    listed, = explain(cache, target)["pools"][6]["hosts"]
    assert listed["name"] is None
    again, = explain(cache, target, host=listed["id"])["hosts"]
    assert again == listed
    assert f" 1. host {listed['id']} " in run(cache, target)


@pytest.mark.parametrize("target, status, refusal", [
    ("/mirrorlist?repo=nothing&arch=a", 404,
     "# repo = nothing arch = a error: invalid repo or arch"),
    ("/metalink?repo=off&arch=x86_64", 200,
     "# repo = off arch = x86_64 repo disabled"),
    ("/mirrorlist", 200,
     "# either path=, or repo= and arch= must be specified"),
    ("/mirrorlist?path=pub/why/os&ip=me", 400,
     "# error: ip=me is not an IP address"),
    ("/mirrorlist?%ff", 400, "# error: the query holds a control byte or is "
     "not UTF-8"),
    ("/metalink?path=pub/why/os", 404,
     "pub/why/os/ not found or has no metalink")])
def test_a_refused_request(cache, target, status, refusal):
    document = explain(cache, target)
    assert document["status"] == status
    assert document["refusal"] == refusal
    assert not {"pools", "left_out", "hosts"} & set(document)
    assert explain(cache, target, host="german") == document
    assert run(cache, target).endswith(
        f"\nRefused with status {status}: {refusal}\n")


def test_a_redirect_has_one_host(cache):
    document = explain(cache, WHY + "&redirect&protocol=http")
    assert document["status"] == 302
    assert urls(document) == ["http://german2.test/why/os/"]
    assert "\nAnswer 302 with 1 host of 9 " in run(cache, WHY + "&redirect")
    assert "\nHost german2 (id 2): number 1 of 1\n" in run(
        cache, WHY + "&redirect&protocol=http", host="german2")
    assert explain(cache, WHY + "&redirect&protocol=ftp")["status"] == 404


def test_the_order_of_pools(cache):
    assert [pool["name"] for pool in explain(cache, WHY)["pools"]] == [
        "location", "netblocks", "asn", "country", "geoip", "continent",
        "global"]


def test_any_bytes_of_a_request_are_json(cache):
    target = b"/mirrorlist?path=\xff\"\\\x01\xc3\xa9"
    assert explain(cache, target.decode("utf-8", "surrogateescape"))[
        "request"]["target"] == "/mirrorlist?path=\xff\"\\\x01\xe9"
    assert explain(cache, "/mirrorlist?é")["request"]["target"] == \
        "/mirrorlist?é"
