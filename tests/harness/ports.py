# SPDX-License-Identifier: Apache-2.0
"""Ports that stay free while nobody listens on them.

Those that the kernel gives to outgoing connections do not: one of these could
hold the port of a server that is about to come back, or meet itself there.
"""

import random
import socket
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port():
    first = int(RANGE.read_text().split()[0])
    while True:
        port = random.randrange(10000, first)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
