# SPDX-License-Identifier: Apache-2.0
"""The day on which all come at once: nobody is sent away.

Nothing here judges times; the long form prints them.
"""

import pytest

from fleet.fleet import FULL
from fleet.front import SIZES, TARGET, Front
from fleet.rush import Rush
from fleet.slow import Slow
from harness.httpd import wait_for

CLIENTS, REQUESTS = (4000, 50000) if FULL else (400, 3000)
SLOW, ASKING = (500, 10000) if FULL else (50, 500)

# For the short form: httpd ends slow clients after a second or two, and takes
# the silent ones as soon as they connect, which the kernel else delays.
IMPATIENT = SIZES.replace("handshake=10 header=20-40", "handshake=1 header=1-2")
IMPATIENT += "AcceptFilter https none\n"


@pytest.fixture
def front():
    with Front() as front:
        yield front


def record(rushes, what, rush):
    rushes.add(f"{what}: {rush.clients} clients", rush.requests, rush.failed,
               rush.percentile, rush.worst, rush.rate,
               f"{rush.processors:.2f}")


def test_all_at_once(front, rushes):
    with Rush(front, CLIENTS, REQUESTS) as rush:
        pass
    record(rushes, "all at once", rush)
    assert rush.failed == 0
    assert front.answered() == REQUESTS


def test_all_at_once_and_a_new_cache(front, rushes):
    """Reloads while all ask."""
    with Rush(front, CLIENTS, REQUESTS) as rush:
        for mark in "bcde" if FULL else "b":
            before = front.answered()
            wait_for(lambda: front.answered() > before + REQUESTS // 8,
                     "answers go on")
            front.publish(mark)
            front.graceful()
        assert rush.process.poll() is None, "all ask still"
    record(rushes, "all at once, reloads", rush)
    assert rush.failed == 0
    assert f"https://{mark}-000.test".encode() in front.get(TARGET).body


def test_slow_clients_keep_nobody_from_an_answer(rushes):
    """Others ask until httpd has ended the last of the slow ones."""
    with Front(SIZES if FULL else IMPATIENT) as front, \
            Slow(front.tls_port, SLOW) as slow:
        def others_are_answered():
            with Rush(front, 100, ASKING) as rush:
                pass
            record(rushes, f"beside {slow.left} slow", rush)
            assert rush.failed == 0
            return True

        wait_for(lambda: slow.all_connected, "the slow clients are there")
        wait_for(lambda: others_are_answered() and slow.left == 0,
                 "httpd has ended all slow clients")
