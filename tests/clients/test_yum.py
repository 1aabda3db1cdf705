# SPDX-License-Identifier: Apache-2.0
"""yum, as harness/yum.py reads: what costs the whole document must not be in
it. The random documents of tests/model are read so, too.
"""

from pathlib import Path

import pytest

from clients.scene import NEW, OLD, REPOMD
from harness import tools, yum
from harness.mirrormanager import Rows
from harness.repository import details

GOLDEN = Path(__file__).parents[1] / "golden"
REFUSED = {"metalink-alternates.xml": None,
           "metalink-plain.xml": yum.NO_TIMESTAMP,
           "metalink-no-hosts.xml": yum.NO_MIRROR,
           "failure-directory.xml": yum.NO_FILE,
           "failure-disabled.xml": yum.NO_FILE,
           "failure-no-file.xml": yum.NO_FILE}


# yum reads Metalink 3 and nothing else.
@pytest.mark.parametrize("name", sorted(
    path.name for path in GOLDEN.glob("*.xml")
    if not path.name.startswith("metalink4")))
def test_of_the_golden_documents_it_refuses(name):
    assert yum.refusal((GOLDEN / name).read_bytes()) == REFUSED[name]


def test_it_reads_the_file_its_alternates_and_mirrors(served, states, stale,
                                                      good):
    server = served([stale, good], alternates=True)
    found = yum.read(server.get("/metalink?repo=e2e&arch=x86_64").body)
    assert found.name == "repomd.xml"
    for one, about in ((found.file, details(states.new, NEW)),
                       (found.alternates[0], details(states.old, OLD))):
        assert {"timestamp": one.timestamp, "size": one.size,
                **one.hashes} == about
    assert len(found.alternates) == 1
    assert found.urls == [mirror.url + REPOMD for mirror in (stale, good)]


@pytest.fixture
def read(tmp_path):
    """read(*columns of file_detail) -> what yum reads of these versions."""
    def read(*versions):
        rows = Rows()
        topic = rows.topic("t", details=False)
        topic.host("one")
        for about in versions:
            rows.details(topic.repodata, "repomd.xml",
                         **{"sha256": "ab" * 32, **about})
        cache = tools.make_cache(tmp_path, rows.db)
        return yum.read(tools.query(
            cache, "/metalink?repo=t&arch=x86_64").body)
    return read


ODD = [dict(timestamp=NEW + 5), dict(size=1), {}, dict(timestamp=0, size=1),
       dict(timestamp=NEW + 5, size=0), dict(timestamp=-1, size=1),
       dict(timestamp=NEW + 5, size=1, sha256=None),
       dict(timestamp=NEW + 5, size=1, sha256="ab"),
       dict(timestamp=NEW + 5, size=1, md5="none")]


@pytest.mark.parametrize("odd", ODD, ids=str)
@pytest.mark.parametrize("more", [[], [dict(timestamp=OLD, size=3)]])
def test_an_odd_row_costs_only_itself(read, odd, more):
    new = dict(timestamp=NEW, size=2)
    for versions in ([odd, new, *more], [new, *more, odd]):
        found = read(*versions)
        assert (found.file.timestamp, found.file.size) == (NEW, 2)
        assert [one.timestamp for one in found.alternates] == [OLD] * len(more)


@pytest.mark.parametrize("odd", ODD[:6], ids=str)
def test_a_file_of_odd_rows_alone_is_refused(read, odd):
    """There is no better answer; --check names such a file."""
    with pytest.raises(yum.Refused):
        read(odd)
