# SPDX-License-Identifier: Apache-2.0
"""Answers of the module, read as a client reads them.

Every answer that passes through here is held to what all answers promise, and
every Metalink document goes through libxml2 and by yum's rules. Knows no
particular rule.
"""

import re
from urllib.parse import quote, urlsplit

from lxml import etree

from harness import yum

MM0 = "{http://fedorahosted.org/mirrormanager}"
NS = "{http://www.metalinker.org/}"
STATUSES = (200, 302, 400, 404, 405, 503)


def hosts(urls):
    """The names of hosts that are called NAME.test."""
    return [urlsplit(url).hostname.removesuffix(".test") for url in urls]


class Text:
    """A text answer: the header line, other `#` lines, URLs."""

    def __init__(self, response):
        lines = response.lines
        self.response = response
        self.header = lines[0]
        self.comments = [line for line in lines[1:] if line.startswith("#")]
        self.urls = [line for line in lines if not line.startswith("#")]
        self.hosts = hosts(self.urls)


class Metalink:
    """A Metalink 3 document; `comment` is that of a failure document."""

    def __init__(self, response):
        self.response = response
        self.root = etree.fromstring(response.body)
        assert self.root.tag == NS + "metalink"
        assert yum.refusal(response.body) in (
            None, yum.NO_FILE, yum.NO_TIMESTAMP, yum.NO_SIZE, yum.NO_MIRROR)
        comments = self.root.xpath("comment()")
        self.comment = comments[0].text if comments else None
        self.elements = self.root.findall(f".//{NS}url")
        self.urls = [element.text for element in self.elements]
        self.hosts = list(dict.fromkeys(hosts(self.urls)))


def without_date(body):
    """The document with PUBDATE for its date, which never is the same."""
    return re.sub(rb' pubdate="[^"]*"', b' pubdate="PUBDATE"', body, count=1)


class Answers:
    """What a server answers to questions about topics."""

    def __init__(self, server):
        self.server = server

    def get(self, target, headers=(), method="GET"):
        response = self.server.get(target, headers, method)
        check(response, target, method)
        return response

    def text(self, topic, *more, ip=None, at="", headers=()):
        """The list of a topic's repository, or of path= with a slash."""
        target = f"{at}/mirrorlist?{_question(topic, ip, more)}"
        response = self.get(target, headers)
        assert response.status == 200, response
        return Text(response)

    def metalink(self, topic, *more, ip=None, at="", headers=(), status=200):
        target = f"{at}/metalink?{_question(topic, ip, more)}"
        response = self.get(target, headers)
        assert response.status == status, response
        return Metalink(response)


def _question(topic, ip, more):
    if "/" in topic:
        question = "path=" + quote(topic)
    else:
        question = f"repo={topic}&arch=x86_64"
    return "&".join([question, *([f"ip={ip}"] if ip else []), *more])


def check(response, target, method="GET"):
    """What holds for every answer, whatever was asked."""
    assert response.status in STATUSES, response
    assert response["Cache-Control"] == "private, no-store", response
    for name in ("ETag", "Last-Modified", "Content-Range"):
        assert response[name] is None, response
    if response.status == 405 or method in ("HEAD", "OPTIONS"):
        return
    if target.split("?")[0].endswith("/metalink"):
        assert response["Content-Type"] == "application/metalink+xml"
        Metalink(response)
    elif response.body:
        assert response["Content-Type"] == "text/plain"
        assert response.body.endswith(b"\n"), response
