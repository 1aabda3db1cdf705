# SPDX-License-Identifier: Apache-2.0
"""What a request must get, and whether an answer is that.

Knows the bytes of both kinds of document and of every error.  Which hosts are
in them is selection.py's business.
"""

import dataclasses
import email.utils
import re
import socket

from harness import yum
from model import networks
from model import request as requests
from model.model import IN_PATH, escaped, scheme
from model.selection import Selection, served

TEXT = "text/plain"
METALINK = "application/metalink+xml"
LONGEST_LINE = 3900


@dataclasses.dataclass
class Expectation:
    """One answer: `before`, then hosts in the groups' order, then `after`.

    groups: [{host id: render}], render(position) -> the host's bytes there.
    """

    status: int
    content_type: str = None
    before: bytes = b""
    after: bytes = b""
    groups: list = dataclasses.field(default_factory=list)
    hosts: int = 0                # how many hosts of the groups are listed
    free_line: bool = False       # one line of any words after `before`
    locations: list = None        # redirects: the possible targets
    yum: str = None               # why it refuses the document
    facts: dict = dataclasses.field(default_factory=dict)  # for the log


def expect(world, path, query, client, settings=requests.Settings(), now=0):
    """The Expectation of one GET: bytes query, textual client address."""
    asked = Asking(world, path.endswith("/metalink"), now)
    try:
        request = requests.parse(query, settings)
    except requests.Refused:
        return asked.error(400, None)
    if request.path is None and request.repo is None:
        return asked.error(200, b"# either path=, or repo= and arch= "
                                b"must be specified")
    answer = asked.directory(request, client, settings)
    if request.repo is not None:
        answer.facts.update(repo=clean(request.repo), arch=clean(request.arch))
    return answer


class Asking:
    """One request's way from the directory to the answer."""

    def __init__(self, world, metalink, now):
        self.world = world
        self.metalink = metalink
        self.now = now

    # Errors ---------------------------------------------------------------

    def error(self, status, lines):
        """lines: the text without its last newline; None: any one line."""
        words = b"" if lines is None else b"".join(
            shortened(line) + b"\n" for line in lines.split(b"\n"))
        expectation = Expectation(status, TEXT, words, free_line=lines is None)
        if self.metalink:
            expectation.content_type = METALINK
            expectation.yum = yum.NO_FILE
            expectation.before = self.opening() + b"<!-- " + comment(words)
            expectation.after = b"-->\n</metalink>\n"
        return expectation

    def opening(self):
        date = email.utils.formatdate(self.now, usegmt=True).encode()
        return (b'<?xml version="1.0" encoding="utf-8"?>\n'
                b'<metalink version="3.0" xmlns="http://www.metalinker.org/"'
                b' type="dynamic" pubdate="' + date + b'" generator='
                b'"mirrormanager" xmlns:mm0='
                b'"http://fedorahosted.org/mirrormanager">\n')

    # Which directory ------------------------------------------------------

    def directory(self, request, client, settings):
        if request.path is not None:
            return self.by_path(request, client, settings)
        return self.by_repository(request, client, settings)

    def by_path(self, request, client, settings):
        name, filename = request.path, b""
        header = b"# path = " + name + b" "
        if not self.world.known(name):
            name, _, filename = name.rpartition(b"/")
        if not self.world.known(name):
            return self.error(404, header + b"error: invalid path")
        return self.found(request, name, filename, header, client, settings)

    def by_repository(self, request, client, settings):
        world = self.world
        repo = world.redirects.get(request.repo, request.repo)
        header = b"# repo = %s arch = %s " % (repo, request.arch)
        if repo in world.disabled:
            return self.error(200, header + b"repo disabled")
        name = world.repositories.get((repo, request.arch))
        if name is None:
            return self.error(404, header + b"error: invalid repo or arch\n"
                              + self.listed_repositories(repo))
        filename = b""
        if self.metalink:
            filename = b"repomd.xml"
            if not name.endswith(b"/repodata"):
                name += b"/repodata"
        if not world.known(name):
            return self.error(404, header
                              + b"error: no directory for this repository")
        return self.found(request, name, filename, header, client, settings)

    def listed_repositories(self, repo):
        """Who shows nothing of a list is told where there is one."""
        if self.metalink:
            return (b"# the repositories are listed at mirrorlist, asked in "
                    b"the same way")
        return (b"# following repositories are available:"
                + self.world.repository_listing(repo))

    # The answer -----------------------------------------------------------

    def found(self, request, name, filename, header, client, settings):
        address = networks.parse_address(client) if request.ip is None \
            else networks.client_parameter(request.ip)
        if address is None:
            return self.error(400, None)
        world = self.world
        address = world.translated(address)
        directory = world.known(name)
        details = world.details(directory, filename)
        chosen = Selection(world, world.carriers(directory), request, address,
                           settings.minimum)
        urls = Urls(chosen, request, filename)
        if self.metalink and not details:
            answer = self.error(404, b"%s/%s not found or has no metalink"
                                % (name, filename))
        elif self.metalink:
            answer = self.document(urls, filename, details)
        elif request.redirect:
            answer = redirection(urls)
        else:
            answer = self.listing(urls, header)
        limit(answer, settings.maximum)
        answer.facts["client"] = presentation(address)
        answer.facts["country"] = clean(chosen.country or b"N/A")
        if request.repo is not None:
            answer.facts["log"] = b"1"
        return answer

    def listing(self, urls, header):
        parts = [header] + [part + b" " for part in urls.chosen.header]
        if urls.request.protocol is not None:
            parts.append(b"protocol = " + urls.request.protocol)
        before = shortened(b"".join(parts)) + b"\n"
        if urls.request.time:
            before += (b"# database creation time: %d\n" % self.world.created)
        return urls.fill(Expectation(200, TEXT, before), urls.listed, as_lines)

    def document(self, urls, filename, details):
        def as_elements(host, shown):
            facts = self.world.hosts[host]
            return lambda place: b"".join(url_element(url, facts, place)
                                          for url in shown)
        before = self.opening() + b" <files>\n" + file_block(filename, details)
        answer = Expectation(200, METALINK, before, after=(
            b"   </resources>\n  </file>\n </files>\n</metalink>\n"))
        urls.fill(answer, urls.everything, as_elements)
        newest = details[0]
        answer.yum = (yum.NO_TIMESTAMP if not newest["timestamp"]
                      else yum.NO_SIZE if not newest["size"]
                      else yum.NO_MIRROR if not answer.groups else None)
        return answer


class Urls:
    """The URLs of the chosen hosts."""

    def __init__(self, chosen, request, filename):
        self.chosen = chosen
        self.request = request
        self.filename = filename

    def everything(self, host):
        """What `protocol` leaves to the host, best first."""
        kept = served(self.chosen.carriers[host], self.request.schemes)
        return [url + b"/" + escaped(self.filename, IN_PATH) for url in kept]

    def listed(self, host):
        """What the text list shows of it."""
        urls = self.everything(host)
        if self.request.protocol is not None:
            return urls
        return with_schemes(urls, b"https", b"http", b"ftp")[:1]

    def fill(self, answer, shown, render):
        """Adds the groups of hosts that have something to show."""
        answer.facts["found"] = b"none"
        for pool, hosts in self.chosen.groups:
            group = {host: render(host, shown(host))
                     for host in hosts if shown(host)}
            if group and not answer.groups:
                answer.facts["found"] = pool
            if group:
                answer.groups.append(group)
        return answer


def with_schemes(urls, *schemes):
    return [url for url in urls if scheme(url) in schemes]


def limit(answer, maximum):
    total = sum(len(group) for group in answer.groups)
    answer.hosts = min(total, maximum) if maximum else total
    if "found" in answer.facts:
        answer.facts.setdefault("hosts", b"%d" % answer.hosts)


def presentation(address):
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    return socket.inet_ntop(family, address.packed).encode()


def clean(value):
    """A value as log readers can count it; None for an empty one."""
    return re.sub(rb"[^A-Za-z0-9._+:/-]", b"_", value)[:128] or None


def redirection(urls):
    for pool, hosts in urls.chosen.groups:
        best = [with_schemes(urls.everything(host), b"https", b"http")[:1]
                for host in hosts]
        locations = sorted({url for first in best for url in first})
        if locations:
            return Expectation(302, locations=locations,
                               facts={"found": pool, "hosts": b"1"})
    return Expectation(404, facts={"found": b"none"})


def as_lines(_host, shown):
    return lambda _place: b"".join(url + b"\n" for url in shown)


def url_element(url, host, place):
    kind = scheme(url)
    private = b' mm0:private="True"' if host.private else b""
    return (b'    <url protocol="%s" type="%s" location="%s" preference="%d"%s'
            b'>%s</url>\n' % (kind, kind, xml(host.country),
                              max(1, 100 - place), private, xml(url)))


def file_block(filename, details):
    newest, older = details[0], details[1:]
    block = b'  <file name="%s">\n' % xml(filename)
    block += detail_lines(newest, b"   ")
    if older:
        block += b"   <mm0:alternates>\n"
        for detail in older:
            block += (b"    <mm0:alternate>\n" + detail_lines(detail, b" " * 6)
                      + b"    </mm0:alternate>\n")
        block += b"   </mm0:alternates>\n"
    return block + b'   <resources maxconnections="1">\n'


def detail_lines(detail, indent):
    lines = []
    if detail["timestamp"]:
        lines.append(b"<mm0:timestamp>%d</mm0:timestamp>" % detail["timestamp"])
    if detail["size"]:
        lines.append(b"<size>%d</size>" % detail["size"])
    lines.append(b"<verification>")
    lines += [b' <hash type="%s">%s</hash>' % item for item in detail["hashes"]]
    lines.append(b"</verification>")
    return b"".join(indent + line + b"\n" for line in lines)


def xml(raw):
    for char, entity in ((b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;"),
                         (b'"', b"&quot;")):
        raw = raw.replace(char, entity)
    return raw


def comment(raw):
    while b"--" in raw:
        raw = raw.replace(b"--", b"- -")
    return raw


def shortened(line):
    """A `#` line that clients with 4,096-byte buffers can read."""
    if len(line) <= LONGEST_LINE or not line.startswith(b"#"):
        return line
    kept = line[:LONGEST_LINE].decode("utf-8", "ignore").encode("utf-8")
    return kept + b"..."


# Checking -----------------------------------------------------------------

def check(expectation, status, headers, body, facts):
    """None, or the first difference in words.

    headers: lower-case names; facts: the log's that are set, without the date.
    """
    return (check_head(expectation, status, headers)
            or check_length(headers, len(body))
            or check_body(expectation, body)
            or check_yum(expectation, body)
            or check_facts(expectation, facts))


def check_head(expectation, status, headers):
    if status != expectation.status:
        return f"status {status}, expected {expectation.status}"
    wanted = {"cache-control": "private, no-store", "etag": None,
              "last-modified": None, "content-range": None}
    if expectation.content_type:
        wanted["content-type"] = expectation.content_type
    for name, value in wanted.items():
        if headers.get(name) != value:
            return f"{name}: {headers.get(name)!r}, expected {value!r}"
    location = headers.get("location")
    possible = [url.decode("latin-1") for url in expectation.locations or ()]
    if possible and location not in possible:
        return f"Location {location!r}, expected one of {possible}"
    if not possible and location is not None:
        return f"Location {location!r}, expected none"
    return None


def check_length(headers, length):
    if headers.get("content-length") != str(length):
        return f"{length} bytes, said {headers.get('content-length')}"
    return None


def check_facts(expectation, facts):
    wanted = {"log": None, **expectation.facts}
    for name, value in wanted.items():
        if facts.get(name) != value:
            return f"fact {name}: {facts.get(name)!r}, expected {value!r}"
    return None


def check_body(expectation, body):
    before, after = expectation.before, expectation.after
    if not body.startswith(before):
        return difference(before, body, "the beginning")
    rest = body[len(before):]
    if not rest.endswith(after):
        return difference(after, rest[-len(after):], "the end")
    rest = rest[:len(rest) - len(after)]
    if expectation.free_line:
        return None if is_one_line(rest) else f"not one line: {rest!r}"
    return check_hosts(expectation, rest)


def is_one_line(words):
    return (words.endswith(b"\n") and words.count(b"\n") == 1
            and words.strip() != b"" and b"--" not in words
            and words[:-1].decode().isprintable())


def check_yum(expectation, body):
    if expectation.content_type != METALINK:
        return None
    refusal = yum.refusal(body)
    return None if refusal == expectation.yum else (
        f"yum says {refusal!r}, expected {expectation.yum!r}")


def check_hosts(expectation, rest):
    groups = [dict(group) for group in expectation.groups]
    for place in range(expectation.hosts):
        while not groups[0]:
            groups.pop(0)
        group = groups[0]
        # Longest first: one host's lines may begin like another's.
        blocks = sorted(((render(place), host)
                         for host, render in group.items()), reverse=True,
                        key=lambda item: len(item[0]))
        for block, host in blocks:
            if rest.startswith(block):
                rest = rest[len(block):]
                del group[host]
                break
        else:
            return (f"at host {place + 1} of {expectation.hosts}: "
                    f"{rest[:300]!r}, expected one of "
                    f"{[block for block, _ in blocks]}")
    return f"not expected after the last host: {rest[:300]!r}" if rest else None


def difference(expected, got, where):
    at = next((index for index, pair in enumerate(zip(expected, got))
               if pair[0] != pair[1]), min(len(expected), len(got)))
    start = max(0, at - 40)
    return (f"{where} differs at byte {at}: {got[start:at + 120]!r}, "
            f"expected {expected[start:at + 120]!r}")
