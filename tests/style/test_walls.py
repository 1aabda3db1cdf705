# SPDX-License-Identifier: Apache-2.0
"""A wing sees its own libraries and neighbours: what else it includes does not
compile."""

import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WINGS = {
    "mod_mirrorlist/core": ("httpd.h", "mod_mirrorlist.h", "model.h",
                            "sqlite3.h"),
    "mod_mirrorlist/httpd": ("model.h", "sqlite3.h"),
    "mod_mirrorlist/query": ("httpd.h", "mod_mirrorlist.h", "model.h",
                             "sqlite3.h"),
    "cachegen": ("httpd.h", "mod_mirrorlist.h", "libpq-fe.h", "sqlite3.h",
                 "maxminddb.h", "protobuf-c/protobuf-c.h", "ares.h"),
    "cachegen/read": ("httpd.h", "compile.h", "publish.h"),
    "cachegen/compile": ("httpd.h", "mm2.h", "publish.h", "libpq-fe.h",
                         "sqlite3.h", "maxminddb.h", "ares.h"),
    "cachegen/write": ("httpd.h", "mm2.h", "compile.h", "libpq-fe.h",
                       "sqlite3.h"),
}


def compiled(wing, header):
    """Whether a source of that wing may include the header."""
    command = subprocess.run(["make", "-s", "wing", f"WING={wing}"], cwd=ROOT,
                             check=True, capture_output=True, text=True).stdout
    source = f'#include "{header}"\n'
    return subprocess.run(
        [*shlex.split(command), "-MF/dev/null", "-fsyntax-only", "-xc", "-"],
        cwd=ROOT, input=source, capture_output=True, text=True).returncode == 0


@pytest.mark.parametrize("wing, header", [
    (wing, header) for wing, headers in WINGS.items() for header in headers])
def test_a_wall_does_not_let_a_header_through(wing, header):
    assert not compiled(wing, header)


@pytest.mark.parametrize("wing, header", [
    ("mod_mirrorlist/core", "ml_cache.h"), ("mod_mirrorlist/httpd", "httpd.h"),
    ("mod_mirrorlist/query", "ml_answer.h"), ("cachegen", "mm2.h"),
    ("cachegen/read", "sqlite3.h"), ("cachegen/read", "model.h"),
    ("cachegen/compile", "image.h"), ("cachegen/write", "image.h")])
def test_a_wing_sees_what_is_its_own(wing, header):
    assert compiled(wing, header)
