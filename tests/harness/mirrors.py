# SPDX-License-Identifier: Apache-2.0
"""Mirrors on this machine: a folder over HTTP, and what was asked of it.

Knows nothing of repositories or of who asks.
"""

import functools
import http.server
import socket
import threading


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code="-", size="-"):
        self.server.requests.append((self.path, int(code)))

    def log_message(self, *args):
        pass


class Mirror:
    """Serves `folder` inside `with`; `requests` holds (path, status)."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0),
            functools.partial(Handler, directory=str(self.folder)))
        self.server.daemon_threads = True
        self.server.requests = []
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def forget(self):
        """As if nobody had asked yet."""
        self.server.requests.clear()

    @property
    def requests(self):
        return list(self.server.requests)

    def asked(self, name):
        """The statuses of requests for paths that end in `name`."""
        return [code for path, code in self.requests if path.endswith(name)]


class DeadMirror:
    """A port that refuses connections for as long as it is held."""

    def __enter__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))  # and never listens
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        return self

    def __exit__(self, *exception):
        self.socket.close()
