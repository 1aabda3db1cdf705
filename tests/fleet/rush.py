# SPDX-License-Identifier: Apache-2.0
"""Many clients at once, each with a new TLS connection for each request.

Knows ab and what it prints. An answer of another length, or cut, is a failed
request for it.
"""

import re
import resource
import subprocess
import time


def allow_files(n):
    """For ab: so many connections need as many open files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(n + 100, hard), hard))


class Rush:
    """`requests` by `clients` at once, running inside `with`; what came of it
    is there afterwards.

    failed      requests that got no whole answer of status 200
    percentile  milliseconds of 99 % of the answers
    worst       milliseconds of the slowest
    rate        answers a second
    processors  that httpd used on average
    """

    def __init__(self, front, clients, requests):
        self.front = front
        self.clients = clients
        self.requests = requests

    def __enter__(self):
        self.spent = self.front.processor_time()
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            ["ab", "-q", "-r", "-s", "60", "-f", "TLS1.3",
             "-c", str(self.clients), "-n", str(self.requests),
             self.front.url], stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            preexec_fn=lambda: allow_files(self.clients))
        return self

    def __exit__(self, kind, *exception):
        if kind:
            self.process.kill()
        output, _ = self.process.communicate()
        if kind:
            return
        assert self.process.returncode == 0, output
        seconds = time.monotonic() - self.begun
        self.processors = (self.front.processor_time() - self.spent) / seconds
        self.read(output)

    def read(self, output):
        def figure(pattern):
            found = re.search(rf"^ *{pattern} +([\d.]+)", output, re.MULTILINE)
            return float(found[1]) if found else 0

        assert figure("Document Length:"), output
        missing = self.requests - figure("Complete requests:")
        self.failed = int(missing + figure("Failed requests:")
                          + figure("Non-2xx responses:"))
        self.percentile = int(figure("99%"))
        self.worst = int(figure("100%"))
        self.rate = round(figure("Requests per second:"))
