# SPDX-License-Identifier: Apache-2.0
"""Explanations fit the answers, in worlds that nobody thought of.

The same seed gives an answer and its explanation: they show the same URLs,
and each host of the directory's categories has one verdict, which the model of
the answers confirms. Knows no rule itself. MIRRORLIST_SEED=N asks the requests
of one seed again.
"""

import collections
import ipaddress
import itertools
import json
import math
import os
import re
from html import unescape

import pytest

from harness import tools
from model import page
from model import request as requests
from model.comparison import PLACES, Seed
from model.geography import RADIUS, kilometres, unit_vector
from model.model import complete, scheme
from model.selection import Selection, served
from query.explained import urls, verdicts

SEEDS = [int(os.environ["MIRRORLIST_SEED"])] \
    if "MIRRORLIST_SEED" in os.environ else range(20)
REQUESTS = 200  # a seed
TAKEN = {None, "endpoint", "redirect", "maximum", "limit"}
WITHOUT_URLS = {"schemes", "family"}
PUBLIC = {"country_rule", "enough_hosts", "other_countries", "fallback"}


def options(settings):
    """The command line of a place's directives."""
    switch = {True: "on", False: "off"}
    return (f"--minimum={settings.minimum}", f"--maximum={settings.maximum}",
            f"--nearest={settings.nearest}",
            f"--stable-order={settings.stable_order}",
            f"--schemes={','.join(settings.schemes) or 'all'}",
            f"--ip-parameter={switch[settings.ip_parameter]}",
            f"--version-parameter={switch[settings.version_parameter]}")


def ask(seed, place, targets, *words):
    """Standard output for requests with one row of random numbers each."""
    result = tools.run(
        "mirrorlist-query", "--cache", seed.cache, f"--seed={seed.seed}",
        *options(PLACES[place]), "--batch", *words,
        input=b"".join(target + b"\n" for target in targets), stdin=None)
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout


def answers(output):
    """The answers that stand one after the other."""
    while output:
        head, _, output = output.partition(b"\n\n")
        length = int(re.search(rb"^Content-Length: (\d+)", head, re.M)[1])
        location = re.search(rb"^Location: (.*)$", head, re.M)
        yield int(head.split()[1]), location and location[1], output[:length]
        output = output[length:]


def shown(answer):
    """The URLs of an answer."""
    status, location, body = answer
    if status == 302:
        return [location.decode()]
    if body.startswith(b"<!DOCTYPE"):
        return [line for line in page.read(body).decode().splitlines()
                if line != "private"]
    if body.startswith(b"{"):
        return [url for mirror in json.loads(body)["mirrors"]
                for url in mirror["urls"]]
    if body.startswith(b"<?xml"):
        return [unescape(url.decode()) for url in
                re.findall(rb"<url [^>]*>([^<]*)</url>", body)]
    return [line.decode() for line in body.splitlines()
            if not line.startswith(b"#")]


def refusal(body):
    """What the body of a refusal says; nothing, if a page asks back."""
    if body.startswith(b"{"):
        return json.loads(body)["error"].encode()
    return page.read(body) if body.startswith(b"<!DOCTYPE") else body


def target_of(request):
    """A client on the command line would need a process of its own."""
    has_address = re.search(rb"(^|&)(%20)*ip", request.query)
    client = b"" if has_address else b"&ip=" + request.client.encode()
    return request.path.encode() + b"?" + request.query + client


class Judge:
    """What the model says of the hosts of one explanation."""

    def __init__(self, world, document, settings):
        self.world = world
        self.settings = settings
        target = document["request"]["target"].encode()
        self.request = requests.parse(
            requests.parameters(target.partition(b"?")[2]), settings)
        self.directory = world.known(
            document["request"]["directory"].encode())
        self.carriers = world.carriers(self.directory)
        self.client = world.client(
            ipaddress.ip_address(document["client"]["address"]))
        self.selection = Selection(
            world, self.carriers, self.request, self.client, settings)
        self.pool_of = {host: pool.decode()
                        for pool, hosts in self.selection.groups
                        for host in hosts}
        self.rows = [row for row in world.rows("host_category")
                     if row["category_id"] in self.directory.subpaths
                     and row["host_id"] in world.hosts
                     and complete(row, "always_up2date")]
        self.hosts = {row["host_id"] for row in self.rows}

    def has_url(self, identity):
        return any(list(self.world.base_urls(row["id"], b""))
                   for row in self.rows if row["host_id"] == identity)

    def taken(self, identity):
        """Those of a host that a pool has taken."""
        if not any(self.settings.shows(scheme(url.whole))
                   for url in self.carriers[identity]) \
                and not self.world.hosts[identity].private:
            return {"schemes"}
        left = self.selection.carriers[identity]
        if not left:
            return WITHOUT_URLS
        return TAKEN if served(left, self.request.schemes) else {"protocol"}

    def client_facts(self):
        """What is told of the client: values of JSON."""
        country, continent = (code and code.decode() for code in
                              (self.client.country, self.client.continent))
        return dict(country=country, continent=continent, asn=self.client.asn,
                    place=self.client.place and list(self.client.place))

    def facts(self, identity):
        """What is told of a host that carries the directory, where it is so."""
        host, here = self.world.hosts[identity], self.client.place
        return dict(
            country=host.country.decode() or None,
            km=kilometres(here, host.place) if here and host.place else None,
            private=host.private or None, captive=host.captive or None)

    def weight(self, identity):
        """What distance leaves of the bandwidth."""
        host, here = self.world.hosts[identity], self.client.place
        if not self.settings.nearest:
            return host.bandwidth
        if not here or not host.place:
            return host.bandwidth / 2
        line = RADIUS * math.dist(unit_vector(here), unit_vector(host.place))
        return host.bandwidth / (1 + (line / self.settings.nearest) ** 2)

    def expected(self, identity):
        """The reasons that the host may have; None: it is listed."""
        host = self.world.hosts[identity]
        only = self.world.exclusive(self.directory)
        if identity in self.pool_of:
            return self.taken(identity)
        if identity in self.carriers:
            if host.country in self.request.excluded_codes:
                return {"excluded"}
            if host.private and not (self.selection.captive
                                     and self.client.asn in host.asns):
                return {"private"}
            if self.selection.captive:
                return {"captive"}
            return PUBLIC - {"country_rule"} \
                if self.selection.welcome(identity) else PUBLIC
        if not host.active:
            return {"inactive"}
        if not self.has_url(identity):
            return {"no_public_url"}
        return {"not_up_to_date"} if only is None or identity in only \
            else {"exclusive"}


def fault(seed, place, document, answer):
    """None, or how explanation, answer and model differ."""
    if document["status"] != answer[0]:
        return f"status {document['status']}, answered {answer[0]}"
    if document["refusal"] is not None:
        line, said = (text.removeprefix(b"# ").removeprefix(b"error: ").replace(
            b"--", b"- -") for text in (document["refusal"].encode(),
                                        refusal(answer[2])))
        return None if line in said or not said else "refusal"
    if urls(document) != shown(answer):
        return f"shows {urls(document)}, answered {shown(answer)}"
    judge = Judge(seed.world, document, PLACES[place])
    client = {name: document["client"][name] for name in judge.client_facts()}
    if client != judge.client_facts():
        return f"client {client}, expected {judge.client_facts()}"
    numbers = collections.Counter(
        verdict["id"] for verdict in verdicts(document))
    if numbers != collections.Counter(judge.hosts):
        return f"hosts {numbers}, expected {judge.hosts}"
    for verdict in verdicts(document):
        reason = verdict.get("reason")
        if reason not in judge.expected(verdict["id"]) \
                or ("place" in verdict) != (reason is None) \
                or verdict.get("pool") != judge.pool_of.get(verdict["id"]):
            return f"{verdict}, expected {judge.expected(verdict['id'])}"
        facts = judge.facts(verdict["id"])
        if verdict["id"] in judge.carriers \
                and facts != {name: verdict.get(name) for name in facts}:
            return f"{verdict}, expected {facts}"
    return wrong_weight(judge, document)


def wrong_weight(judge, document):
    """None, or how weights and shares of a pool differ from the model's."""
    for pool in document["pools"]:
        weighed = [host for host in pool["hosts"] if "share" in host]
        weights = [judge.weight(host["id"]) for host in weighed]
        for host, weight in zip(weighed, weights):
            if not (math.isclose(host["weight"], weight, rel_tol=1e-4,
                                 abs_tol=1e-6)
                    and math.isclose(host["share"], weight / sum(weights),
                                     abs_tol=1e-5)):
                return f"{host}, expected {weight} of {sum(weights)}"
    return None


def faults(seed):
    """Every difference, and the reasons that were met."""
    drawn = sorted(itertools.islice(seed.requests, REQUESTS),
                   key=lambda request: request.place)
    met = collections.Counter()
    found = []
    for place, group in itertools.groupby(drawn, lambda row: row.place):
        targets = [target_of(request) for request in group]
        documents = [json.loads(line) for line in ask(
            seed, place, targets, "--explain", "--json").splitlines()]
        for target, document, answer in zip(
                targets, documents,
                answers(ask(seed, place, targets)), strict=True):
            words = fault(seed, place, document, answer)
            met.update(verdict.get("reason")
                       for verdict in verdicts(document))
            if words:
                found.append(f"MIRRORLIST_SEED={seed.seed}: "
                             f"{target.decode()}: {words}")
    return found, met


@pytest.fixture(scope="module")
def met():
    """How often each reason was met so far."""
    return collections.Counter()


@pytest.mark.parametrize("number", SEEDS)
def test_an_explanation_is_the_answers(tmp_path, met, number):
    found, reasons = faults(Seed(number, tmp_path))
    met.update(reasons)
    assert not found, "\n".join(found[:5])


def test_every_reason_was_met(met):
    if "MIRRORLIST_SEED" not in os.environ:
        assert met.keys() == TAKEN | WITHOUT_URLS | PUBLIC | {
            "protocol", "excluded", "captive", "private", "inactive",
            "no_public_url", "exclusive", "not_up_to_date"}
