# SPDX-License-Identifier: Apache-2.0
"""What a query string asks for.

Knows the form of a query and the spelling of its parameters.  Knows nothing
of the world that is asked about.
"""

import dataclasses
import re

HEX = rb"%([0-9A-Fa-f]{2})"


class Refused(ValueError):
    """The query's form is broken."""


@dataclasses.dataclass(frozen=True)
class Settings:
    minimum: int = 5
    maximum: int = 0
    ip_parameter: bool = True
    version_parameter: bool = False


@dataclasses.dataclass
class Request:
    path: bytes = None            # None: absent; slashes normalised
    repo: bytes = None            # as asked; redirects are the world's
    arch: bytes = None
    countries: list = ()          # as spelled
    ip: str = None
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


def decoded(raw):
    """Percent-decoded once, in a form that an XML document can hold."""
    if re.search(rb"%(?![0-9A-Fa-f]{2})", raw):
        raise Refused("broken escape")
    value = re.sub(HEX, lambda match: bytes([int(match[1], 16)]), raw)
    try:
        characters = value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("not UTF-8") from error
    if re.search("[\x00-\x1f\x7f\ufffe\uffff]", characters):
        raise Refused("control")
    if len(value) > 2048:
        raise Refused("too long")
    return value


def parameters(query):
    """Every parameter, the last of duplicates."""
    pieces = [piece for piece in query.split(b"&") if piece]
    if len(pieces) > 64:
        raise Refused("too many")
    found = {}
    for piece in pieces:
        name, _, value = piece.partition(b"=")
        found[decoded(name)] = decoded(value).strip(b" ")
    return found


def items(value):
    return [item.strip(b" ") for item in value.split(b",") if item.strip(b" ")]


def parse(query, settings):
    values = parameters(query)
    request = Request(redirect=b"redirect" in values, time=b"time" in values)
    if b"path" in values:
        parts = values[b"path"].split(b"/")
        request.path = b"/".join(part for part in parts if part)
    elif b"repo" in values and b"arch" in values:
        add_repository(request, values, settings)
    request.countries = items(values.get(b"country", b"")) \
        or items(values.get(b"cc", b""))
    if settings.ip_parameter and values.get(b"ip"):
        request.ip = values[b"ip"].decode()
    request.use_networks = values.get(b"netblock", b"1") == b"1"
    request.protocol = values.get(b"protocol") or None
    request.location = values.get(b"location")
    return request


def add_repository(request, values, settings):
    repo = values[b"repo"]
    if settings.version_parameter and values.get(b"version"):
        repo += b"-" + values[b"version"]
    request.repo = repo
    request.arch = b"source" if b"source" in repo else values[b"arch"]
