# SPDX-License-Identifier: Apache-2.0
"""Two httpd servers with the same configuration: one answers with the module,
one sends as many bytes from a constant (mod_floor).
"""

import http.client
import os
import re
from pathlib import Path

from bench.fronts import NO_FRONT
from harness.httpd import BUILD, Httpd
from harness.tls import certificate

THREADS = 512  # more than connections

CONFIG = """\
ServerRoot "{root}"
DefaultRuntimeDir "{root}"
PidFile "{root}/httpd.pid"
ServerName localhost
Listen 127.0.0.1:{port}
{modules}
{user}
# Nothing is closed for want of a worker, and no process comes or goes while one
# measures.
<IfModule !mpm_prefork_module>
    ServerLimit 16
    StartServers 8
    ThreadsPerChild 64
    MinSpareThreads 64
    MaxSpareThreads {threads}
    MaxRequestWorkers {threads}
</IfModule>
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 60
DocumentRoot "{root}/htdocs"
ErrorLog "{root}/error.log"
LogLevel warn
<Directory "/">
    AllowOverride None
</Directory>
{handler}
<Location "/">
    SetHandler {name}
    Require all granted
</Location>
{front}
"""


class Server(Httpd):
    def __init__(self, front=NO_FRONT):
        super().__init__(modules=(), handler=False)
        self.modules = ("authz_core", "unixd", *front.modules)
        self.front = front

    @property
    def url(self):
        return f"{self.front.scheme}://127.0.0.1:{self.port}"

    def configure(self, config=None, cache=None):
        if self.front.scheme == "https":
            certificate(self.root)
        (self.root / "httpd.conf").write_text(CONFIG.format(
            root=self.root, port=self.port, modules=self._load_modules(),
            user=self._user(), handler=self.lines(), name=self.name,
            threads=THREADS, front=self.front.lines.format(root=self.root)))

    def memory(self):
        """Proportional bytes of all its processes."""
        return sum(map(pss, self.group()))


class Module(Server):
    name = "mirrorlist"

    def __init__(self, cache=None, front=NO_FRONT):
        super().__init__(front)
        self.file = cache

    def lines(self):
        lines = f"LoadModule mirrorlist_module {BUILD}/mod_mirrorlist.so\n"
        if self.file:
            lines += f'MirrorlistCache "{self.file}"\n'
        return lines

    def renew(self):
        """The next graceful restart reads and checks the file again."""
        os.utime(self.file)

    def load_times(self):
        """Milliseconds, of each generation."""
        return [int(ms) for ms in re.findall(r"loaded in (\d+) ms",
                                             self.error_log)]


class Floor(Server):
    name = "floor"

    def renew(self):
        pass

    def lines(self):
        return f"LoadModule floor_module {BUILD}/bench/mod_floor.so"


def pss(pid):
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(re.search(r"^Pss: +(\d+) kB", text, re.M)[1]) * 1024


def floor_list(module, requests, file):
    """The same requests, with the bytes that the module answers each."""
    connection = http.client.HTTPConnection("127.0.0.1", module.port)
    total = 0
    with open(file, "w") as out:
        for line in requests.read_text().splitlines():
            connection.request("GET", line)
            size = len(connection.getresponse().read())
            total += size
            out.write(f"{line}&floor={size}\n")
    connection.close()
    return total
