# SPDX-License-Identifier: Apache-2.0
"""What a compiler cannot see of the sources."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(file for folder in ("mod_mirrorlist", "cachegen", "tests")
                 for file in (ROOT / folder).rglob("*.[ch]"))


@pytest.mark.parametrize(
    "file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_sources_are_formatted(file):
    result = subprocess.run(
        ["clang-format-19", "--dry-run", "-Werror", file], capture_output=True,
        text=True)
    assert result.returncode == 0, f"{result.stderr}make format mends it"


@pytest.mark.parametrize("mark, secret", [
    ("libpq-fe.h", "db_pgsql.c"), ("sqlite3.h", "db_sqlite.c"),
    ("maxminddb.h", "maxmind.c"), ("ares.h", "dns.c")])
def test_a_secret_is_known_to_one_file(mark, secret):
    knowing = [file.name for file in SOURCES if f"<{mark}>" in file.read_text()]
    assert knowing == [secret]


def test_every_file_says_its_licence():
    for file in SOURCES:
        assert "SPDX-License-Identifier: Apache-2.0" in file.read_text()[:80]


def test_texts_are_copied_with_room_for_their_end():
    """ml_text_copy() says why."""
    assert [file.name for file in SOURCES
            if "apr_pstrmemdup(" in file.read_text()
            and "fuzz" not in file.parts and file.name != "ml_text.h"] == []


def test_every_unit_test_is_registered():
    """check runs what a suite names, and says nothing of the others."""
    for file in (ROOT / "tests/unit").glob("test_*.c"):
        text = file.read_text()
        tests = re.findall(r"START_TEST\((\w+)\)", text)
        assert tests
        assert [name for name in tests
                if len(re.findall(rf"\b{name}\b", text)) < 2] == []
