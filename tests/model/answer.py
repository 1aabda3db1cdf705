# SPDX-License-Identifier: Apache-2.0
"""What a request must get: which directory, which refusal, which hosts.

Knows the order of the checks and the words of every error.  The bytes of the
forms are forms.py's business, the hosts selection.py's.
"""

import re

from model import forms, networks
from model import request as requests
from model.model import IN_PATH, escaped, scheme
from model.selection import Selection, served


def expect(world, path, query, client, accept=None,
           settings=requests.Settings(), now=0):
    """The Expectation of one GET: bytes query, textual client address, bytes
    of the Accept field."""
    try:
        values, malformed = requests.parameters(query), False
    except requests.Refused as refused:
        values, malformed = refused.found, True
    form, metalink, varies = requests.form(path, values, accept or b"")
    asked = Asking(world, form, metalink, client, settings, now)
    answer = asked.error(400, words=()) if malformed \
        else asked.answer(requests.parse(values, settings))
    answer.varies = varies
    return answer


class Asking:
    """One request's way from the directory to the answer."""

    def __init__(self, world, form, metalink, client, settings, now):
        self.world = world
        self.form = form
        self.metalink = metalink  # whose rules hold
        self.connection = client
        self.settings = settings
        self.now = now

    def error(self, status, lines=None, words=None):
        return forms.error(self.form, status, lines, words, self.now)

    def answer(self, request):
        """The answer, and what a log may say whatever it is."""
        address = networks.parse_address(self.connection) \
            if request.ip is None else networks.client_parameter(request.ip)
        self.client = address and self.world.client(
            self.world.translated(address))
        answer = self.about_topic(request)
        answer.client = self.client
        if address is not None:
            answer.facts["client"] = networks.presentation(self.client.address)
            answer.facts["country"] = clean(self.client.country or b"N/A")
        if request.repo is not None:
            answer.facts["repo"] = clean(request.repo)
            answer.facts["arch"] = clean(request.arch)
        return answer

    def about_topic(self, request):
        if request.path is None and request.repo is None:
            if self.form == b"html":
                return forms.html_form()
            return self.error(200, b"# either path=, or repo= and arch= "
                                   b"must be specified")
        if request.path is not None:
            return self.by_path(request)
        return self.by_repository(request)

    # Which directory ------------------------------------------------------

    def by_path(self, request):
        name, filename = request.path, b""
        header = b"# path = " + name + b" "
        if not self.world.known(name):
            name, _, filename = name.rpartition(b"/")
        if not self.world.known(name):
            return self.error(404, header + b"error: invalid path")
        return self.found(request, Topic(
            header, [(b"path", request.path)], name, filename))

    def by_repository(self, request):
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
        return self.found(request, Topic(
            header, [(b"repo", repo), (b"arch", request.arch)], name,
            filename))

    def listed_repositories(self, repo):
        """Who shows nothing of a list is told where there is one."""
        if self.form == b"metalink":
            return (b"# the repositories are listed at mirrorlist, asked in "
                    b"the same way")
        return (b"# following repositories are available:"
                + self.world.repository_listing(repo))

    # The answer -----------------------------------------------------------

    def found(self, request, topic):
        world = self.world
        directory = world.known(topic.directory)
        topic.details = world.details(directory, topic.filename)
        wrong = request.wrong if self.client else (b"ip",)
        if wrong:
            answer = self.error(400, words=wrong)
        elif self.metalink and not topic.details:
            answer = self.error(404, b"%s/%s not found or has no metalink" % (
                topic.directory, topic.filename))
        else:
            answer = self.listed(request, topic, Selection(
                world, world.carriers(directory), request, self.client,
                self.settings))
        if request.repo is not None and self.client:
            answer.facts["log"] = b"1"
        return answer

    def listed(self, request, topic, chosen):
        urls = Urls(chosen, request, topic.filename)
        if request.redirect and self.form == b"text":
            answer = forms.redirection(urls, topic)
            answer.hosts = min(answer.hosts, 5)
            answer.facts["hosts"] = b"%d" % min(answer.hosts, 1)
            return answer
        shown = urls.everything if self.metalink else urls.listed
        answer = forms.WRITERS[self.form](urls, shown, topic, self.now)
        for most in (self.settings.maximum, int(request.limit or 0)):
            answer.hosts = min(answer.hosts, most or answer.hosts)
        answer.facts["hosts"] = b"%d" % answer.hosts
        return answer


class Topic:
    """What is asked for."""

    def __init__(self, header, asked, directory, filename):
        self.header = header      # begins the line of the text form
        self.asked = asked        # the same as names and values
        self.directory = directory
        self.filename = filename  # empty: the directory
        self.details = []


class Urls:
    """The URLs of the chosen hosts."""

    def __init__(self, chosen, request, filename):
        self.chosen = chosen
        self.world = chosen.world
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

    def target(self, host):
        """Where a redirect may lead."""
        return with_schemes(self.everything(host), b"https", b"http")[:1]

    def pools(self, shown):
        """(pool, [(host id, its URLs)]) of the hosts with something to show"""
        for pool, hosts in self.chosen.groups:
            group = [(host, shown(host)) for host in hosts if shown(host)]
            if group:
                yield pool, group


def with_schemes(urls, *schemes):
    return [url for url in urls if scheme(url) in schemes]


def clean(value):
    """A value as log readers can count it; None for an empty one."""
    return re.sub(rb"[^A-Za-z0-9._+:/-]", b"_", value)[:128] or None
