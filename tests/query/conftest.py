# SPDX-License-Identifier: Apache-2.0
"""The world of explained.py, compiled once."""

import pytest

from query import explained


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return explained.make(tmp_path_factory.mktemp("explained"))
