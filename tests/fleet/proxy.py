# SPDX-License-Identifier: Apache-2.0
"""A proxy: httpd with what conf.d ships, a folder, rsync and the reload unit.

Knows how a cache arrives and what the proxy says of it. Knows nothing of what
stands in front.
"""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from harness import shipped
from harness.httpd import PATIENCE, Httpd
from harness.ports import free_port
from harness.tools import NAME

SITE = """
<VirtualHost *>
    ServerName localhost
    RemoteIPHeader X-Forwarded-For
    RemoteIPInternalProxy 127.0.0.1
</VirtualHost>
"""


class Proxy(Httpd):
    """A proxy inside `with`; it runs from start() on."""

    def __init__(self, name):
        super().__init__(handler=False, start=False, port=free_port())
        self.name = name

    def __enter__(self):
        super().__enter__()
        self.temporary = tempfile.TemporaryDirectory(prefix="mirrorlist-proxy-")
        self.folder = Path(self.temporary.name)
        self.statistics = self.root / "statistics"
        self.statistics.mkdir()
        self.config = shipped.configuration(
            self.folder / NAME, self.statistics) + SITE
        return self

    def __exit__(self, *exception):
        if self.process:
            self.thaw()  # in case that a test ended before it did
        try:
            super().__exit__(*exception)
        finally:
            self.temporary.cleanup()

    # The cache

    def pull(self, url):
        """The published cache arrives, if it is another one."""
        subprocess.run(["rsync", "--times", "--delay-updates", url,
                        f"{self.folder}/"], check=True, timeout=PATIENCE)

    def reload(self):
        """Runs the reload unit; its exit code. If it reloaded httpd, none of
        the processes before is left."""
        runs, old = self._runs(), self.children()
        code = shipped.run_unit("mirrorlist-reload.service", self.folder, self)
        if code == 0:
            self.wait_for_graceful(runs, old)
        return code

    def update(self, url):
        """What a proxy does again and again."""
        self.pull(url)
        code = self.reload()
        assert code == 0, f"the reload of {self.name} ended with {code}"

    def cut(self):
        """The cache is copied over itself by something that breaks off, in
        the file itself."""
        file = self.folder / NAME
        whole = file.read_bytes()
        file.write_bytes(whole[:len(whole) // 2])

    def freeze(self):
        """Its processes stand still; the kernel goes on to accept."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self):
        os.killpg(self.process.pid, signal.SIGCONT)

    def lose_everything(self):
        """As a proxy that has just been installed."""
        for file in self.folder.iterdir():
            file.unlink()

    # What it says

    def metrics(self):
        """Names of samples -> values, of those that are there once; the file
        is their only label."""
        text = self.get("/mirrorlist-status?format=openmetrics").text
        return {sample.name: sample.value
                for family in text_string_to_metric_families(text)
                for sample in family.samples
                if sample.labels.keys() <= {"file"}}

    def generation(self):
        """(number, whether the file in place is bad)."""
        metrics = self.metrics()
        return (metrics.get("mirrorlist_generation_number"),
                metrics["mirrorlist_generation_failing"] == 1)

    def age(self):
        return self.metrics()["mirrorlist_generation_age_seconds"]
