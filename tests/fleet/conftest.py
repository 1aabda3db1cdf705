# SPDX-License-Identifier: Apache-2.0
"""A fleet for each test, and tables of what was counted."""

import contextlib

import pytest

from fleet.crowd import Crowd
from fleet.fleet import FULL, Fleet
from fleet.tally import Tally

FAULTS = Tally("fault", "requests", "failed", "cut", "asked again",
               "answers by generation")
RUSHES = Tally("rush", "requests", "failed", "99 % in ms", "worst in ms",
               "requests/s", "processors")


@pytest.fixture
def fleet():
    with Fleet() as fleet:
        yield fleet


@pytest.fixture
def unharmed(fleet):
    """`with unharmed(fault) as crowd:` clients ask all the time, and not one
    request may fail; nor may an answer be cut, unless that is said."""
    @contextlib.contextmanager
    def asking(fault, may_cut=False, balancer=fleet.balancer):
        with Crowd(balancer) as crowd:
            crowd.wait_for_more()
            yield crowd
            crowd.wait_for_more()
        FAULTS.add(fault, crowd.total, len(crowd.failures), len(crowd.cut),
                   crowd.again, by_generation(crowd.answers))
        told = f"{crowd.failures} {crowd.cut} {balancer.disorderly()}"
        assert not crowd.failures and (may_cut or not crowd.cut), told
    return asking


def by_generation(answers):
    """In the order of the states; many are told by their ends."""
    parts = [f"{mark}: {answers[mark]}"
             for mark in sorted(answers, key=lambda mark: int(mark[1:]))]
    if len(parts) > 4:
        parts[2:-2] = [f"({len(parts) - 4} more)"]
    return ", ".join(parts)


@pytest.fixture
def rushes():
    return RUSHES


def pytest_terminal_summary(terminalreporter):
    for table in (FAULTS, RUSHES):
        if FULL and table.rows:
            terminalreporter.write_line(f"\n{table}")
