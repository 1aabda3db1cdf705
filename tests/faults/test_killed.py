# SPDX-License-Identifier: Apache-2.0
"""A run that is killed before each of its calls, and so after each.

What the kernel does inside one call is its own affair: rename() is atomic.
"""

from faults.published import is_whole
from faults.syscalls import Plan, at, calls, watching


def kill(published, call):
    published.run(code=-9, under=watching(published, at(call, "signal=KILL")))


def test_killed_anywhere_the_published_file_is_the_old_or_the_new(published):
    changed = []
    for call in calls(published):
        published.renew()
        kill(published, call)
        assert published.is_whole(), call
        changed.append(published.output.read_bytes() != published.old)
        assert is_whole(published.good), call
    assert not changed[0] and changed[-1]
    assert changed == sorted(changed), "it never goes back"
    published.renew()


def test_killed_anywhere_a_first_run_publishes_all_or_nothing(published):
    published.empty()
    found = calls(published)
    for call in found:
        published.empty()
        kill(published, call)
        for file in (published.output, published.good):
            assert not file.exists() or is_whole(file), call
        published.renew()


def test_what_two_killed_runs_left_is_used_up(published):
    """Both names that a run may leave behind, by two different runs."""
    plan = Plan(published)
    kill(published, plan.replacing)
    kill(published, next(call for call in plan.making
                         if call.name == "fsync"))
    assert published.names == {
        published.output.name, published.good.name,
        f"{published.output.name}.tmp", f"{published.good.name}.copy"}
    published.renew()
