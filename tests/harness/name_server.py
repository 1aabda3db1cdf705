# SPDX-License-Identifier: Apache-2.0
"""A name server on 127.0.0.1, over UDP and TCP, that does what it is told.

    with NameServer({"a.test": addresses("192.0.2.1", "2001:db8::1"),
                     "dead.test": denied, "mute.test": silent}) as server:

A name's behaviour is a function of the question: the replies to send, or none.
Knows the wire format of DNS, not what asks it.
"""

import socket
import socketserver
import struct
import threading
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from harness import tools
from harness.ports import free_port

A, NS, CNAME, SOA, AAAA = 1, 2, 5, 6, 28
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)
REPLY, TRUNCATED, RECURSIVE = 0x8000, 0x0200, 0x0180


@dataclass
class Question:
    number: int
    name: str
    kind: int        # A or AAAA
    section: bytes   # the question as it stands in the message
    message: bytes
    tcp: bool


def wire_name(name):
    return b"".join(bytes([len(label)]) + label.encode()
                    for label in name.rstrip(".").split(".") if label) + b"\0"


def record(owner, kind, data):
    return wire_name(owner) + struct.pack("!2HIH", kind, 1, 60, len(data)) \
        + data


def address(owner, text):
    address = ip_address(text)
    return record(owner, A if address.version == 4 else AAAA, address.packed)


def alias(owner, target):
    return record(owner, CNAME, wire_name(target))


def start_of_authority(owner):
    return record(owner, SOA, wire_name("ns." + owner) + wire_name(
        "admin." + owner) + struct.pack("!5I", 1, 2, 3, 4, 5))


def reply(question, answer=(), authority=(), code=NOERROR,
          flags=REPLY | RECURSIVE, number=None, section=None):
    """A whole message; every part of it may be another than it should."""
    return struct.pack(
        "!6H", question.number if number is None else number, flags | code, 1,
        len(answer), len(authority), 0) \
        + (section or question.section) + b"".join([*answer, *authority])


# --- behaviours ---------------------------------------------------------------


def addresses(*texts, through=()):
    """Those of the family that was asked for, at the end of a chain of
    aliases."""
    def answer(question):
        owners = [question.name, *through]
        family = 4 if question.kind == A else 6
        return [reply(question, [
            *(alias(*pair) for pair in zip(owners, owners[1:])),
            *(address(owners[-1], text) for text in texts
              if ip_address(text).version == family)])]
    return answer


def denied(question):
    return [reply(question, authority=[start_of_authority("test")],
                  code=NXDOMAIN)]


def no_record(question):
    return [reply(question, authority=[start_of_authority("test")])]


def alias_of_nothing(question):
    return [reply(question, [alias(question.name, "b.test")])]


def denied_alias(question):
    return [reply(question, [alias(question.name, "b.test")], code=NXDOMAIN)]


def failing(code):
    return lambda question: [reply(question, code=code)]


def silent(question):
    return []


def late(seconds, behaviour):
    """The reply comes after so much time, and so do those to repetitions."""
    def answer(question):
        return [(seconds, message) for message in behaviour(question)]
    return answer


def either(v4, v6):
    """A behaviour for each family."""
    return lambda question: (v4 if question.kind == A else v6)(question)


# Replies that say nothing of the name:


def reflected(question):
    return [question.message]


def referred(question):
    return [reply(question, authority=[record("test", NS,
                                              wire_name("ns.test"))])]


def of_another_name(question):
    return [reply(question, [address("b.test", "198.51.100.7" if
                                     question.kind == A else "2001:db8::7")])]


def of_the_wrong_length(question):
    return [reply(question, [record(question.name, question.kind,
                                    b"\xc6\x33\x64")])]


def cut(question):
    """Over TCP too."""
    return [reply(question, flags=REPLY | TRUNCATED)]


def in_a_circle(question):
    return [reply(question, [alias(question.name, "b.test"),
                             alias("b.test", question.name)])]


def asking(folder, server, speed=1):
    """The environment of a program whose c-ares asks that server, while time
    runs `speed` times faster."""
    return tools.preloaded(folder, Path(__file__).with_suffix(".c"),
                           NAME_SERVER_PORT=str(server.port),
                           SPEED=str(speed))


class NameServer:
    """Answers while it is entered; notes what it was asked, repetitions
    included: (name, A or AAAA)."""

    def __init__(self, zone=None, others=denied):
        self.zone = zone or {}
        self.others = others  # the behaviour of all other names
        self.asked = []
        self.port = free_port()
        self.timers = []

    def __enter__(self):
        self.servers = [Datagrams(("127.0.0.1", self.port), Datagram),
                        Connections(("127.0.0.1", self.port), Connection)]
        for server in self.servers:
            server.owner = self
        self.threads = [threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01})
            for server in self.servers]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, value, trace):
        for timer in self.timers:
            timer.cancel()
            timer.join()
        for server, thread in zip(self.servers, self.threads):
            server.shutdown()
            thread.join()
            server.server_close()

    def serve(self, message, send, tcp):
        question = read_question(message, tcp)
        self.asked.append((question.name, question.kind))
        behaviour = self.zone.get(question.name, self.others)
        for answer in behaviour(question):
            if isinstance(answer, bytes):
                send(answer)
            else:
                timer = threading.Timer(answer[0], send, answer[1:])
                self.timers.append(timer)
                timer.start()


def read_question(message, tcp):
    labels, at = [], 12
    while length := message[at]:
        labels.append(message[at + 1:at + 1 + length].decode())
        at += 1 + length
    number, = struct.unpack_from("!H", message)
    kind, = struct.unpack_from("!H", message, at + 1)
    return Question(number, ".".join(labels), kind, message[12:at + 5],
                    message, tcp)


class Datagrams(socketserver.UDPServer):
    def server_bind(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        super().server_bind()


class Connections(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        message, sock = self.request
        self.server.owner.serve(
            message, lambda answer: sock.sendto(answer, self.client_address),
            tcp=False)


class Connection(socketserver.StreamRequestHandler):
    """A behaviour that raises ConnectionAbortedError closes it."""

    def handle(self):
        try:
            while len(head := self.rfile.read(2)) == 2:
                message = self.rfile.read(*struct.unpack("!H", head))
                self.server.owner.serve(message, self.send, tcp=True)
        except ConnectionError:
            pass

    def send(self, answer):
        self.request.sendall(struct.pack("!H", len(answer)) + answer)
