# SPDX-License-Identifier: Apache-2.0
"""Clients in several countries who ask without pause and judge what they get.

Knows the names of hosts; an answer counts if it is whole, of one state of the
database, and for the country of the client.
"""

import collections
import contextlib
import http.client
import re

from fleet.buildhost import COUNTRY_OF, HOSTS
from harness.answers import hosts
from harness.httpd import PATIENCE
from harness.load import Load

TARGET = "/metalink?repo=epel-9&arch=x86_64"


class Cut(Exception):
    """An answer that began well broke off."""


def listed(body):
    """The names of hosts of a whole answer, by URL."""
    assert body.endswith(b"</metalink>\n"), body[-100:]
    urls = re.findall(rb">(https?://[^<]*)</url>", body)
    return hosts([url.decode() for url in urls])


class Client:
    """Somebody at an address; `kept`: one connection for many requests."""

    def __init__(self, address, kept=False):
        self.address = address
        self.kept = kept
        self.connection = None

    def ask(self, balancer):
        """The mark of a good answer."""
        names = listed(self.get(balancer))
        assert len(names) == 2 * HOSTS, f"{len(names)} URLs"
        (mark, country), = {tuple(name.split("-")[:2]) for name in names}
        assert country == COUNTRY_OF[self.address], country
        return mark

    def connect(self, balancer):
        return http.client.HTTPConnection(
            "127.0.0.1", balancer.port, timeout=PATIENCE,
            source_address=(self.address, 0))

    def get(self, balancer, headers={}):
        """The body of an answer of status 200."""
        self.connection = self.connection or self.connect(balancer)
        try:
            self.connection.request("GET", TARGET, headers=headers)
            response = self.connection.getresponse()
            assert response.status == 200, response.status
            body = self._body(response)
        except BaseException:
            self.close()
            raise
        if not self.kept:
            self.close()
        return body

    def _body(self, response):
        try:
            return response.read()
        except (OSError, http.client.IncompleteRead) as broken:
            raise Cut(f"{self.address}: {broken!r}") from broken

    def close(self):
        self.connection.close()
        self.connection = None


class Crowd:
    """Two clients in each country, one with a connection of its own for each
    request, asking inside `with`."""

    def __init__(self, balancer):
        self.balancer = balancer
        self.clients = [Client(address, kept)
                        for address in COUNTRY_OF for kept in (False, True)]
        self.loads = [Load(balancer, client.ask, threads=1)
                      for client in self.clients]

    def __enter__(self):
        self.again = self.balancer.asked_again()
        self.stack = contextlib.ExitStack()
        for load in self.loads:
            self.stack.enter_context(load)
        return self

    def __exit__(self, *exception):
        self.stack.close()
        for client in self.clients:
            if client.connection:
                client.close()
        self.again = self.balancer.asked_again() - self.again

    def wait_for_more(self):
        """Until every client has got more answers."""
        for load in self.loads:
            load.wait_for_more(5)

    @property
    def answers(self):
        """Mark -> number of good answers."""
        return collections.Counter(
            mark for load in self.loads for mark in load.seen)

    @property
    def total(self):
        return sum(len(load.seen) + len(load.failures) for load in self.loads)

    @property
    def cut(self):
        return [text for load in self.loads for text in load.failures
                if text.startswith("Cut(")]

    @property
    def failures(self):
        return [text for load in self.loads for text in load.failures
                if not text.startswith("Cut(")]
