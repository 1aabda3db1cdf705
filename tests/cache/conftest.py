# SPDX-License-Identifier: Apache-2.0
"""One cache, shared: tests change copies of its bytes."""

import pytest

from cache import sample


@pytest.fixture(scope="session")
def sound(tmp_path_factory):
    """The bytes of a cache without a fault."""
    return sample.make(tmp_path_factory.mktemp("sample")).read_bytes()
