# SPDX-License-Identifier: Apache-2.0
"""The bytes of every form of an answer.

Knows how hosts, details and errors are written down.  Knows neither which
they are nor how an answer is compared.
"""

import base64
import email.utils
import re
import time

from harness import yum
from model import networks
from model.checking import Expectation
from model.geography import kilometres
from model.model import scheme

TYPES = {b"text": "text/plain", b"metalink": "application/metalink+xml",
         b"metalink4": "application/metalink4+xml",
         b"json": "application/json", b"html": "text/html; charset=utf-8"}
HASHES4 = {b"md5": b"md5", b"sha1": b"sha-1", b"sha256": b"sha-256",
           b"sha512": b"sha-512"}
LONGEST_LINE = 3900
LOWEST_PREFERENCE = 1


# Errors ---------------------------------------------------------------------

def error(form, status, lines, words, now):
    """lines: the text without its last newline; None: any one line that speaks
    of these words."""
    said = None if lines is None else b"\n".join(
        shortened(line) for line in lines.split(b"\n"))
    before, after = b"", b"\n"
    if form == b"metalink":
        before, after = opening(now) + b"<!-- ", b"\n-->\n</metalink>\n"
        said = said and comment(said)
    elif form in (b"json", b"html"):
        said = said and said.split(b"\n")[0].removeprefix(b"# ")
    if form == b"json":
        before, after = b'{"version":1,"error":"', b'"}\n'
        said = said and json_text(said)[1:-1]
    written = TYPES[b"text" if form == b"metalink4" else form]
    return Expectation(
        status, written, before + (said or b""), after, words=words,
        yum=yum.NO_FILE if form == b"metalink" else None)


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


# Text -----------------------------------------------------------------------

def text(urls, shown, topic, _now):
    parts = [topic.header] + [part + b" " for part in urls.chosen.header]
    if urls.request.protocol is not None:
        parts.append(b"protocol = " + urls.request.protocol)
    before = shortened(b"".join(parts)) + b"\n"
    if urls.request.time:
        before += b"# database creation time: %d\n" % urls.world.created
    return fill(Expectation(200, TYPES[b"text"], before), urls, shown, lines)


def lines(_host, _pool, kept, _place):
    return b"".join(url + b"\n" for url in kept)


def fill(answer, urls, shown, render):
    """Adds the hosts that have something to show, and what a log may say."""
    for pool, group in urls.pools(shown):
        answer.groups.append((pool, {
            identity: lambda place, pool=pool, host=urls.world.hosts[identity],
            kept=kept: render(host, pool, kept, place)
            for identity, kept in group}))
        answer.hosts += len(group)
    answer.facts["found"] = answer.groups[0][0] if answer.groups else b"none"
    return answer


# Redirects ------------------------------------------------------------------

def redirection(urls, topic):
    """Its hosts' bytes are the values of Location and Link, a line each."""
    answer = fill(Expectation(302), urls, urls.target, targets)
    if not answer.groups:
        return Expectation(404, facts=answer.facts)
    answer.redirects = True
    if topic.details:
        answer.described = topic.asked[0][1]
        digest = dict(topic.details[0]["hashes"]).get(b"sha256")
        if digest:
            answer.digest = b"SHA-256=" + base64.b64encode(
                bytes.fromhex(digest.decode()))
    return answer


def targets(host, _pool, kept, place):
    if place == 0:
        return kept[0] + b"\n"
    code = host.country.lower()
    geo = b"; geo=" + code if re.fullmatch(rb"[a-z0-9_-]+", code) else b""
    return b"<%s>; rel=duplicate; pri=%d%s\n" % (kept[0], place + 1, geo)


# Metalink 3 -----------------------------------------------------------------

def metalink(urls, shown, topic, now):
    before = opening(now) + b" <files>\n" + file_block(topic)
    answer = fill(Expectation(200, TYPES[b"metalink"], before, after=(
        b"   </resources>\n  </file>\n </files>\n</metalink>\n")),
        urls, shown, elements)
    newest = topic.details[0]
    answer.yum = (yum.NO_TIMESTAMP if not newest["timestamp"]
                  else yum.NO_SIZE if not newest["size"]
                  else yum.NO_MIRROR if not answer.groups else None)
    return answer


def opening(now):
    date = email.utils.formatdate(now, usegmt=True).encode()
    return (b'<?xml version="1.0" encoding="utf-8"?>\n'
            b'<metalink version="3.0" xmlns="http://www.metalinker.org/"'
            b' type="dynamic" pubdate="' + date + b'" generator='
            b'"mirrormanager" xmlns:mm0='
            b'"http://fedorahosted.org/mirrormanager">\n')


def elements(host, _pool, kept, place):
    private = b' mm0:private="True"' if host.private else b""
    return b"".join(
        b'    <url protocol="%s" type="%s" location="%s" preference="%d"%s'
        b'>%s</url>\n' % (scheme(url), scheme(url), xml(host.country),
                          max(LOWEST_PREFERENCE, 100 - place), private,
                          xml(url)) for url in kept)


def file_block(topic):
    newest, older = topic.details[0], topic.details[1:]
    block = b'  <file name="%s">\n' % xml(topic.filename)
    block += detail_lines(newest, b"   ")
    if older:
        block += b"   <mm0:alternates>\n"
        for detail in older:
            block += (b"    <mm0:alternate>\n" + detail_lines(detail, b" " * 6)
                      + b"    </mm0:alternate>\n")
        block += b"   </mm0:alternates>\n"
    return block + b'   <resources maxconnections="1">\n'


def detail_lines(detail, indent):
    found = []
    if detail["timestamp"]:
        found.append(b"<mm0:timestamp>%d</mm0:timestamp>" % detail["timestamp"])
    if detail["size"]:
        found.append(b"<size>%d</size>" % detail["size"])
    found.append(b"<verification>")
    found += [b' <hash type="%s">%s</hash>' % item for item in detail["hashes"]]
    found.append(b"</verification>")
    return b"".join(indent + line + b"\n" for line in found)


def xml(raw):
    for char, entity in ((b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;"),
                         (b'"', b"&quot;")):
        raw = raw.replace(char, entity)
    return raw


# Metalink 4 -----------------------------------------------------------------

def metalink4(urls, shown, topic, now):
    newest = topic.details[0]
    date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)).encode()
    before = (b'<?xml version="1.0" encoding="utf-8"?>\n'
              b'<metalink xmlns="urn:ietf:params:xml:ns:metalink">\n'
              b' <generator>mirrormanager</generator>\n'
              b' <published>' + date + b'</published>\n'
              b' <file name="' + xml(topic.filename) + b'">\n')
    if newest["size"]:
        before += b"  <size>%d</size>\n" % newest["size"]
    before += b"".join(b'  <hash type="%s">%s</hash>\n' % (HASHES4[kind], value)
                       for kind, value in newest["hashes"])
    return fill(Expectation(200, TYPES[b"metalink4"], before,
                            b" </file>\n</metalink>\n"),
                urls, shown, elements4)


def elements4(host, _pool, kept, place):
    known = re.fullmatch(rb"[A-Z]{2}", host.country)
    location = b'location="%s" ' % host.country.lower() if known else b""
    return b"".join(b'  <url %spriority="%d">%s</url>\n' % (
        location, place + 1, xml(url)) for url in kept)


# JSON -----------------------------------------------------------------------

def json(urls, shown, topic, now):
    world, client = urls.world, urls.chosen.client
    answer = Expectation(200, TYPES[b"json"], after=b"]}\n")
    fill(answer, urls, shown, lambda *about: mirror(client, *about))
    facts = [(b"version", 1), (b"date", int(now)), (b"created", world.created),
             *topic.asked, (b"directory", topic.directory),
             (b"file", topic.filename or None),
             (b"client", [
                 (b"address", networks.presentation(client.address)),
                 (b"country", client.country),
                 (b"continent", client.continent), (b"asn", client.asn),
                 (b"place", client.place)]),
             (b"found", answer.facts["found"])]
    if topic.details:
        facts.append((b"details", tuple(map(version, topic.details))))
    answer.before = json_value(facts)[:-1] + b',"mirrors":['
    return answer


def version(detail):
    return [(b"timestamp", detail["timestamp"] or None),
            (b"size", detail["size"] or None), *detail["hashes"]]


def mirror(client, host, pool, kept, place):
    distance = kilometres(client.place, host.place) \
        if client.place and host.place else None
    return b"," * (place > 0) + json_value([
        (b"name", host.name), (b"country", host.country or None),
        (b"private", host.private or None), (b"pool", pool),
        (b"bandwidth", host.bandwidth), (b"km", distance),
        (b"urls", tuple(kept))])


def json_value(value):
    """Lists are objects' names and values, tuples are arrays."""
    if isinstance(value, list):
        return b"{" + b",".join(
            json_text(name) + b":" + json_value(item)
            for name, item in value if item is not None) + b"}"
    if isinstance(value, tuple):
        return b"[" + b",".join(map(json_value, value)) + b"]"
    if isinstance(value, bytes):
        return json_text(value)
    return b"true" if value is True else b"%d" % value


def json_text(raw):
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


# The page, as page.py reads it ------------------------------------------------

def html(urls, shown, _topic, _now):
    return fill(Expectation(200, TYPES[b"html"]), urls, shown, rows)


def html_form():
    """The page that asks what somebody wants."""
    return Expectation(200, TYPES[b"html"])


def rows(host, _pool, kept, _place):
    return b"".join(url + b"\n" for url in kept) + b"private\n" * host.private


WRITERS = {b"text": text, b"metalink": metalink, b"metalink4": metalink4,
           b"json": json, b"html": html}
