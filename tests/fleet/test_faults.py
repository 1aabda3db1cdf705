# SPDX-License-Identifier: Apache-2.0
"""What may happen to a fleet while clients ask: none of them notices.

Every fault ends with what the proxies say of themselves; generation N of a
proxy is the Nth cache that its httpd took since it was started.
"""

import pytest

from fleet.balancer import Balancer
from fleet.crowd import Client
from fleet.fleet import NAMES, ROUNDS
from fleet.proxy import Proxy
from harness.httpd import raw_request, wait_for

GOOD, BAD = False, True  # the file in place
TARGET = b"GET /metalink?repo=epel-9&arch=x86_64 HTTP/1.0\r\n\r\n"


def one_after_another(fleet):
    for proxy in fleet.proxies:
        proxy.update(fleet.host.url)


def all_at_once(fleet):
    fleet.each(Proxy.update, fleet.host.url)


@pytest.mark.parametrize("refresh", [one_after_another, all_at_once])
def test_a_refresh_harms_nobody(fleet, unharmed, refresh):
    with unharmed(f"refresh, {refresh.__name__}".replace("_", " ")) as crowd:
        for _ in range(ROUNDS):
            mark = fleet.host.publish()
            refresh(fleet)
            wait_for(lambda: crowd.answers[mark], f"{mark} is served")
    assert fleet.balancer.up() == set(NAMES)
    assert fleet.generations() == [(1 + ROUNDS, GOOD)] * 3


def test_a_cut_cache_is_not_served(fleet, unharmed):
    """The proxy goes on with the last good one, and is still asked."""
    _, proxy, _ = fleet.proxies
    assert proxy.reload() == 0
    with unharmed("a cut file and a reload") as crowd:
        for _ in range(ROUNDS):
            proxy.cut()
            assert proxy.reload() == 2, "the unit refuses it"
            proxy.graceful()  # as for a new certificate
            assert proxy.generation() == (1, BAD)
            crowd.wait_for_more()
            assert fleet.balancer.up() == set(NAMES)
            proxy.pull(fleet.host.url)
            proxy.graceful()
            assert proxy.generation() == (1, GOOD)
    assert fleet.generations() == [(1, GOOD)] * 3
    assert crowd.answers.keys() == {"g1"}


def test_a_cut_cache_is_not_served_after_a_cold_start(fleet, unharmed):
    """The copy that the reload unit has kept is."""
    proxy = fleet.proxies[0]
    assert proxy.reload() == 0
    with unharmed("a cut file and a cold start", may_cut=True) as crowd:
        for _ in range(ROUNDS):
            proxy.cut()
            proxy.kill()
            proxy.start()
            assert proxy.generation() == (1, BAD)
            fleet.balancer.wait_for_up(NAMES)
            crowd.wait_for_more()
            proxy.pull(fleet.host.url)
            proxy.graceful()
            assert proxy.generation() == (1, GOOD)
    assert crowd.answers.keys() == {"g1"}


def test_a_cut_cache_is_mended_by_the_next(fleet, unharmed):
    proxy = fleet.proxies[0]
    with unharmed("a cut file, then the next refresh") as crowd:
        for _ in range(ROUNDS):
            proxy.cut()
            proxy.graceful()
            mark = fleet.host.publish()
            all_at_once(fleet)
            wait_for(lambda: crowd.answers[mark], f"{mark} is served")
    assert fleet.generations() == [(1 + ROUNDS, GOOD)] * 3


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_a_killed_proxy_is_left_out_until_it_is_back(fleet, unharmed, busy):
    """Nobody is sent away, not even who waits for its answer; only what it
    had begun to answer may break off."""
    fault = "a proxy killed" + ", requests waiting for it" * busy
    with unharmed(fault, may_cut=True) as crowd:
        for number in range(ROUNDS):
            proxy = fleet.proxies[number % 3]
            fleet.balancer.wait_for_health()
            if busy:
                proxy.freeze()
                fleet.balancer.wait_for_queue(proxy.name)
            proxy.kill()
            fleet.balancer.wait_for_up(set(NAMES) - {proxy.name})
            crowd.wait_for_more()
            before = fleet.balancer.asked(proxy.name)
            proxy.start()
            fleet.balancer.wait_for_up(NAMES)
            wait_for(lambda: fleet.balancer.asked(proxy.name) > before,
                     "it is asked again")
    assert fleet.generations() == [(1, GOOD)] * 3, "counted from its start"


def test_a_frozen_proxy_keeps_nobody(fleet, unharmed):
    """Who waits for its answer is answered by another one, after the time
    that haproxy grants; shorter here than shipped."""
    impatient = ("timeout server 10s", "timeout server 1s")
    frozen = fleet.proxies[1]
    with Balancer(fleet.proxies, impatient) as balancer, \
            unharmed("a proxy that hangs", balancer=balancer) as crowd:
        for _ in range(ROUNDS):
            frozen.freeze()
            balancer.wait_for_queue(frozen.name)
            crowd.wait_for_more()
            balancer.wait_for_up(set(NAMES) - {frozen.name})
            frozen.thaw()
            balancer.wait_for_up(NAMES)
    assert fleet.generations() == [(1, GOOD)] * 3


def test_all_goes_on_without_a_database(fleet, unharmed):
    """The refresh ends with 2; what is published and served stays, and the
    proxies tell how old it grows."""
    published = fleet.host.cache()
    with unharmed("no database at the build host") as crowd:
        for _ in range(ROUNDS):
            fleet.host.postgresql.stop()
            assert fleet.host.refresh() == 2
            assert fleet.host.cache() == published
            ages = fleet.each(Proxy.age)
            fleet.each(Proxy.update, fleet.host.url)
            wait_for(lambda: all(now > before for now, before in zip(
                fleet.each(Proxy.age), ages)), "it grows old")
            assert fleet.generations() == [(1, GOOD)] * 3
            fleet.host.postgresql.start()
    assert crowd.answers.keys() == {"g1"}


def test_an_empty_database_is_not_published(fleet, unharmed):
    published = fleet.host.cache()
    with unharmed("an empty database at the build host") as crowd:
        for _ in range(ROUNDS):
            fleet.host.lose_everything()
            assert fleet.host.refresh() == 3
            assert fleet.host.cache() == published
            fleet.each(Proxy.update, fleet.host.url)
    assert fleet.generations() == [(1, GOOD)] * 3
    assert crowd.answers.keys() == {"g1"}


def answer_of(proxy):
    return raw_request(proxy.port, TARGET).status


def test_a_proxy_without_a_cache_is_asked_nothing(fleet, unharmed):
    """Until one has arrived and httpd was reloaded."""
    *others, proxy = NAMES
    new = fleet.proxies[2]
    with unharmed("a new proxy without a cache", may_cut=True) as crowd:
        for _ in range(ROUNDS):
            new.kill()
            new.lose_everything()
            fleet.balancer.wait_for_up(others)
            before = fleet.balancer.asked(proxy)
            new.start()
            assert new.generation() == (None, BAD)
            assert answer_of(new) == 503
            wait_for(lambda: fleet.balancer.check(proxy) == ("L7STS", "503"),
                     "the health check has seen it")
            crowd.wait_for_more()
            assert fleet.balancer.up() == set(others)
            assert fleet.balancer.asked(proxy) == before
            new.update(fleet.host.url)
            fleet.balancer.wait_for_up(NAMES)
            wait_for(lambda: fleet.balancer.asked(proxy) > before,
                     "it is asked")
    assert fleet.generations() == [(1, GOOD)] * 3


def test_a_balancer_that_knows_nothing_yet_finds_who_can_answer(fleet):
    """It takes all for well until its first check of each, one after another:
    one is not there, the last one has no cache."""
    _, gone, empty = fleet.proxies
    gone.stop()
    empty.stop()
    empty.lose_everything()
    empty.start()
    for _ in range(ROUNDS):
        with Balancer(fleet.proxies) as balancer:
            for _ in range(20):
                assert Client("127.0.0.2").ask(balancer) == "g1"
