# SPDX-License-Identifier: Apache-2.0
"""Threads that ask without pause, and what they saw.

Knows nothing of what is asked.
"""

import threading

from harness.httpd import wait_for


class Load:
    """Calls `ask(server)` in `threads` threads inside `with`; `seen` has what
    it gave back, `failures` what it raised."""

    def __init__(self, server, ask, threads=6):
        self.server = server
        self.ask = ask
        self.seen = []
        self.failures = []
        self.end = threading.Event()
        self.threads = [threading.Thread(target=self.run)
                        for _ in range(threads)]

    def run(self):
        while not self.end.is_set():
            try:
                self.seen.append(self.ask(self.server))
            except Exception as failure:  # what it was is the test's matter
                self.failures.append(repr(failure))

    def wait_for_more(self, n=20):
        """Until `n` more answers have come."""
        before = len(self.seen)
        wait_for(lambda: len(self.seen) >= before + n, "answers go on")

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exception):
        self.end.set()
        for thread in self.threads:
            thread.join()
