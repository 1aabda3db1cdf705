# SPDX-License-Identifier: Apache-2.0
"""Clients who hold a connection and never ask, in a thread of their own.

One half begins TLS and then sends a byte a second of a request without end;
the other half connects and says nothing, not even to begin TLS.
"""

import asyncio
import itertools
import ssl
import threading

REQUEST = b"GET /metalink?repo=epel-9&arch=x86_64 HTTP/1.1\r\nX-Slow: "


def trusting():
    """TLS with anybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Slow:
    """`n` of each half, connected inside `with`, until the server ends them."""

    def __init__(self, port, n):
        self.port = port
        self.n = n
        self.connected = self.ended = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *exception):
        if kind:
            self.loop.call_soon_threadsafe(self.task.cancel)
        self.thread.join()

    @property
    def all_connected(self):
        return self.connected == 2 * self.n

    @property
    def left(self):
        """How many the server has not ended."""
        return 2 * self.n - self.ended

    def run(self):
        self.task = self.loop.create_task(self.everybody())
        try:
            self.loop.run_until_complete(self.task)
        except asyncio.CancelledError:
            pass
        self.loop.close()

    async def everybody(self):
        await asyncio.gather(
            *(self.hold(drip, ssl=trusting()) for _ in range(self.n)),
            *(self.hold(say_nothing) for _ in range(self.n)))

    async def hold(self, behave, **tls):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, **tls)
        self.connected += 1
        try:
            await behave(reader, writer)
        except OSError:
            pass  # reset by the server
        writer.close()
        self.ended += 1


async def drip(reader, writer):
    """Until the server answers, or closes."""
    for byte in itertools.chain(REQUEST, itertools.repeat(ord("a"))):
        writer.write(bytes([byte]))
        try:
            await asyncio.wait_for(reader.read(1), 1)
        except asyncio.TimeoutError:
            continue
        return


async def say_nothing(reader, writer):
    await reader.read(1)
