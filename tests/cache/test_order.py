# SPDX-License-Identifier: Apache-2.0
"""The numbers of a record, as a big-endian machine turns them."""

import re
import struct

import pytest

from cache.layout import FORMAT, RECORDS

SOURCE = FORMAT.with_name("ml_order.c").read_text()
# record type -> its widths, as ml_order.c writes them
WIDTHS = dict(re.findall(r"(\w+): \"(\d+)\"", SOURCE))
KINDS = dict(re.findall(r"X\(\d+, (\w+), (\w+)\)", FORMAT.read_text()))


def widths(section):
    """[bytes of each number], and how many bytes are left behind them."""
    pattern = WIDTHS.get(KINDS[section], WIDTHS["default"])
    left, found = RECORDS[section].size, []
    for width in map(int, pattern + pattern[-1] * left):
        if not width or not left:
            return found, left
        found.append(width)
        left -= width


@pytest.mark.parametrize("section", RECORDS)
def test_every_number_is_turned_and_nothing_else(section):
    sizes = [(struct.calcsize(code), code[-1])
             for _, code in RECORDS[section].fields.values()]
    numbers = [size for size, kind in sizes if kind not in "sc"]
    bytes_ = [size for size, kind in sizes if kind in "sc"]
    assert widths(section) == (numbers, sum(bytes_))
    assert [kind for _, kind in sizes[len(numbers):]] == \
        [kind for _, kind in sizes if kind in "sc"], "bytes come last"
