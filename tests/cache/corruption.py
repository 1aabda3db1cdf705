# SPDX-License-Identifier: Apache-2.0
"""One wrong number in a cache, and the sentence that refuses it.

Checksum and size are made right after each change, so that the walk over the
records has to find it. Knows the rules of the format, not how they are
checked.
"""

from cache.layout import Cache
from harness import tools

WRONG_ROUTE = "routes: one points to something that does not exist"
WRONG_MEMBER = (
    "members: a host does not exist, or is in the wrong group or order",
    "members: a private host does not exist or is in the wrong order")


def reason_of(data, folder, **about):
    """Why the bytes are refused; None: they are valid."""
    file = folder / "corrupted.cache"
    file.write_bytes(data)
    result = tools.run("mirrorlist-query", "--check", file, **about)
    line = result.stdout.decode().splitlines()[0]
    if result.returncode != 2:
        assert line == f"{file} is valid", result
        return None
    assert line.startswith(f"{file} is not valid: "), result
    return line.removeprefix(f"{file} is not valid: ")


def changed(data, *changes):
    """The bytes with fields set; then sums and size made right."""
    cache = Cache(data)
    for *key, value in changes:
        cache[tuple(key)] = value
    return cache.sealed()


def with_place(data, latitude=0, longitude=0, x=1.0, y=0.0, z=0.0):
    """The same with one more place, where nothing is."""
    cache = Cache(data)
    cache.resize("places", cache.count("places") + 1)
    for field, value in dict(latitude=latitude, longitude=longitude, x=x, y=y,
                             z=z).items():
        cache["places", -1, field] = value
    return cache.sealed()


def number_of(cache, section, holds):
    """The first record for which it holds."""
    return next(number for number in range(cache.count(section))
                if holds(number))


def alternates(cache):
    """The first details of a file with more than one, and how many."""
    number = number_of(cache, "files",
                       lambda n: cache["files", n, "detail_n"] > 1)
    return [cache["files", number, field]
            for field in ("detail_first", "detail_n")]
