# SPDX-License-Identifier: Apache-2.0
"""What rpmlint says of spec, source package and binary packages.

Each message that is accepted stands in rpmlint.toml, with the reason.
"""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from harness.httpd import ROOT

CONFIG = Path(__file__).with_name("rpmlint.toml")
# Said by some versions only.
SOMETIMES = {"W: no-manual-page-for-binary mirrorlist-(cachegen|query)$"}
FILTERS = tomllib.loads(CONFIG.read_text())["Filters"]


def messages(built, config):
    result = subprocess.run(
        ["rpmlint", "-c", config, ROOT / "mod_mirrorlist.spec", built.source,
         *built.binaries.values()], capture_output=True, text=True)
    assert "4 packages and 1 specfiles checked" in result.stdout, result.stderr
    return re.findall(r"^\S+: [EWI]: .+$", result.stdout, re.MULTILINE)


@pytest.fixture(scope="module")
def unfiltered(built, tmp_path_factory):
    config = tmp_path_factory.mktemp("rpmlint") / "rpmlint.toml"
    config.write_text(CONFIG.read_text().partition("Filters = ")[0])
    return messages(built, config)


def test_rpmlint_says_nothing_unexpected(built):
    assert messages(built, CONFIG) == []


@pytest.mark.parametrize("pattern", set(FILTERS) - SOMETIMES)
def test_no_filter_is_stale(unfiltered, pattern):
    assert any(re.search(pattern, message) for message in unfiltered)
