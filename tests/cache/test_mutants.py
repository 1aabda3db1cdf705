# SPDX-License-Identifier: Apache-2.0
"""Random damage to a cache: refused, or harmless.

The same seeds give the same mutants. Knows nothing of the format.
"""

import pytest

from fuzz import targets
from harness import tools

MUTANTS = 10_000


@pytest.fixture(scope="module")
def file(sound, tmp_path_factory):
    file = tmp_path_factory.mktemp("mutants") / "sound.cache"
    file.write_bytes(sound)
    return file


def test_every_torn_cache_is_refused(file):
    """Bits, words, blocks, cuts, insertions, with the checksum left."""
    result = targets.run("check_mutants", "torn", 1, MUTANTS, cache=file)
    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout == f"{MUTANTS} mutants, 0 accepted\n".encode()


def test_a_sealed_cache_is_refused_or_answers(file):
    """The same with checksum and size made right, under the sanitizers."""
    result = targets.run("check_mutants", "sealed", 2, MUTANTS, cache=file)
    assert result.returncode == 0, result.stderr.decode()
    number, _, accepted, _ = result.stdout.split()
    assert int(number) == MUTANTS
    assert 0 < int(accepted) < MUTANTS / 2


@pytest.mark.parametrize("seed", range(100))
def test_the_tool_refuses_a_torn_cache(file, tmp_path, seed):
    torn = tmp_path / "torn.cache"
    torn.write_bytes(
        targets.run("check_mutants", "write", seed, cache=file).stdout)
    assert torn.read_bytes() != file.read_bytes()
    result = tools.run("mirrorlist-query", "--check", torn)
    assert result.returncode == 2
    assert result.stdout.decode().startswith(f"{torn} is not valid: ")
