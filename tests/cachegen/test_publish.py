# SPDX-License-Identifier: Apache-2.0
"""How a cache gets its name: wholly, or not at all."""

import fcntl
import os
import stat
import tempfile
from pathlib import Path

import pytest

from cachegen.bad_rows import base
from harness import tools
from harness.compiler import without_time
from harness.mirrormanager import Rows

BEFORE = b"what was there before"
FRESH = {"mirrorlist.cache", "mirrorlist.cache.good"}


@pytest.fixture
def folder(tmp_path):
    """Where nothing but the output is."""
    folder = tmp_path / "published"
    folder.mkdir()
    return folder


@pytest.fixture
def url(sqlite):
    return sqlite(base().db)


@pytest.fixture
def output(folder):
    return folder / tools.NAME


def names(folder):
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def good(output):
    return output.with_name(output.name + ".good")


def is_copied(output, good):
    """The same bytes, and of its own: a write in place into one of the two
    leaves the other."""
    return (output.read_bytes() == good.read_bytes()
            and not os.path.samefile(output, good))


def test_good_is_a_copy_of_the_published_file(compiler, url, output, good):
    for time in (1, 2):
        compiler.run(url, output=output, time=time)
        assert is_copied(output, good)
        assert stat.S_IMODE(good.stat().st_mode) == 0o644
        assert names(output.parent) == FRESH


@pytest.mark.parametrize("cut", ["output", "good"])
def test_a_write_into_the_one_file_leaves_the_other(compiler, url, output,
                                                    good, cut):
    compiler.run(url, output=output)
    whole = output.read_bytes()
    written, other = (output, good) if cut == "output" else (good, output)
    written.write_bytes(whole[:1000])
    assert other.read_bytes() == whole


def lost(good):
    good.unlink()


def linked(good):
    good.unlink()
    good.hardlink_to(good.with_name("mirrorlist.cache"))


def cut(good):
    good.write_bytes(good.read_bytes()[:-1])


def longer(good):
    good.write_bytes(good.read_bytes() + b"x")


def another(good):
    whole = good.read_bytes()
    good.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])


@pytest.mark.parametrize("spoil", [lost, linked, cut, longer, another])
def test_an_unchanged_file_gets_a_copy_that_it_lacks(compiler, url, output,
                                                     good, spoil):
    compiler.run(url, output=output)
    before = output.stat()
    spoil(good)
    run = compiler.run(url, "--if-changed", output=output)
    assert run.summary["unchanged"] and run.warnings == []
    assert output.stat().st_ino == before.st_ino
    assert is_copied(output, good)
    assert names(output.parent) == FRESH


def test_a_copy_that_is_there_stays(compiler, url, output, good):
    compiler.run(url, output=output)
    before = good.stat()
    compiler.run(url, "--if-changed", output=output)
    assert good.stat() == before


def test_the_published_file_is_replaced_not_changed(compiler, url, output):
    compiler.run(url, output=output, time=1)
    with open(output, "rb") as opened:
        before = opened.read()
        compiler.run(url, output=output, time=2)
        opened.seek(0)
        assert opened.read() == before != output.read_bytes()


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_the_mode_is_0644_whatever_the_umask(compiler, url, output, umask):
    output.write_bytes(BEFORE)
    output.chmod(0o600)
    compiler.run(url, output=output, umask=umask)
    assert stat.S_IMODE(output.stat().st_mode) == 0o644


def test_a_published_file_is_valid(compiler, url, output):
    compiler.run(url, output=output)
    assert tools.run("mirrorlist-query", "--check", output).returncode < 2


def test_same_input_same_bytes(compiler, url, output):
    first, second = (compiler.run(url, output=output).output.read_bytes()
                     for _ in range(2))
    later = compiler.run(url, output=output, time=None).output.read_bytes()
    assert first == second != later
    assert without_time(first) == without_time(later)


# --- nothing to publish --------------------------------------------------------

def idle():
    """A repository that no host carries."""
    rows = Rows()
    rows.topic("t")
    rows.host("one")
    return rows


def nameless():
    """Hosts that carry directories of no repository."""
    rows = base()
    rows.db.tables["repository"].clear()
    return rows


@pytest.mark.parametrize("rows, missing", [
    (Rows, "repository"), (nameless, "repository"),
    (idle, "host that carries a directory")])
def test_an_empty_cache_is_not_published(compiler, sqlite, output, rows,
                                         missing):
    """Whether or not there is one to compare with."""
    said = (f"{output} is not published: the new cache has no {missing} "
            "(--force publishes it)")
    url = sqlite(rows().db)
    assert compiler.run(url, output=output, code=3).error == said
    assert names(output.parent) == set()
    compiler.run(url, "--force", output=output)
    before = output.read_bytes()
    assert compiler.run(url, output=output, code=3, time=2).error == said
    assert output.read_bytes() == before
    output.write_bytes(BEFORE)
    assert compiler.run(url, output=output, code=3).error == said
    assert output.read_bytes() == BEFORE
    compiler.run(sqlite(base().db), "--force", output=output)
    url = sqlite(rows().db)
    assert compiler.run(url, "--max-shrink", 100, output=output,
                        code=3).error == said


# --- failures -----------------------------------------------------------------

def test_a_failed_run_leaves_nothing_behind(compiler, output):
    output.write_bytes(BEFORE)
    compiler.run("sqlite:/nowhere", output=output, code=2)
    assert output.read_bytes() == BEFORE
    assert names(output.parent) == {output.name}


def test_a_refused_cache_leaves_nothing_behind(compiler, sqlite, output):
    compiler.run(sqlite(base().db), output=output)
    before = output.read_bytes()
    compiler.run(sqlite(Rows().db), output=output, code=3)
    assert output.read_bytes() == before
    assert names(output.parent) == FRESH


def test_a_leftover_of_a_killed_run_is_used_up(compiler, url, output):
    for name in (".tmp", ".good.copy"):
        output.with_name(output.name + name).write_bytes(b"x" * 100000)
    compiler.run(url, output=output)
    assert tools.run("mirrorlist-query", "--check", output).returncode < 2
    assert names(output.parent) == FRESH


def test_a_leftover_of_another_user_is_used_up_too(compiler, url, output):
    """Of root's, for one, if this runs as root."""
    left = output.with_name(output.name + ".tmp")
    left.write_bytes(b"x" * 100000)
    left.chmod(0o444)
    output.parent.chmod(0o777)
    compiler.run(url, output=output, under=tools.PLAIN_USER)
    assert tools.run("mirrorlist-query", "--check", output).returncode < 2
    assert names(output.parent) == FRESH


def test_a_locked_leftover_of_another_user_is_a_run(compiler, url, output):
    left = output.with_name(output.name + ".tmp")
    left.write_bytes(b"x")
    left.chmod(0o444)
    output.parent.chmod(0o777)
    with open(left, "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        run = compiler.run(url, output=output, code=2, under=tools.PLAIN_USER)
    assert run.error == f"another run is writing {output}"
    assert left.read_bytes() == b"x"


@pytest.mark.parametrize("below", ["missing/x", "file/x"])
def test_a_folder_that_is_none(compiler, url, folder, below):
    (folder / "file").write_text("")
    run = compiler.run(url, output=folder / below, code=2)
    assert str(folder / below) in run.error
    assert names(folder) == {"file"}


def test_a_folder_that_cannot_be_written(compiler, url, output):
    output.write_bytes(BEFORE)
    output.parent.chmod(0o555)
    run = compiler.run(url, output=output, code=2, under=tools.PLAIN_USER)
    output.parent.chmod(0o755)
    assert str(output) in run.error
    assert output.read_bytes() == BEFORE
    assert names(output.parent) == {output.name}


def test_a_full_disk(compiler, url, output):
    output.write_bytes(BEFORE)
    run = compiler.run(url, output=output, code=2, under=tools.FULL_DISK)
    assert str(output) in run.error
    assert output.read_bytes() == BEFORE
    assert names(output.parent) == {output.name}


def test_a_second_run_at_the_same_time_stops(compiler, url, output):
    temporary = output.with_name(output.name + ".tmp")
    with open(temporary, "w") as other_run:
        fcntl.flock(other_run, fcntl.LOCK_EX)
        run = compiler.run(url, output=output, code=2)
    assert str(output) in run.error
    assert names(output.parent) == {temporary.name}, "it is the other run's"


def test_a_temporary_file_that_is_a_link_is_not_followed(compiler, url,
                                                         output, tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(BEFORE)
    output.with_name(output.name + ".tmp").symlink_to(victim)
    compiler.run(url, output=output, code=2)
    assert victim.read_bytes() == BEFORE


def test_without_its_copy_the_file_is_published(compiler, url, output, good):
    good.mkdir()
    warning, = compiler.run(url, output=output).warnings
    assert warning.startswith(f"{good} cannot be replaced: ")
    assert tools.run("mirrorlist-query", "--check", output).returncode < 2
    assert names(output.parent) == FRESH


# --- odd outputs --------------------------------------------------------------

@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_stays_one(compiler, url, output, tmp_path, exists):
    target = tmp_path / "elsewhere" / "real.cache"
    target.parent.mkdir()
    if exists:
        target.write_bytes(BEFORE)
    output.symlink_to(target)
    compiler.run(url, output=output)
    assert output.is_symlink()
    assert target.read_bytes() != BEFORE
    assert tools.run("mirrorlist-query", "--check", output).returncode < 2
    assert names(target.parent) == {"real.cache"}
    assert names(output.parent) == FRESH
    assert is_copied(target, output.with_name(output.name + ".good"))


@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_of_the_copy_stays_one(compiler, url, output, good,
                                               exists):
    """On another file system too."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        assert os.stat(folder).st_dev != output.parent.stat().st_dev
        target = Path(folder, "a.copy")
        if exists:
            target.write_bytes(BEFORE)
        good.symlink_to(target)
        compiler.run(url, output=output)
        assert good.readlink() == target
        assert is_copied(output, target)
        assert names(Path(folder)) == {"a.copy"}
    assert names(output.parent) == FRESH


def test_a_folder_as_output(compiler, url, output):
    output.mkdir()
    run = compiler.run(url, output=output, code=2)
    assert str(output) in run.error
    assert names(output.parent) == {output.name}


def test_a_path_without_a_folder_is_in_this_one(compiler, url, folder):
    compiler.run(url, output=tools.NAME, cwd=folder)
    assert names(folder) == FRESH


@pytest.mark.parametrize("content", [
    b"", BEFORE, b"\211mirror\n" + bytes(1000)])
def test_a_published_file_that_cannot_be_read_is_replaced(compiler, url,
                                                          output, content):
    output.write_bytes(content)
    run = compiler.run(url, "--if-changed", output=output)
    warning, = run.warnings
    assert warning.startswith(f"{output} cannot be compared with the new one: ")
    assert tools.run("mirrorlist-query", "--check", output).returncode < 2
