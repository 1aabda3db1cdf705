# SPDX-License-Identifier: Apache-2.0
"""The programs of this folder, built with the sanitizers of gcc.

Knows how they are built and told of their cache, not what they judge.
"""

import functools
import os
import subprocess
from pathlib import Path

from harness.httpd import BUILD

FOLDER = Path(__file__).resolve().parent
PATIENCE = 600  # seconds for a program that is expected to end
OPTIONS = {"ASAN_OPTIONS": "detect_stack_use_after_return=1:"
                           "allocator_may_return_null=1",
           "UBSAN_OPTIONS": "print_stacktrace=1"}


@functools.cache
def build():
    """The folder of the programs."""
    subprocess.run(["make", "-s", "-C", FOLDER, f"BUILD={BUILD.resolve()}"],
                   check=True)
    return BUILD / "fuzz-replay"


def run(program, *arguments, cache):
    return subprocess.run(
        [build() / program, *map(str, arguments)], capture_output=True,
        timeout=PATIENCE, env={**os.environ, **OPTIONS,
                               "MIRRORLIST_FUZZ_CACHE": str(cache)})
