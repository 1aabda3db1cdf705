# SPDX-License-Identifier: Apache-2.0
"""Metalink documents as yum reads them (EL6, EL7, Amazon Linux 2).

yum is Python 2 and runs nowhere any more where tests run; these are its rules.
What it does not like costs the whole document, and the repository with it.
"""

import dataclasses
import re
import xml.etree.ElementTree as ElementTree

METALINK = "{http://www.metalinker.org/}"
MIRRORMANAGER = "{http://fedorahosted.org/mirrormanager}"
HASHES = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}

NO_FILE = "no file"
NO_TIMESTAMP = "no timestamp for the file"
NO_SIZE = "no size for the file"
NO_MIRROR = "no mirror"


class Refused(ValueError):
    """Why yum takes nothing of the document."""


@dataclasses.dataclass
class Version:
    timestamp: int
    size: int
    hashes: dict


@dataclasses.dataclass
class Document:
    name: str
    file: Version
    alternates: list  # of Version
    urls: list        # best first


def read(body):
    """The Document; Refused."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise Refused("no XML") from error
    files = root.findall(f"{METALINK}files/{METALINK}file")
    if not files:
        raise Refused(NO_FILE)
    element, = files
    found = Document(
        element.get("name"), version(element, "file"),
        [version(one, "alternate") for one in element.findall(
            f"{MIRRORMANAGER}alternates/{MIRRORMANAGER}alternate")],
        mirrors(element))
    if not found.urls:
        raise Refused(NO_MIRROR)
    return found


def refusal(body):
    """The reason in words, or None."""
    try:
        read(body)
    except Refused as refused:
        return str(refused)
    return None


def version(element, what):
    verification = element.find(f"{METALINK}verification")
    hashes = {} if verification is None else {
        one.get("type"): one.text
        for one in verification.findall(f"{METALINK}hash")
        if one.get("type") in HASHES}
    timestamp = number(element, f"{MIRRORMANAGER}timestamp")
    size = number(element, f"{METALINK}size")
    if timestamp is None:
        raise Refused(f"no timestamp for the {what}")
    if size is None:
        raise Refused(f"no size for the {what}")
    # yum itself is content with an empty <verification>, and takes anything.
    if not hashes:
        raise Refused(f"no hash for the {what}")
    for kind, digits in hashes.items():
        if not re.fullmatch("[0-9a-f]{%d}" % HASHES[kind], digits or ""):
            raise Refused(f"a {kind} that never matches")
    return Version(timestamp, size, hashes)


def number(element, tag):
    found = element.find(tag)
    return None if found is None else int(found.text)


def mirrors(element):
    """By preference; of equals, https before http before others."""
    urls = [((-int(url.get("preference", -1)), url.get("type") != "https",
              url.get("type") != "http", url.text), url.text)
            for resources in element.findall(f"{METALINK}resources")
            for url in resources.findall(f"{METALINK}url")]
    return [url for _, url in sorted(urls)]
