# SPDX-License-Identifier: Apache-2.0
"""A server's status page as the tests of it read it."""

import json

TARGET = "/mirrorlist-status"
CONFIG = f"""
<Location "{TARGET}">
    SetHandler mirrorlist-status
</Location>
"""


def status(server):
    """The JSON form."""
    response = server.get(TARGET + "?format=json")
    assert response.status == 200
    assert response["Content-Type"] == "application/json"
    return json.loads(response.body)


def generation(server):
    """What it says of the only file."""
    only, = status(server)["generations"]
    return only


def counters(server):
    """(family, value of its label) -> number."""
    flat = {}
    for family, values in status(server)["counters"].items():
        if not isinstance(values, dict):
            values = {None: values}
        flat |= {(family, value): n for value, n in values.items()}
    return flat


def counted(server, ask):
    """Which counters `ask()` moved, and by how much."""
    before = counters(server)
    ask()
    after = counters(server)
    assert after.keys() == before.keys()
    return {key: after[key] - before[key] for key in after
            if after[key] != before[key]}
