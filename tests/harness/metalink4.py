# SPDX-License-Identifier: Apache-2.0
"""Metalink 4 documents: their schema, and the URLs in them."""

from pathlib import Path

from lxml import etree

NS = "{urn:ietf:params:xml:ns:metalink}"
SCHEMA = etree.RelaxNG(file=str(Path(__file__).with_suffix(".rng")))


def refusal(body):
    """Why the schema has no such document; None if it has."""
    document = etree.fromstring(body)
    return None if SCHEMA.validate(document) else str(SCHEMA.error_log)


def urls(body):
    """By priority; of equals, in their order."""
    elements = etree.fromstring(body).iter(NS + "url")
    return [element.text for element in sorted(
        elements, key=lambda element: int(element.get("priority")))]
