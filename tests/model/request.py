# SPDX-License-Identifier: Apache-2.0
"""What a query string and an Accept field ask for.

Knows the form of a query, the spelling of its parameters and which form of an
answer they name.  Knows nothing of the world that is asked about.
"""

import dataclasses
import re

HEX = rb"%([0-9A-Fa-f]{2})"
FORMS = (b"text", b"metalink", b"metalink4", b"json", b"html")
METALINK = b"application/metalink+xml"
METALINK4 = b"application/metalink4+xml"


class Refused(ValueError):
    """The query's form is broken; `found`: the parameters that are sound."""

    def __init__(self, found):
        super().__init__("malformed")
        self.found = found


class Broken(ValueError):
    """One name or value is."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the directives of one place say."""
    minimum: int = 5
    maximum: int = 0
    nearest: int = 0
    stable_order: int = 0
    schemes: tuple = ()           # empty: all may be shown
    ip_parameter: bool = True
    version_parameter: bool = False

    def shows(self, scheme):
        return not self.schemes or scheme.decode() in {
            name.lower() for name in self.schemes}


@dataclasses.dataclass
class Request:
    path: bytes = None            # None: absent; slashes normalised
    repo: bytes = None            # as asked; redirects are the world's
    arch: bytes = None
    countries: list = ()          # as spelled
    excluded: list = ()           # likewise
    fallback: bool = True
    limit: bytes = None           # as spelled, as are the next three
    ipv: bytes = None
    format: bytes = None
    ip: bytes = None
    use_networks: bool = True
    protocol: bytes = None
    redirect: bool = False
    time: bool = False
    location: bytes = None

    @property
    def schemes(self):
        """The different schemes asked for; None: every one."""
        if self.protocol is None:
            return None
        return {item.lower() for item in items(self.protocol)}

    @property
    def country_codes(self):
        return {item.upper() for item in self.countries}

    @property
    def excluded_codes(self):
        """`global` is no code there, even where a host has it."""
        return {item.upper() for item in self.excluded} - {b"GLOBAL"}

    @property
    def wrong(self):
        """What the line of the first wrong value must speak of, or None."""
        if self.limit and not re.fullmatch(rb"[1-9][0-9]{0,3}", self.limit):
            return (b"limit",)
        if self.ipv and self.ipv not in (b"4", b"6"):
            return (b"ipv",)
        if self.format and self.format.lower() not in FORMS:
            return FORMS
        return None


# The form of an answer ------------------------------------------------------

def form(path, values, accept):
    """(name of the form, whether /metalink's rules hold, whether the answer
    varies with Accept)."""
    metalink = path.endswith("/metalink")
    named = values.get(b"format", b"").lower()
    if named in FORMS:
        rules = {b"text": False, b"metalink": True, b"metalink4": True}
        return named, rules.get(named, metalink), False
    varies = metalink and not named
    if not metalink:
        return b"text", False, varies
    newer = varies and prefers_metalink4(accept)
    return b"metalink4" if newer else b"metalink", True, varies


def prefers_metalink4(accept):
    weights = accepted(accept)
    newer = weights.get(METALINK4, 0)
    return newer > 0 and newer > weights.get(METALINK, 0)


def accepted(accept):
    """media range -> its weight, 0 for one that is none; RFC 9110 12.5.1."""
    weights = {}
    for element in split(accept, b","):
        kind, *parameters = [part.strip(b" \t")
                             for part in split(element, b";")]
        weight = 1
        for parameter in parameters:
            name, equals, value = parameter.partition(b"=")
            if name.lower() == b"q" and equals:
                sound = re.fullmatch(rb"0(\.[0-9]{0,3})?|1(\.0{0,3})?", value)
                weight = float(value) if sound else 0
        kind = kind.lower()
        weights[kind] = max(weight, weights.get(kind, 0))
    return weights


def split(text, separator):
    """Between separators that do not stand in a quoted string."""
    return re.findall(
        rb'((?:"(?:[^"\\]|\\.)*(?:"|$)|[^"%b])*)(?:%b|$)'
        % (separator, separator), text)


# The query ------------------------------------------------------------------

def decoded(raw):
    """Percent-decoded once, in a form that an XML document can hold."""
    if re.search(rb"%(?![0-9A-Fa-f]{2})", raw):
        raise Broken("escape")
    value = re.sub(HEX, lambda match: bytes([int(match[1], 16)]), raw)
    try:
        characters = value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Broken("not UTF-8") from error
    if re.search("[\x00-\x1f\x7f\ufffe\uffff]", characters):
        raise Broken("control")
    if len(value) > 2048:
        raise Broken("too long")
    return value


def parameters(query):
    """Every parameter, the last of duplicates; Refused."""
    pieces = [piece for piece in query.split(b"&") if piece]
    found, sound = {}, len(pieces) <= 64
    for piece in pieces[:64]:
        name, _, value = piece.partition(b"=")
        try:
            found[decoded(name)] = decoded(value).strip(b" ")
        except Broken:
            sound = False
    if not sound:
        raise Refused(found)
    return found


def items(value):
    return [item.strip(b" ") for item in value.split(b",") if item.strip(b" ")]


def parse(values, settings):
    request = Request(redirect=b"redirect" in values, time=b"time" in values)
    if b"path" in values:
        parts = values[b"path"].split(b"/")
        request.path = b"/".join(part for part in parts if part)
    elif b"repo" in values and b"arch" in values:
        add_repository(request, values, settings)
    request.countries = items(values.get(b"country", b"")) \
        or items(values.get(b"cc", b""))
    request.excluded = items(values.get(b"exclude_country", b""))
    request.fallback = values.get(b"fallback") != b"0"
    if settings.ip_parameter and values.get(b"ip"):
        request.ip = values[b"ip"].decode()
    request.use_networks = values.get(b"netblock", b"1") == b"1"
    request.protocol = values.get(b"protocol") or None
    request.location = values.get(b"location")
    for name in ("limit", "ipv", "format"):
        setattr(request, name, values.get(name.encode()))
    return request


def add_repository(request, values, settings):
    repo = values[b"repo"]
    if settings.version_parameter and values.get(b"version"):
        repo += b"-" + values[b"version"]
    request.repo = repo
    request.arch = b"source" if b"source" in repo else values[b"arch"]
