# SPDX-License-Identifier: Apache-2.0
"""What --address-families makes of a name server's answers.

Only a clear "there is none" makes a family absent; how names are asked, and
how long, is tested with --resolve (test_name_server.py).
"""

import json

import pytest

from cache.layout import Cache
from cachegen.bad_rows import base
from cachegen.protobuf_writer import message_types, write
from harness import tools
from harness.compiler import CREATED
from harness.mirrormanager import Rows
from harness.name_server import (
    A, AAAA, NOTIMP, REFUSED, SERVFAIL, NameServer, addresses,
    alias_of_nothing, asking, cut, denied, denied_alias, either, failing,
    in_a_circle, no_record, of_another_name, referred, reflected, silent)

FAST = 20
OPTION = "--address-families"
V4, V6 = addresses("198.51.100.7"), addresses("2001:db8::7")
BOTH = addresses("198.51.100.7", "2001:db8::7")
NO_V4, NO_V6 = 1, 2  # of a URL's flags


def mirrors(*urls):
    """One host that has them all."""
    rows = Rows()
    rows.topic("t").host("one", urls=urls)
    return rows


def flags(run):
    """URL -> its flags about families."""
    cache = Cache(run.output.read_bytes())
    text = cache.bytes_of("text")
    found = {}
    for n in range(cache.count("urls")):
        off, size, flags = (cache["urls", n, field] for field in (
            "url.off", "url.len", "flags"))
        found[text[off:off + size].decode()] = flags & (NO_V4 | NO_V6)
    return found


def flags_of(ask, behaviour, *options, **about):
    """Those of a URL whose host behaves so; and what was said."""
    with NameServer({"a.test": behaviour}) as server:
        run = ask(mirrors("http://a.test/t"), server, OPTION, *options,
                  **about)
    return flags(run)["http://a.test/t/"], run.warnings


# --- what the answers mean ----------------------------------------------------


@pytest.mark.parametrize("behaviour, expected", [
    (BOTH, 0), (V4, NO_V6), (V6, NO_V4),
    (either(V4, denied), NO_V6), (either(denied, V6), NO_V4),
    (either(V4, no_record), NO_V6), (either(no_record, V6), NO_V4),
    (addresses("198.51.100.7", through=("b.test", "c.test")), NO_V6),
    (either(V4, alias_of_nothing), NO_V6), (either(V4, denied_alias), NO_V6)])
def test_a_family_is_absent_if_a_name_server_says_so(ask, behaviour, expected):
    assert flags_of(ask, behaviour) == (expected, [])


@pytest.mark.parametrize("behaviour", [
    denied, no_record, alias_of_nothing, either(denied, no_record)])
def test_a_name_without_any_address(ask, behaviour):
    assert flags_of(ask, behaviour) == (NO_V4 | NO_V6, [
        "host names in public URLs that have no address: 1 (a.test)"])


UNKNOWN = ["host names in public URLs about which no name server has answered: "
           "1 (a.test)"]


@pytest.mark.parametrize("behaviour", [
    silent, *map(failing, (SERVFAIL, NOTIMP, REFUSED, 6)), reflected, referred,
    of_another_name, cut, in_a_circle])
def test_no_answer_leaves_a_family_unknown(ask, behaviour):
    assert flags_of(ask, behaviour, speed=FAST) == (0, UNKNOWN)
    assert flags_of(ask, either(V4, behaviour), speed=4) == (0, UNKNOWN)
    assert flags_of(ask, either(behaviour, denied), speed=4) == (
        NO_V6, UNKNOWN)


# --- which hosts are asked for ------------------------------------------------


@pytest.mark.parametrize("url", [
    "http://a.test/t", "HTTPS://A.Test/t", "http://a.test./t",
    "http://a.test:8080/t", "http://user@a.test/t",
    "http://user:b.test@a.test:8080/t", "rsync://a.test/b.test",
    "http://a.test/@b.test/t", "http://a.test/?u=http://b.test/t",
    "http://a.test?@b.test", "http://a.test#@b.test", "ftp://a.test"])
def test_the_host_of_a_url(ask, url):
    with NameServer({"a.test": V4, "b.test": V6}) as server:
        run = ask(mirrors(url), server, OPTION)
    assert list(flags(run).values()) == [NO_V6]
    assert sorted(server.asked) == [("a.test", A), ("a.test", AAAA)]


@pytest.mark.parametrize("url, expected", [
    ("http://192.0.2.1/t", NO_V6), ("http://192.0.2.1:8080/t", NO_V6),
    ("http://user@192.0.2.1/t", NO_V6), ("http://[2001:db8::1]/t", NO_V4),
    ("http://[2001:DB8::1]:8080/t", NO_V4), ("http://[::1]", NO_V4),
    ("http://[::ffff:192.0.2.1]/t", NO_V6)])
def test_an_address_needs_no_question(ask, url, expected):
    with NameServer() as server:
        run = ask(mirrors(url), server, OPTION)
    assert list(flags(run).values()) == [expected]
    assert (server.asked, run.warnings) == ([], [])


@pytest.mark.parametrize("url", [
    "file:///srv/t", "http://2001:db8::1/t", "http://[2001:db8::1/t",
    "http://[fe80::1%25eth0]/t", "http://127.1/t", "http://0x7f.1/t",
    "http://192.0.2.01/t", "http://b\u00fccher.test/t", "http://a%2etest/t",
    "http://-a.test/t", "http://" + "a" * 64 + ".test/t",
    "http://" + "a.test." * 60 + "/t"])
def test_what_is_neither_a_name_nor_an_address_stays_unknown(ask, url):
    with NameServer() as server:
        run = ask(mirrors(url), server, OPTION)
    assert list(flags(run).values()) == [0]
    assert (server.asked, run.warnings) == ([], [])


def test_a_name_is_asked_once_whatever_needs_it(ask):
    rows = mirrors("http://a.test/t", "https://A.test/t", "rsync://a.test/x")
    rows.add("host_netblock", host_id=1, netblock="a.test")
    with NameServer({"a.test": V4}) as server:
        run = ask(rows, server, OPTION, "--resolve")
    assert sorted(server.asked) == [("a.test", A), ("a.test", AAAA)]
    assert set(flags(run).values()) == {NO_V6}
    assert "Using preferred netblock" in run.answer(
        "/mirrorlist?path=pub/t/os", client="198.51.100.7")


def test_private_urls_are_not_asked_for(ask):
    with NameServer({"a.test": V4}) as server:
        run = ask(mirrors("http://a.test/t", ("http://b.test/t", True)),
                  server, OPTION)
    assert {name for name, _ in server.asked} == {"a.test"}
    assert flags(run) == {"http://a.test/t/": NO_V6}


def test_each_option_asks_for_its_own_names(ask):
    rows = mirrors("http://a.test/t", "http://192.0.2.1/t")
    rows.add("host_netblock", host_id=1, netblock="b.test")
    zone = {"a.test": V4, "b.test": V4}
    with NameServer(zone) as server:
        run = ask(rows, server, "--resolve", "--force")
    assert set(flags(run).values()) == {0}
    assert {name for name, _ in server.asked} == {"b.test"}
    with NameServer(zone) as server:
        run = ask(rows, server, OPTION, "--force")
    assert set(flags(run).values()) == {NO_V6}
    assert {name for name, _ in server.asked} == {"a.test"}
    assert run.skipped_n == 1
    with NameServer(zone) as server:
        run = ask(rows, server, "--force")
    assert set(flags(run).values()) == {0}
    assert server.asked == []


def test_a_protobuf_file_has_urls_too(compiler, tmp_path):
    types = message_types(tmp_path, packed=False)
    file = tmp_path / "mirrorlist_cache.proto"
    rows = mirrors("http://a.test/t", "http://b.test/t", "http://192.0.2.1/t")
    file.write_bytes(write(types, rows.db, CREATED).SerializeToString())
    with NameServer({"a.test": V4, "b.test": V6}) as server:
        run = compiler.run(
            None, "--protobuf", file, OPTION,
            env=asking(tmp_path, server))
    assert flags(run) == {"http://a.test/t/": NO_V6, "http://b.test/t/": NO_V4,
                          "http://192.0.2.1/t/": NO_V6}


def test_the_configuration_may_tell_it(ask, tmp_path):
    file = tmp_path / "families.conf"
    file.write_text("ADDRESS_FAMILIES=yes\n")
    with NameServer({"a.test": V4}) as server:
        run = ask(mirrors("http://a.test/t"), server, "--config", file)
    assert set(flags(run).values()) == {NO_V6}


# --- what is said -------------------------------------------------------------


def test_names_without_an_address_are_counted_and_named(ask):
    names = [f"n{n}.test" for n in range(25)]
    rows = mirrors(*(f"http://{name}/t" for name in [*names, "a.test"]))
    said = "host names in public URLs that have no address: 25 ("
    with NameServer({"a.test": BOTH}) as server:
        brief = ask(rows, server, OPTION)
        whole = ask(rows, server, OPTION, "--verbose")
    assert brief.warnings == [
        said + ", ".join(names[:20]) + ", and 5 more)"]
    assert whole.warnings == [said + ", ".join(names) + ")"]


def test_looking_up_names_is_a_step(ask):
    with NameServer() as server:
        run = ask(mirrors("http://a.test/t", "http://b.test/t"), server,
                  OPTION)
    line, = (line for line in run.lines if line.startswith("names "))
    assert line.split()[:3] == ["names", "2", "rows"]


def test_info_counts_them(ask):
    zone = {"a.test": V4, "b.test": V6, "c.test": BOTH}
    with NameServer(zone) as server:
        run = ask(mirrors(*(f"http://{name}.test/t" for name in "abcd"),
                          "http://192.0.2.1/t"), server, OPTION)
    said = tools.run("mirrorlist-query", "--info", run.output, text=True)
    assert "URLs\n             5  in all\n" \
        "             2  whose host has no IPv4 address\n" \
        "             3  whose host has no IPv6 address\n" \
        "             1  whose host has neither\n" in said.stdout
    said = tools.run("mirrorlist-query", "--info", run.output, "--json")
    assert json.loads(said.stdout)["urls"] == {
        "all": 5, "without_ipv4": 2, "without_ipv6": 3, "without_address": 1}


def test_the_same_answers_give_the_same_bytes(ask):
    with NameServer({"two.test": V4}) as server:
        runs = [ask(base(), server, OPTION).content for _ in range(2)]
    assert runs[0] == runs[1]
