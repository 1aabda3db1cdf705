# SPDX-License-Identifier: Apache-2.0
"""Runs that want the same output at the same time."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from faults.syscalls import stopped, watching
from harness import tools

RUNS = 12


@pytest.fixture
def busy(published, tmp_path):
    """A run that waits for its routing table; a function that lets it go on
    and returns it."""
    fifo = tmp_path / "routes"
    os.mkfifo(fifo)
    with ThreadPoolExecutor(1) as executor:
        run = executor.submit(published.run, None, "--netblocks", fifo)
        with open(fifo, "w") as routes:  # it has opened the other end

            def go_on():
                routes.write("198.51.100.0/24 64500\n")
                routes.close()
                return run.result()
            yield go_on


def test_a_second_run_is_refused_while_the_first_goes_on(published, busy):
    for _ in range(2):
        error = published.run(code=2).error
        assert error == f"another run is writing {published.output}"
        assert published.output.read_bytes() == published.old
    busy()
    assert published.output.read_bytes() != published.old
    published.renew()


def test_a_run_through_a_link_is_a_second_run_too(published, busy, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(published.output)
    run = published.compiler.run(published.url, output=link, code=2)
    assert run.error == f"another run is writing {published.output}"
    assert link.is_symlink()
    busy()
    published.renew()


def test_what_another_run_published_meanwhile_is_not_written(published):
    """A run opens its temporary file; before it has the lock, another one
    locks, publishes and unlocks just that file."""
    with stopped(published, watching(published, "openat:signal=STOP:when=1"),
                 code=2) as run:
        published.renew()
    assert run.result().error == f"another run is writing {published.output}"
    published.is_untouched()


def test_many_runs_at_once_publish_one_whole_file(published):
    arguments = [*published.compiler.files, "--config",
                 published.compiler.empty, "--database", published.url,
                 "--output", published.output]

    def run(time):
        result = tools.cachegen(*arguments, "--time", time)
        assert published.is_whole()
        return result

    with ThreadPoolExecutor(RUNS) as executor:
        results = list(executor.map(run, range(100, 100 + RUNS)))
    published_n = sum(result.returncode == 0 for result in results)
    refused = [result for result in results if result.returncode != 0]
    assert published_n >= 1
    for result in refused:
        assert result.returncode == 2
        assert f"another run is writing {published.output}" in result.stderr
    published.renew()
