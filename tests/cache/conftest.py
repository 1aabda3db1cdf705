# SPDX-License-Identifier: Apache-2.0
"""One cache, shared: tests change copies of its bytes."""

import pytest

from harness import world


@pytest.fixture(scope="session")
def sound(tmp_path_factory):
    """The bytes of a cache without a fault."""
    return world.make(tmp_path_factory.mktemp("sound")).read_bytes()
