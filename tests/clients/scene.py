# SPDX-License-Identifier: Apache-2.0
"""What the clients' tests share: how a client is run, mirrors of other kinds,
the words of the small repository.

Knows nothing of a particular client.
"""

import hashlib
import os
import shutil
import ssl
import subprocess

from harness.mirrors import Mirror

ENDPOINTS = ("metalink", "mirrorlist")
NEW, OLD = 1700000000, 1600000000  # when the repository was so
REPOMD = "/e2e/os/repodata/repomd.xml"
RPM = "hello-mirror-2-1.noarch.rpm"
PACKAGE = "/e2e/os/" + RPM

# Files of /etc/dnf/vars, as distributions ship them.
VARIABLES = {"stream": "9-stream\n", "rltype": "", "infra": "stock\n",
             "contentdir": "pub/rocky\n"}

# dnf installs into a folder only as root, be it the root of a name space.
AS_ROOT = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]


def client(*command, **about):
    """Runs a client, and ends it if it hangs."""
    return subprocess.run(["timeout", "60", *map(str, command)],
                          capture_output=True, **{"text": True, **about})


def details_of_package(folder):
    """The columns of file_detail for the package."""
    package = (folder / PACKAGE[1:]).read_bytes()
    return dict(timestamp=NEW, size=len(package),
                sha256=hashlib.sha256(package).hexdigest())


def tampered_copy(folder, copy):
    """The same repository with one other byte in its repomd.xml."""
    shutil.copytree(folder, copy)
    file = copy / REPOMD[1:]
    text = file.read_bytes()
    file.write_bytes(text.replace(b"1700000000", b"1700000001", 1))
    assert len(file.read_bytes()) == len(text) and file.read_bytes() != text
    return copy


# argv: an option and its value, a folder, "mirrors" or "all" of a repository.
LIBREPO = """
import json, librepo, sys
handle = librepo.Handle()
handle.repotype = librepo.YUMREPO
setattr(handle, sys.argv[1], sys.argv[2])
handle.destdir = sys.argv[3]
handle.fetchmirrors = sys.argv[4] == "mirrors"
try:
    handle.perform(librepo.Result())
except librepo.LibrepoException as error:
    sys.exit(error.args[1])
print(json.dumps({"mirrors": handle.mirrors, "metalink": handle.metalink}))
"""


class SecureMirror(Mirror):
    """The same over TLS."""

    def __init__(self, folder, pem):
        super().__init__(folder)
        self.pem = pem

    def __enter__(self):
        super().__enter__()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True,
            do_handshake_on_connect=False)
        self.url = self.url.replace("http:", "https:")
        return self
