# SPDX-License-Identifier: Apache-2.0
"""The client's address, through haproxy and mod_remoteip: it is the one that
connected, whatever a request claims.
"""

import re

import pytest

from fleet.balancer import TEMPLATE, Balancer
from fleet.buildhost import COUNTRY_OF, NEIGHBOUR
from fleet.crowd import Client, listed
from fleet.fleet import Fleet
from harness.httpd import wait_for

CLAIMS = ("127.0.0.3", NEIGHBOUR, "127.0.0.1", "127.0.0.3, 127.0.0.1", "odd")


@pytest.fixture(scope="module")
def fleet():
    with Fleet() as fleet:
        yield fleet


def countries(body):
    """Of the hosts that are listed, in their order."""
    return list(dict.fromkeys(name.split("-")[1] for name in listed(body)))


def logged(proxy):
    """(address, country) of each line in the statistics, in their order."""
    lines = [line for file in proxy.statistics.iterdir()
             for line in file.read_text().splitlines()]
    facts = [dict(part.split(": ") for part in line.split("; "))
             for line in lines]
    return [(fact["IP"], fact["COUNTRY"]) for fact in facts
            if fact["IP"] in COUNTRY_OF]  # others are not waited for


def seen_as(fleet, ask, address):
    """Holds that all proxies take who asks by `ask(proxy)` for a client at
    this address, in answer and log; haproxy takes them in turn."""
    before = [len(logged(proxy)) for proxy in fleet.proxies]
    country = COUNTRY_OF[address]
    for proxy in fleet.proxies:
        assert countries(ask(proxy)) == [country]
    for proxy, n in zip(fleet.proxies, before):
        assert wait_for(lambda: logged(proxy)[n:], "it is logged") == [
            (address, country.upper())]


@pytest.mark.parametrize("address", COUNTRY_OF)
def test_the_country_is_that_of_who_connected(fleet, address):
    seen_as(fleet, lambda _: Client(address).get(fleet.balancer), address)


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("spelling", ["X-Forwarded-For", "x-forwarded-for"])
def test_a_claim_is_not_believed(fleet, claim, spelling):
    seen_as(fleet, lambda _: Client("127.0.0.2").get(
        fleet.balancer, {spelling: claim}), "127.0.0.2")


def test_a_claim_is_not_believed_by_a_proxy_itself(fleet):
    """Of somebody who gets past haproxy."""
    seen_as(fleet, lambda proxy: Client("127.0.0.2").get(
        proxy, {"X-Forwarded-For": "127.0.0.3"}), "127.0.0.2")


def test_a_claim_of_who_is_trusted_by_address_is_not_believed(fleet):
    """Somebody on haproxy's own machine; mod_remoteip would believe it."""
    body = Client("127.0.0.1").get(
        fleet.balancer, {"X-Forwarded-For": "127.0.0.3"})
    assert sorted(countries(body)) == ["de", "fr"], "of no known country"


@pytest.fixture(scope="module")
def behind_a_front(fleet):
    """A balancer with the two changes that its comment tells."""
    clear, add = "del-header X-Forwarded-For\n", "option forwardfor\n"
    text = TEMPLATE.read_text()
    changed = [(line, f"{line[:-1]} {end}\n") for line, end in zip(
        (clear, add), re.findall("`(.*)`", text))]
    with Balancer(fleet.proxies, *changed) as balancer:
        yield balancer


def test_what_a_front_httpd_adds_is_believed(fleet, behind_a_front):
    """It adds to what the client claims."""
    seen_as(fleet, lambda _: Client("127.0.0.1").get(
        behind_a_front, {"X-Forwarded-For": "127.0.0.2, 127.0.0.3"}),
        "127.0.0.3")


def test_nobody_else_is_believed_for_its_sake(fleet, behind_a_front):
    seen_as(fleet, lambda _: Client("127.0.0.2").get(
        behind_a_front, {"X-Forwarded-For": "127.0.0.3"}), "127.0.0.2")


@pytest.mark.parametrize("path", ["/", "/mirrorlist-status", "/mirrorlist/x",
                                  "/metalink/..", "//mirrorlist"])
def test_the_balancer_opens_nothing_else(fleet, path):
    connection = Client("127.0.0.2").connect(fleet.balancer)
    connection.request("GET", path)
    assert connection.getresponse().status == 404
    connection.close()


def test_a_private_mirror_is_for_its_neighbours(fleet):
    names = listed(Client(NEIGHBOUR).get(fleet.balancer))
    assert names[0] == f"{fleet.mark}-near-0"
