# SPDX-License-Identifier: Apache-2.0
"""Texts as people wrote them: what is trimmed, and what no answer can hold.

Knows the rules for every text, and nothing of what the texts are about.
"""

# Unicode's White_Space and the control bytes.
BLANKS = "".join(map(chr, [*range(0x21), 0x7f, 0x85, 0xa0, 0x1680,
                           *range(0x2000, 0x200b), 0x2028, 0x2029, 0x202f,
                           0x205f, 0x3000]))
LONGEST = 4096  # bytes


class BadText(ValueError):
    """Text that costs its row."""


class NoText(BadText):
    """NULL, or nothing but blanks."""


def decoded(value):
    if value is None:
        raise NoText
    if isinstance(value, str):
        return value
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadText("not UTF-8") from error


def name(value):
    """The UTF-8 bytes of a directory's or file's name, as it stands."""
    value = decoded(value)
    if any(char < " " or char in "\x7f\ufffe\uffff" for char in value):
        raise BadText("control")
    value = value.encode("utf-8")
    if len(value) > LONGEST:
        raise BadText("too long")
    return value


def text(value):
    """The same of any other text, without the blanks around it."""
    value = decoded(value).strip(BLANKS)
    if not value:
        raise NoText
    return name(value)


def code(value):
    """A country or continent."""
    return text(value).upper()


def usable(read, *values):
    """read(*values), or None if one of them is bad text."""
    try:
        return read(*values)
    except BadText:
        return None


def lines(data):
    """The lines of an input file that hold something."""
    if not isinstance(data, str):
        data = data.decode("utf-8", "surrogateescape")
    for line in data.removeprefix("\ufeff").split("\n"):
        line = line.strip(BLANKS)
        if line and not line.startswith("#"):
            yield line


def words(line):
    for blank in BLANKS:
        line = line.replace(blank, " ")
    return line.split(" ")
