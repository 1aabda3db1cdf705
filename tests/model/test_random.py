# SPDX-License-Identifier: Apache-2.0
"""The module answers as the model does, in worlds that nobody thought of.

MIRRORLIST_SEED=N asks the requests of one seed again; soak.py tries seeds
without end.  Knows no rule itself: the model does.
"""

import os

import pytest

from model.comparison import differences

SEEDS = [int(os.environ["MIRRORLIST_SEED"])] \
    if "MIRRORLIST_SEED" in os.environ else range(25)
REQUESTS = 200  # a seed


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The differences of all seeds, which share one server."""
    folder = tmp_path_factory.mktemp("random", numbered=True)
    return list(differences(SEEDS, folder, REQUESTS))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_world_is_answered_as_the_model_does(found, seed):
    mine = [words for words in found
            if words.startswith(f"MIRRORLIST_SEED={seed},")]
    assert not mine, "\n".join(mine[:5])
