# SPDX-License-Identifier: Apache-2.0
"""A front httpd: TLS, and the module in it, with what conf.d ships and the
sizes of front.conf.

Its answers have the size of Fedora's and all the same length.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

from harness import shipped, tools
from harness.httpd import Httpd
from harness.mirrormanager import Rows
from harness.ports import free_port
from harness.tls import certificate
from harness.tools import NAME

SIZES = Path(__file__).with_name("front.conf").read_text()
HOSTS = 480
TARGET = "/metalink?repo=epel-9&arch=x86_64"

SITE = """
Listen 127.0.0.1:{port} https
<VirtualHost 127.0.0.1:{port}>
    SSLEngine on
    SSLProtocol TLSv1.3
    SSLCertificateFile "{folder}/certificate"
    SSLCertificateKeyFile "{folder}/key"
</VirtualHost>
"""


def database(mark):
    """One repository of hosts MARK-NUMBER."""
    rows = Rows()
    topic = rows.topic("epel-9")
    for number in range(HOSTS):
        name = f"{mark}-{number:03}"
        topic.host(name, urls=[f"https://{name}.test/pub/epel"])
    return rows.db


class Front(Httpd):
    """Running inside `with`; `sizes` are lines of front.conf or others."""

    def __init__(self, sizes=SIZES):
        super().__init__(handler=False, start=False, modules=(
            "socache_shmcb", "ssl", "reqtimeout"))
        self.sizes = sizes

    def __enter__(self):
        super().__enter__()
        self.temporary = tempfile.TemporaryDirectory(prefix="mirrorlist-front-")
        self.folder = Path(self.temporary.name)
        try:
            certificate(self.folder)
            self.publish("a")
            self.tls_port = free_port()
            self.config = (
                shipped.configuration(self.folder / NAME, self.folder)
                + self.sizes
                + SITE.format(port=self.tls_port, folder=self.folder))
            self.start()
        except BaseException as failure:
            self.__exit__(type(failure), failure, None)
            raise
        return self

    def __exit__(self, *exception):
        try:
            super().__exit__(*exception)
        finally:
            self.temporary.cleanup()

    def publish(self, mark):
        """A cache with other hosts comes to its place."""
        folder = self.folder / mark
        folder.mkdir()
        made = tools.make_cache(folder, database(mark))
        os.replace(made, self.folder / NAME)
        shutil.rmtree(folder)

    @property
    def url(self):
        return f"https://127.0.0.1:{self.tls_port}{TARGET}"

    def answered(self):
        """How many Metalink documents it has sent."""
        status = json.loads(self.get("/mirrorlist-status?format=json").body)
        return status["counters"]["requests"]["metalink"]
