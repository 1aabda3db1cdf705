# SPDX-License-Identifier: Apache-2.0
"""The folder of a published cache: what was there, what is there now."""

from harness import tools

FRESH = {tools.NAME, f"{tools.NAME}.good"}


class Published:
    """The cache of the first run; every later run has another `time`."""

    def __init__(self, compiler, folder, url):
        self.compiler = compiler
        self.folder = folder
        self.url = url
        self.output = folder / tools.NAME
        self.good = folder / f"{tools.NAME}.good"
        self.time = 0
        self.old = None
        self.renew()

    @property
    def names(self):
        return {path.name for path in self.folder.iterdir()}

    def run(self, source=None, *options, **about):
        """A run that gives other bytes than all before it."""
        self.time += 1
        return self.compiler.run(source or self.url, *options,
                                 output=self.output, time=self.time, **about)

    def renew(self):
        """A good run, after which nothing of earlier ones is left."""
        self.run()
        self.old = self.output.read_bytes()
        assert self.names == FRESH
        assert self.good.read_bytes() == self.old
        assert not self.good.samefile(self.output)

    def empty(self):
        for path in self.folder.iterdir():
            path.unlink()

    def is_whole(self):
        return is_whole(self.output)

    def fails(self, *reasons, source=None, **about):
        """A run that fails for the reasons and changes nothing."""
        run = self.run(source, code=2, **about)
        for reason in reasons:
            assert str(reason) in run.error, run.error
        self.is_untouched()
        return run

    def is_untouched(self):
        assert self.output.read_bytes() == self.old
        assert self.names == FRESH


def is_whole(file):
    """Its content may be poor: that is 1, and a broken file 2."""
    return tools.run("mirrorlist-query", "--check", file).returncode in (0, 1)
