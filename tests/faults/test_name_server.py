# SPDX-License-Identifier: Apache-2.0
"""What a name server makes of a run with --resolve.

The name server is a real one of the tests' own; a preloaded library sends the
questions there, and lets time run faster where nobody answers (name_server.c).
"""

import pytest

from cachegen.bad_rows import base
from harness.name_server import (
    A, AAAA, FORMERR, NOTIMP, REFUSED, SERVFAIL, NameServer, address,
    addresses, alias, alias_of_nothing, cut, denied, denied_alias, either,
    failing, in_a_circle, late, no_record, of_another_name,
    of_the_wrong_length, referred, reflected, reply, silent)

AT_ONCE, ROUNDS = 100, 6  # names; 60 s for all, 10 s for each
FAST = 20

BOTH = addresses("198.51.100.7", "2001:db8::7")
NO_ADDRESS = "a name without an address"
TOO_LATE = "a name whose look-up took too long"
NO_TIME = "a name for which no time was left"
NO_ANSWER = "a name that cannot be looked up now"


@pytest.fixture
def run(ask):
    """A function: a run with these names as netblocks of one host."""
    def run(names, server, speed=1):
        rows = base()
        for name in ["192.0.2.0/24", *names]:
            rows.add("host_netblock", host_id=1, netblock=name)
        return ask(rows, server, "--resolve", "--verbose", speed=speed)
    return run


def reasons(run):
    """Name -> why its row was skipped."""
    found = {}
    for line in run.skipped[:run.skipped_n]:
        reason, _, name = line.partition(": ")[2].rpartition(": ")
        found[name.strip('"')] = reason
    return found


def is_netblock(run, address):
    return "Using preferred netblock" in run.answer(
        "/mirrorlist?path=pub/t/os", client=address)


# --- answers ------------------------------------------------------------------


def test_every_address_of_a_name_is_a_netblock(run):
    with NameServer({"a.test": addresses(
            "198.51.100.7", "198.51.100.9", "2001:db8::7")}) as server:
        finished = run(["a.test"], server)
    assert finished.said == []
    for address in ("198.51.100.7", "198.51.100.9", "2001:db8::7"):
        assert is_netblock(finished, address)
    for address in ("198.51.100.8", "2001:db8::8"):
        assert not is_netblock(finished, address)


def test_each_name_is_asked_once_and_as_it_stands(run):
    with NameServer({"a.test": addresses("198.51.100.7")}) as server:
        finished = run(["a.test", " A.Test. ", "a.TEST"], server)
    assert finished.said == []
    assert sorted(server.asked) == [("a.test", A), ("a.test", AAAA)]


def test_names_are_asked_in_a_crowd(run):
    names = [f"n{n}.test" for n in range(3 * AT_ONCE)]
    zone = {name: addresses(f"198.51.{n // 250}.{n % 250 + 1}")
            for n, name in enumerate(names)}
    with NameServer(zone) as server:
        finished = run(names, server)
    assert finished.said == []
    assert is_netblock(finished, "198.51.1.50")
    assert set(server.asked) == {(name, kind) for name in names
                                 for kind in (A, AAAA)}


def test_the_same_answers_give_the_same_bytes(run):
    texts = [f"198.51.100.{n}" for n in (9, 3, 7, 3)] + ["2001:db8::7"]
    contents = []
    for order in (texts, texts[::-1]):
        with NameServer({"a.test": addresses(*order)}) as server:
            contents.append(run(["a.test"], server).content)
    assert contents[0] == contents[1]


def test_a_chain_of_aliases_is_followed_in_any_order(run):
    def backwards(question):
        return [reply(question, [
            address("c.test", "198.51.100.7"), alias("b.test", "C.test"),
            alias("a.test", "b.test")] if question.kind == A else [])]
    with NameServer({
            "a.test": backwards,
            "d.test": addresses("198.51.100.9",
                                through=("e.test", "f.test"))}) as server:
        finished = run(["a.test", "d.test"], server)
    assert finished.said == []
    assert is_netblock(finished, "198.51.100.7")
    assert is_netblock(finished, "198.51.100.9")


def test_an_answer_that_is_too_long_for_a_datagram(run):
    """The server cuts it, and the whole one comes over TCP."""
    texts = [f"198.51.100.{n}" for n in range(1, 200)]

    def cut_at_first(question):
        return (addresses(*texts) if question.tcp else cut)(question)
    with NameServer({"a.test": cut_at_first}) as server:
        finished = run(["a.test"], server)
    assert finished.said == []
    assert is_netblock(finished, "198.51.100.199")


def test_addresses_that_are_no_netblock(run):
    with NameServer({"a.test": addresses("127.0.0.1", "::1"),
                     "b.test": addresses("127.0.0.1", "198.51.100.7")}
                    ) as server:
        finished = run(["a.test", "b.test"], server)
    assert reasons(finished) == {"a.test": "loopback network"}
    assert is_netblock(finished, "198.51.100.7")
    assert not is_netblock(finished, "127.0.0.1")


@pytest.mark.parametrize("behaviour", [silent, failing(SERVFAIL), denied])
def test_one_family_is_enough(run, behaviour):
    with NameServer({"a.test": either(addresses("198.51.100.7"), behaviour),
                     "b.test": either(behaviour, addresses("2001:db8::7"))}
                    ) as server:
        finished = run(["a.test", "b.test"], server, speed=4)
    assert finished.said == []
    assert is_netblock(finished, "198.51.100.7")
    assert is_netblock(finished, "2001:db8::7")


def test_a_slow_answer_is_waited_for(run):
    with NameServer({"a.test": late(3, addresses("198.51.100.7"))}) as server:
        finished = run(["a.test"], server)
    assert finished.said == []
    assert is_netblock(finished, "198.51.100.7")


# --- no answers ---------------------------------------------------------------


@pytest.mark.parametrize("behaviour", [
    denied, no_record, addresses(), alias_of_nothing, denied_alias])
def test_a_name_without_an_address(run, behaviour):
    with NameServer({"a.test": behaviour}) as server:
        finished = run(["a.test"], server)
    assert reasons(finished) == {"a.test": NO_ADDRESS}


def test_a_silent_name_server_costs_its_names_and_no_more(run):
    names = [f"n{n}.test" for n in range(ROUNDS * AT_ONCE + 50)]
    with NameServer(others=silent) as server:
        finished = run(names, server, speed=FAST)
    why = reasons(finished)
    asked = {name for name, _ in server.asked}
    assert set(why) == set(names)
    assert AT_ONCE < len(asked) <= ROUNDS * AT_ONCE
    assert asked == set(names[:len(asked)]), "in order"
    assert {name for name in names if why[name] == TOO_LATE} == asked
    assert {name for name in names if why[name] == NO_TIME} == \
        set(names) - asked


def test_answers_after_ten_seconds_are_none(run):
    """They come while others are still waited for."""
    slow = [f"slow{n}.test" for n in range(AT_ONCE)]
    zone = {name: late(15 / FAST, addresses("198.51.100.7")) for name in slow}
    with NameServer(zone, others=silent) as server:
        finished = run([*slow, "mute.test"], server, speed=FAST)
    assert set(reasons(finished).values()) == {TOO_LATE}
    assert not is_netblock(finished, "198.51.100.7")


def test_a_silent_name_does_not_hold_up_the_others(run):
    with NameServer({"a.test": addresses("198.51.100.7")},
                    others=silent) as server:
        finished = run(["mute.test", "a.test"], server, speed=4)
    assert reasons(finished) == {"mute.test": TOO_LATE}
    assert is_netblock(finished, "198.51.100.7")


@pytest.mark.parametrize("behaviour", [
    *map(failing, (FORMERR, SERVFAIL, NOTIMP, REFUSED, 6, 9)),
    reflected, referred, of_another_name, of_the_wrong_length, cut,
    in_a_circle])
def test_a_name_server_that_fails_is_not_the_names_fault(run, behaviour):
    with NameServer({"a.test": behaviour}) as server:
        finished = run(["a.test"], server, speed=FAST)
    assert reasons(finished) == {"a.test": NO_ANSWER}


def test_no_name_server_at_all(run):
    server = NameServer()
    finished = run(["a.test"], server, speed=FAST)
    assert reasons(finished)["a.test"] in (NO_ANSWER, TOO_LATE)


@pytest.mark.parametrize("lie", [
    dict(number=True), dict(section=b"\x01b\x04test\0\0\1\0\1"),
    dict(section=b"\x01a\x04test\0\0\xff\0\1")])
def test_replies_to_other_questions_are_not_heard(run, lie):
    """The true one follows them, and counts."""
    def liar(question):
        true, = addresses("198.51.100.7")(question)
        number = question.number ^ 1 if "number" in lie else None
        return [reply(question, [address(question.name, "198.51.100.9")],
                      number=number, section=lie.get("section")), true]
    with NameServer({"a.test": liar}) as server:
        finished = run(["a.test"], server)
    assert finished.said == []
    assert is_netblock(finished, "198.51.100.7")
    assert not is_netblock(finished, "198.51.100.9")


@pytest.mark.parametrize("left", [5, 12, 20, 30, -1])
def test_a_torn_reply_is_no_answer(run, left):
    def tear(question):
        return [message[:left] for message in BOTH(question)]
    with NameServer({"a.test": tear}) as server:
        finished = run(["a.test"], server, speed=FAST)
    assert reasons(finished)["a.test"] in (NO_ANSWER, TOO_LATE)


def test_a_server_that_hangs_up(run):
    """It cuts its answer, and closes the connection that asks for the whole."""
    def hang_up(question):
        if question.tcp:
            raise ConnectionAbortedError
        return cut(question)
    with NameServer({"a.test": hang_up}) as server:
        finished = run(["a.test"], server, speed=4)
    assert reasons(finished).keys() == {"a.test"}


# --- the hosts file -----------------------------------------------------------


def test_the_hosts_file_speaks_first(run):
    with NameServer() as server:
        finished = run(["localhost"], server)
    assert reasons(finished) == {"localhost": "loopback network"}
    assert server.asked == []
