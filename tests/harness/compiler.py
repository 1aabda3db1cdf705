# SPDX-License-Identifier: Apache-2.0
"""Runs of the compiler: how to call it, and what it printed and wrote.

Knows the form of its messages, and what may differ between two caches of the
same content.
"""

import re

from cache.layout import Cache
from harness import tools
from harness.answers import hosts

CREATED = 1700000000
SUMMARY = re.compile(
    r"cache (?P<file>.+): (?P<unchanged>unchanged, |)"
    r"(?P<directories>\d+) directories, (?P<hosts>\d+) hosts, "
    r"(?P<repositories>\d+) repositories, (?P<bytes>\d+) bytes, "
    r"(?P<skipped>\d+) skipped rows, \d+\.\d s")
PROGRAM = "mirrorlist-cachegen: "


class Run:
    """One finished run."""

    def __init__(self, result, output):
        self.output = output
        self.code = result.returncode
        self.lines = result.stdout.splitlines()
        self.stderr = result.stderr
        self.said = result.stderr.splitlines()
        self.skipped = [line.removeprefix("skipped ") for line in self.said
                        if line.startswith("skipped ")]
        self.warnings = [
            line.removeprefix(PROGRAM + "warning: ") for line in self.said
            if line.startswith(PROGRAM + "warning: ")]
        self.summary = None
        if self.code == 0:
            self.summary = SUMMARY.fullmatch(self.lines[-1])
            assert self.summary, result.stdout

    @property
    def skipped_n(self):
        return int(self.summary["skipped"])

    @property
    def error(self):
        """The only sentence of a run that failed."""
        sentences = [line for line in self.said
                     if line.startswith(PROGRAM) and "warning: " not in line]
        assert len(sentences) == 1, self.stderr
        return sentences[0].removeprefix(PROGRAM)

    @property
    def content(self):
        """The cache without what may differ: see without_time()."""
        return without_time(self.output.read_bytes(), skipped=False)

    def answer(self, target, **options):
        return tools.query(self.output, target, **options).body.decode()

    def hosts(self, repo="t", ip="127.0.0.1", **options):
        """The hosts of a repository's list, sorted."""
        body = self.answer(f"/mirrorlist?repo={repo}&arch=x86_64&ip={ip}",
                           **options)
        return sorted(hosts(line for line in body.splitlines()
                            if not line.startswith("#")))

    def metalink(self, path):
        return self.answer(f"/metalink?path={path}")


def without_time(data, skipped=True):
    """A cache with zeros for its creation time and its checksum, and unless
    `skipped` without what it says of rows that were skipped."""
    cache = Cache(data)
    cache["header", "created_s"] = cache["header", "crc32"] = 0
    if not skipped:
        texts = [cache[section, number, field]
                 for section, field in (("bad_netblocks", "sentence.off"),
                                        ("skipped", "kind.off"))
                 for number in range(cache.count(section))]
        cache["counts", 0, "skipped_rows"] = 0
        cache.resize("skipped", 0)
        cache.resize("bad_netblocks", 0)
        if texts:  # they are the last ones
            cache.resize("text", min(texts))
        cache["header", "file_size"] = 0
    return bytes(cache.data)


class Compiler:
    """The compiler with the files about networks that are always there."""

    def __init__(self, folder, files):
        self.files = files
        self.output = folder / tools.NAME
        self.empty = folder / "empty.conf"  # this machine's is not read
        self.empty.write_text("")

    def run(self, source, *options, code=0, time=CREATED, files=None,
            output=None, **about):
        """One run, which ends with `code`; `source`: URL of a database."""
        arguments = [*(self.files if files is None else files), *options]
        if "--config" not in options:
            arguments += ["--config", self.empty]
        if time is not None:
            arguments += ["--time", time]
        if source is not None:
            arguments += ["--database", source]
        result = tools.cachegen(
            *arguments, "--output", output or self.output, **about)
        assert result.returncode == code, result.stderr + result.stdout
        return Run(result, output or self.output)
