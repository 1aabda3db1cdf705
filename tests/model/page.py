# SPDX-License-Identifier: Apache-2.0
"""What stands on a page for people, read back into bytes.

Knows where on the page it stands, which no rule says; what it must be is
forms.py's business.
"""

import xml.etree.ElementTree as ElementTree

XHTML = "{http://www.w3.org/1999/xhtml}"


def read(body):
    """A line for each URL of the mirrors in their order, and one for each that
    is private; or the sentence of a refusal."""
    root = ElementTree.fromstring(body)
    for element in root.iter():
        element.tag = element.tag.removeprefix(XHTML)
    sentence = root.find(".//p[@class='sentence']")
    found = [] if sentence is None else [text_of(sentence)]
    for row in root.findall(".//tbody/tr"):
        if row.get("class") != "pool":
            found += [url.get("href") or url.get("title")
                      for url in row[-1].iter() if url.tag in ("a", "span")]
            found += [text_of(mark) for mark in row.findall("th/b")]
    return "".join(line + "\n" for line in found).encode()


def text_of(element):
    return "".join(element.itertext())
