# SPDX-License-Identifier: Apache-2.0
"""What the fuzzers have found stays found.

The inputs of corpus/TARGET are those that reach different code, under their
hashes, and those that stand for a rule, under its name. Knows no input in
particular.
"""

import pytest

from fuzz import targets
from harness import world

CORPUS = targets.FOLDER / "corpus"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return world.make(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("target", ("answer", "cache", "query"))
def test_corpus(cache, target):
    inputs = list((CORPUS / target).iterdir())
    result = targets.run(f"fuzz_{target}", CORPUS / target, cache=cache)
    assert result.returncode == 0, result.stderr.decode()[-4000:]
    assert result.stdout == f"{len(inputs)} inputs\n".encode()
    assert inputs


def test_corpus_is_small():
    files = [file for file in CORPUS.rglob("*") if file.is_file()]
    assert len(files) <= 400
    assert sum(file.stat().st_size for file in files) <= 500_000
