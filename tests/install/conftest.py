# SPDX-License-Identifier: Apache-2.0
"""The packages are built once, for all tests."""

import pytest

from install.building import make_next, make_rpm
from install.rootfolder import RootFolder


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    return make_rpm(tmp_path_factory.mktemp("rpm"))


@pytest.fixture(scope="session")
def packages(built):
    """name -> file of the binary package."""
    return built.binaries


@pytest.fixture(scope="session")
def next_packages(built, tmp_path_factory):
    return make_next(built, tmp_path_factory.mktemp("next")).binaries


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """An empty system to install into."""
    return RootFolder(tmp_path_factory.mktemp("root"))
