# SPDX-License-Identifier: Apache-2.0
"""A disk that is full or broken, at every call that touches the output."""

import errno
import os

import pytest

from faults.published import FRESH
from faults.syscalls import Plan, at, only, watching


@pytest.fixture
def plan(published):
    return Plan(published)


@pytest.fixture
def spoil(published):
    """A function: a run in which one call goes wrong."""
    def spoil(call, what, **about):
        return published.run(under=watching(published, at(call, what)),
                             **about)
    return spoil


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_until_the_rename_an_error_leaves_the_old_file(published, plan, error):
    reason = os.strerror(getattr(errno, error))
    making = only(plan.making, "openat", "flock", "ftruncate", "fchmod",
                  "write", "pwrite64", "fsync", "read")
    published.renew()
    for call in [*making, plan.moving]:
        run = published.run(code=2, under=watching(
            published, at(call, f"error={error}")))
        assert str(published.output) in run.error, call
        assert reason in run.error, call
        assert published.output.read_bytes() == published.old, call
    published.renew()


def test_a_failed_run_removes_what_it_wrote(published, plan):
    published.renew()
    for call in [*only(plan.making, "write", "fsync"), plan.moving]:
        published.fails(under=watching(published, at(call, "error=EIO")))


def test_a_folder_without_locks_is_no_other_run(published, plan):
    lock, = only(plan.making, "flock")
    run = published.run(code=2, under=watching(
        published, at(lock, "error=ENOLCK")))
    assert os.strerror(errno.ENOLCK) in run.error
    assert "another run" not in run.error


def test_an_old_file_that_cannot_be_read_is_replaced(published, plan, spoil):
    for call in only(plan.comparing, "openat", "read"):
        warning, = spoil(call, "error=EIO").warnings
        assert warning.startswith(
            f"{published.output} cannot be compared with the new one: ")
        assert os.strerror(errno.EIO) in warning
        published.renew()


@pytest.mark.parametrize("error", ["EPERM", "ENOSPC", "EIO"])
def test_a_file_without_its_copy_is_published(published, plan, spoil, error):
    reason = os.strerror(getattr(errno, error))
    for call in [*only(plan.copying, "openat", "fchmod", "write", "fsync",
                       "lseek"), plan.replacing]:
        published.renew()
        warning, = spoil(call, f"error={error}").warnings
        assert warning.startswith(f"{published.good}"), call
        assert warning.endswith(f": {reason}"), call
        assert published.output.read_bytes() != published.old
        assert published.good.read_bytes() == published.old
        assert published.names == FRESH and published.is_whole()


def test_a_copy_is_read_back(published, plan, spoil):
    """A disk may have lost it, and FICLONE claim what it has not done."""
    for call, what in [(only(plan.copying, "read")[0], "error=EIO"),
                       (only(plan.copying, "ioctl")[0], "retval=0")]:
        published.renew()
        warning, = spoil(call, what).warnings
        assert warning == f"{published.good}.copy was written, but is not valid"
        assert published.good.read_bytes() == published.old
        assert published.names == FRESH and published.is_whole()


def test_a_failed_run_leaves_the_copy_before(published, plan, spoil):
    published.renew()
    spoil(plan.moving, "error=EIO", code=2)
    assert published.good.read_bytes() == published.old
    published.is_untouched()


def test_a_folder_that_cannot_be_synced_is_reported(published, plan, spoil):
    """The file has its name by then, but may lose it if the power fails."""
    for call in only(plan.syncing, "openat", "fsync"):
        published.renew()
        run = spoil(call, "error=EIO")
        assert (f"warning: {published.folder} cannot be synced: "
                + os.strerror(errno.EIO)) in run.stderr
        assert published.output.read_bytes() != published.old
        assert published.is_whole()
        published.renew()


def test_an_error_of_close_loses_nothing(published, plan, spoil):
    """What was written has been synced before."""
    for call in only(plan.calls, "close"):
        published.renew()
        spoil(call, "error=EIO")
        assert published.output.read_bytes() != published.old
        published.renew()


def test_a_link_outlives_a_failed_run(published, plan, tmp_path):
    published.renew()
    link = tmp_path / "link"
    link.symlink_to(published.output)
    run = published.compiler.run(
        published.url, output=link, code=2, time=published.time + 1,
        under=watching(published, at(plan.moving, "error=EIO")))
    assert run.error == (f"{published.output} cannot be replaced: "
                         + os.strerror(errno.EIO))
    assert link.samefile(published.output)
    published.is_untouched()


# --- writes that do not do what they were asked ------------------------------

def test_short_writes_are_continued(published, preload):
    whole = published.run().content
    assert published.run(env=preload("short_write")).content == whole


def test_interrupted_writes_are_repeated(published):
    whole = published.run().content
    every_other = watching(published, "write:error=EINTR:when=1+2")
    assert published.run(under=every_other).content == whole


def test_a_write_of_nothing_is_a_full_disk(published, plan):
    published.renew()
    call = only(plan.making, "write")[-1]
    published.fails(f"{published.output}.tmp", os.strerror(errno.ENOSPC),
                    under=watching(published, at(call, "retval=0")))


def test_a_header_that_is_written_in_part_is_a_full_disk(published, plan):
    published.renew()
    call, = only(plan.making, "pwrite64")
    published.fails(f"{published.output}.tmp", os.strerror(errno.ENOSPC),
                    under=watching(published, at(call, "retval=20")))


def test_bytes_that_a_disk_lost_are_missed(published, plan):
    """It claims to have written them: reading back finds them missing."""
    published.renew()
    for call in only(plan.making, "write", "pwrite64"):
        length = call.arguments.rsplit(", ", 2 if call.name == "pwrite64"
                                       else 1)[1]
        published.fails(f"{published.output}.tmp",
                        "was written, but is not valid",
                        under=watching(published, at(call,
                                                     f"retval={length}")))
