# SPDX-License-Identifier: Apache-2.0
"""A tampered repomd.xml never reaches librepo, whatever a row says of hashes.

Each way in which rows may be odd is a repository of its own, in each kind of
input that a cache is made of. librepo takes a document without a hash as it
comes, and compares the strongest hash alone, byte by byte.
"""

import contextlib

import pytest

from cachegen.protobuf_writer import confine, message_types, write
from clients import scene
from clients.conftest import CONTINENTS, ELSEWHERE
from harness import tools
from harness.httpd import Httpd
from harness.mirrormanager import Rows
from harness.mirrors import Mirror
from harness.postgresql import PostgreSQL
from harness.repository import details

HASHES = ("md5", "sha1", "sha256", "sha512")
NONE = dict.fromkeys(HASHES)


def each(change):
    return lambda new: {**new, **{kind: change(new[kind]) for kind in HASHES}}


# name: what becomes of the columns of the row.
UNUSABLE = {
    "cut": each(lambda digest: digest[:-1]),
    "longer": each(lambda digest: digest + "0"),
    "not-hex": each(lambda digest: "x" + digest[1:]),
    "blank-inside": each(lambda digest: digest[:8] + " " + digest[9:]),
    "prefixed": each(lambda digest: "sha:" + digest[4:]),
    "empty": each(lambda digest: ""),
    "blank": each(lambda digest: " "),
    "null": each(lambda digest: None),
    "only-sha256-cut": lambda new: {
        **new, **NONE, "sha256": new["sha256"][:-1]},
    "strong-ones-cut": lambda new: {
        **new, "sha256": new["sha256"][:-1], "sha512": new["sha512"][:-1]},
    "weak-one-cut": lambda new: {**new, "md5": new["md5"][:-1]},
}
USABLE = {
    "plain": lambda new: new,
    "capitals": each(str.upper),
    "blank-behind": each(lambda digest: digest + " "),
    "only-sha256-blank-behind": lambda new: {
        **new, **NONE, "sha256": new["sha256"] + " "},
    "blanks-around": each(lambda digest: f"\u00a0\t{digest}\r\n"),
    "others-empty": lambda new: {
        **new, "md5": "", "sha1": "", "sha512": ""},
    **{f"only-{kind}": lambda new, kind=kind: {**new, **NONE,
                                               kind: new[kind]}
       for kind in HASHES},
}
# The newest row is unusable, the older one is not.
NEWEST = {f"newest-{name}": change for name, change in UNUSABLE.items()}


def rows_of(mirrors, states):
    """Topics that are called as above; all have the same mirrors."""
    new, old = (details(folder, time) for folder, time in (
        (states.new, scene.NEW), (states.old, scene.OLD)))
    rows = Rows()
    for name, change in {**UNUSABLE, **USABLE, **NEWEST}.items():
        topic = rows.topic(name, details=False)
        for mirror, country in zip(mirrors, ("DE", "FR", "US")):
            topic.host(f"{name}-{country}", country, [mirror.url + "/e2e"])
        rows.details(topic.repodata, "repomd.xml", **change(new))
        if name in NEWEST:
            rows.details(topic.repodata, "repomd.xml", **old)
    rows.add("netblock_country", netblock="127.0.0.0/8", country="DE")
    return rows.db


def sqlite(folder, database, stack):
    return ["--database", f"sqlite:{database.sqlite(folder / 'rows')}"]


def postgresql(folder, database, stack):
    server = stack.enter_context(PostgreSQL())
    return ["--database", database.postgresql(server, "rows", keys=False)]


def protobuf(folder, database, stack):
    file = folder / "mirrorlist_cache.proto"
    message = write(message_types(folder, packed=False), confine(database),
                    scene.NEW)
    file.write_bytes(message.SerializeToString())
    return ["--protobuf", file]


@pytest.fixture(scope="module")
def mirrors(states):
    """Tampered, good, and stale: the order in which librepo asks them."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Mirror(folder)) for folder in (
            states.tampered, states.new, states.old)]


@pytest.fixture(scope="module", params=[sqlite, postgresql, protobuf],
                ids=lambda source: source.__name__)
def server(request, tmp_path_factory, mirrors, states):
    folder = tmp_path_factory.mktemp("hashes")
    database = rows_of(mirrors, states)
    with contextlib.ExitStack() as stack:
        cache = tools.make_cache(
            folder, database, geoip=ELSEWHERE, continents=CONTINENTS,
            options=["--allow-loopback"],
            source=request.param(folder, database, stack))
        yield stack.enter_context(Httpd(cache=cache))


@pytest.fixture
def taken(librepo, server, mirrors, states, tmp_path):
    """taken(topic) -> whose repomd.xml librepo has taken, or why none."""
    def ask(name):
        for mirror in mirrors:
            mirror.forget()
        result = librepo(server, "metalink", "all", f"&repo={name}")
        if result.returncode:
            return result.stderr
        repomd = (tmp_path / "librepo/repodata/repomd.xml").read_bytes()
        return next(which for which, folder in vars(states).items()
                    if (folder / scene.REPOMD[1:]).read_bytes() == repomd)
    return ask


@pytest.mark.parametrize("name", UNUSABLE)
def test_without_a_usable_row_there_is_no_metalink(taken, mirrors, name):
    assert "Status code: 404" in taken(name)
    assert not any(mirror.requests for mirror in mirrors)


@pytest.mark.parametrize("name", USABLE)
def test_a_usable_row_finds_the_good_mirror(taken, mirrors, name):
    assert taken(name) == "new"
    assert mirrors[0].asked(scene.REPOMD) == [200]


@pytest.mark.parametrize("name", NEWEST)
def test_an_unusable_newest_row_leaves_the_older_one(taken, mirrors, name):
    assert taken(name) == "old"
    assert mirrors[0].asked(scene.REPOMD) == [200]
