# SPDX-License-Identifier: Apache-2.0
"""A real haproxy with the configuration of haproxy.cfg.

Only addresses, the socket and the log are others than written there. Knows
what haproxy says of its servers, nothing of them.
"""

import csv
import re
import socket
import subprocess
import tempfile
from pathlib import Path

from harness.httpd import wait_for
from harness.ports import free_port

TEMPLATE = Path(__file__).with_name("haproxy.cfg")
# Termination state of an answer that came whole, or was haproxy's own "no".
ORDERLY = re.compile(r" (----|LR--|PR--) \d+/\d+/\d+/\d+/[+]?\d+ ")


class Balancer:
    """Running inside `with` in front of these proxies, proxy1 to proxy3.
    `places`: more pairs of what is written and what stands there instead."""

    def __init__(self, proxies, *places):
        self.proxies = proxies
        self.places = places

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="mirrorlist-lb-")
        self.folder = Path(self.temporary.name)
        self.port = free_port()
        config = self.folder / "haproxy.cfg"
        config.write_text(self._config())
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                ["haproxy", "-db", "-f", config], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        try:
            wait_for(self._answers, "haproxy answers")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait()
        self.temporary.cleanup()

    def _config(self):
        text = TEMPLATE.read_text()
        places = [("127.0.0.1:10002", f"127.0.0.1:{self.port}"),
                  ("/run/haproxy", str(self.folder)),
                  ("log /dev/log local0", "log stdout format raw local0"),
                  *self.places]
        for number, proxy in enumerate(self.proxies, start=1):
            places.append((f"192.0.2.1{number}:80", f"127.0.0.1:{proxy.port}"))
        for written, ours in places:
            assert text.count(written) == 1, written
            text = text.replace(written, ours)
        return text

    def _answers(self):
        assert self.process.poll() is None, self.log()
        return (self.folder / "admin.sock").exists()  # the last that it opens

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def disorderly(self):
        """Log lines of the proxies, but of requests that ended well."""
        return [line for line in self.log().splitlines()
                if " proxies/" in line and not ORDERLY.search(line)]

    def servers(self):
        """Name -> what its socket says of a proxy."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.folder / "admin.sock"))
            connection.sendall(b"show stat proxies 4 -1\n")
            text = b"".join(iter(lambda: connection.recv(65536), b""))
        lines = text.decode().removeprefix("# ").strip().splitlines()
        return {row["svname"]: row for row in csv.DictReader(lines)}

    def up(self):
        """Names of the proxies that get requests."""
        return {name for name, row in self.servers().items()
                if row["status"].startswith("UP")}

    def wait_for_up(self, names):
        wait_for(lambda: self.up() == set(names),
                 f"these are up, and no others: {sorted(names)}")

    def wait_for_health(self):
        """Until no proxy has a failed check that counts."""
        wait_for(lambda: all(row["status"] == "UP"
                             for row in self.servers().values()),
                 "all have passed enough checks")

    def wait_for_queue(self, name):
        """Until requests wait for the answer of a proxy."""
        wait_for(lambda: int(self.servers()[name]["scur"]) > 1,
                 f"requests wait for {name}")

    def asked(self, name):
        """How many requests a proxy got; health checks are none."""
        return int(self.servers()[name]["stot"])

    def check(self, name):
        """What the last health check of a proxy gave: (kind, status)."""
        row = self.servers()[name]
        return row["check_status"], row["check_code"]

    def asked_again(self):
        """How often a proxy failed a request and another try was made."""
        return sum(int(row["wretr"]) + int(row["wredis"])
                   for row in self.servers().values())
