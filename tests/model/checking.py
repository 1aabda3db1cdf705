# SPDX-License-Identifier: Apache-2.0
"""Whether an answer is what a request must get.

Knows how to compare bytes of which some are up to chance, and the header.
Knows no rule about which hosts they are nor how they are written.
"""

import dataclasses
import json
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

from harness import metalink4, yum
from model import page

METALINK4 = "application/metalink4+xml"


@dataclasses.dataclass
class Expectation:
    """One answer: `before`, then hosts in the groups' order, then `after`.

    groups: [(pool, {host id: render})], render(place) -> the host's bytes
    there.  In a redirect they are no part of the body: the values of Location
    and of each Link, a line each.
    """

    status: int
    content_type: str = None
    before: bytes = b""
    after: bytes = b""
    groups: list = dataclasses.field(default_factory=list)
    hosts: int = 0                # how many hosts of the groups are listed
    words: tuple = None           # one line between, which speaks of these
    redirects: bool = False
    described: bytes = None       # redirects: the path of a Metalink 4
    digest: bytes = None
    varies: bool = False          # with Accept
    yum: str = None               # why it refuses the document
    facts: dict = dataclasses.field(default_factory=dict)  # for the log
    client: object = None         # model.Client
    met: list = None              # after check_hosts(): (pool, host ids)

    @property
    def page(self):
        return (self.content_type or "").startswith("text/html")

    @property
    def certain(self):
        """Whether nothing is up to chance."""
        return all(len(group) == 1 for _, group in self.groups)


def check(expectation, reply):
    """None, or the first difference in words.

    reply: status, body, header(name) -> its only value, fields(name) -> all of
    its values, facts() -> the log's that are set, without the date.
    """
    return (check_head(expectation, reply)
            or check_length(reply, len(reply.body))
            or check_body(expectation, reply.body)
            or check_yum(expectation, reply.body)
            or check_facts(expectation, reply.facts()))


# The header -----------------------------------------------------------------

def check_head(expectation, reply):
    if reply.status != expectation.status:
        return f"status {reply.status}, expected {expectation.status}"
    digest = expectation.digest
    wanted = {"cache-control": "private, no-store", "etag": None,
              "last-modified": None, "content-range": None,
              "vary": "Accept" if expectation.varies else None,
              "digest": digest and digest.decode(),
              "x-content-type-options": "nosniff" if expectation.page else None}
    if expectation.content_type:
        wanted["content-type"] = expectation.content_type
    for name, value in wanted.items():
        if reply.fields(name) != [value] * (value is not None):
            return f"{name}: {reply.fields(name)}, expected {value!r}"
    return check_policy(expectation, reply) or check_links(expectation, reply)


def check_policy(expectation, reply):
    """A page may run nothing, and fetch nothing from anywhere."""
    policies = reply.fields("content-security-policy")
    sound = not policies
    if expectation.page:
        rules = "".join(policies).split("; ")
        sound = len(policies) == 1 and "default-src 'none'" in rules \
            and not re.search("script-src|http|\\*", policies[0])
    return None if sound else f"policies: {policies}"


def check_links(expectation, reply):
    """Location and Link: a redirect's hosts, and where its hashes are."""
    links = reply.fields("link")
    described = expectation.described
    if described is not None:
        last = links.pop() if links else ""
        if not describes(last, described):
            return f"Link: {last!r}, expected the Metalink 4 of {described!r}"
    values = reply.fields("location") + links
    rest = "".join(value + "\n" for value in values).encode("latin-1")
    if not expectation.redirects:
        return f"not expected: {rest!r}" if rest else None
    return check_hosts(expectation, rest)


def describes(link, path):
    found = re.fullmatch(r"<metalink\?path=([^&<>\"#\s]*)&format=metalink4>; "
                         r'rel=describedby; type="application/metalink4\+xml"',
                         link)
    return found and found[1].isascii() \
        and urllib.parse.unquote_to_bytes(found[1]) == path


def check_length(reply, length):
    if reply.header("content-length") != str(length):
        return f"{length} bytes, said {reply.header('content-length')}"
    return None


def check_facts(expectation, facts):
    wanted = {"log": None, **expectation.facts}
    for name, value in wanted.items():
        if facts.get(name) != value:
            return f"fact {name}: {facts.get(name)!r}, expected {value!r}"
    return None


# The body -------------------------------------------------------------------

def check_body(expectation, body):
    before, after = expectation.before, expectation.after
    if expectation.page:
        body = page.read(body)
    if not body.startswith(before):
        return difference(before, body, "the beginning")
    rest = body[len(before):]
    if not rest.endswith(after):
        return difference(after, rest[-len(after):], "the end")
    rest = rest[:len(rest) - len(after)]
    if expectation.words is not None:
        found = check_line(expectation.words, rest)
    elif expectation.redirects:
        found = f"not expected: {rest!r}" if rest else None
    else:
        found = check_hosts(expectation, rest)
    return found or check_syntax(expectation, body)


def check_line(words, line):
    found = set(re.findall(rb"\w+", line))
    sound = (line.strip() and line.decode().isprintable()
             and found.issuperset(words))
    return None if sound else f"{line!r}, expected a line about {words}"


def check_syntax(expectation, body):
    """A parser takes it, and a schema if there is one."""
    kind = expectation.content_type or ""
    try:
        if kind.endswith("xml"):
            ElementTree.fromstring(body)
        elif kind.endswith("json"):
            json.loads(body)
    except (SyntaxError, ValueError) as error:
        return f"{error}: {body!r}"
    return metalink4.refusal(body) if kind == METALINK4 else None


def check_yum(expectation, body):
    if expectation.content_type != "application/metalink+xml":
        return None
    refusal = yum.refusal(body)
    return None if refusal == expectation.yum else (
        f"yum says {refusal!r}, expected {expectation.yum!r}")


def check_hosts(expectation, rest):
    """Whether `rest` is the hosts; the order of those that cannot be mistaken
    for one another is noted in `met`."""
    groups = [(pool, dict(group), []) for pool, group in expectation.groups]
    expectation.met = [(pool, met) for pool, _, met in groups]
    for place in range(expectation.hosts):
        while not groups[0][1]:
            groups.pop(0)
        _, group, met = groups[0]
        # Longest first: one host's lines may begin like another's.
        blocks = sorted(((render(place), host)
                         for host, render in group.items()), reverse=True,
                        key=lambda item: len(item[0]))
        fitting = [(block, host) for block, host in blocks
                   if rest.startswith(block)]
        if not fitting:
            return (f"at host {place + 1} of {expectation.hosts}: "
                    f"{rest[:300]!r}, expected one of "
                    f"{[block for block, _ in blocks]}")
        block, host = fitting[0]
        rest = rest[len(block):]
        del group[host]
        met.append(host if len(fitting) == 1 else None)
    return f"not expected after the last host: {rest[:300]!r}" if rest else None


def difference(expected, got, where):
    at = next((index for index, pair in enumerate(zip(expected, got))
               if pair[0] != pair[1]), min(len(expected), len(got)))
    start = max(0, at - 40)
    return (f"{where} differs at byte {at}: {got[start:at + 120]!r}, "
            f"expected {expected[start:at + 120]!r}")
