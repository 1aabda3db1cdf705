# SPDX-License-Identifier: Apache-2.0
"""What often stands between a handler and its clients: TLS, HTTP/2 and
compression, with the program that asks through each.
"""

import re
import subprocess
from dataclasses import dataclass

TLS = """\
SSLEngine on
SSLCertificateFile "{root}/tls.pem"
SSLSessionCache none
"""


@dataclass
class Front:
    """`lines` of a configuration with {root}; `options` for wrk."""
    modules: tuple = ()
    lines: str = ""
    scheme: str = "http"
    options: tuple = ()


NO_FRONT = Front()
FRONTS = {
    "mod_ssl": Front(("ssl",), TLS, "https"),
    "mod_http2": Front(("ssl", "http2"), TLS + "Protocols h2\n", "https"),
    "mod_deflate": Front(("deflate",), "SetOutputFilter DEFLATE\n",
                         options=("-H", "Accept-Encoding: gzip")),
}


def h2load(url, requests, connections, seconds):
    """Requests a second over HTTP/2, and how many failed."""
    names = requests.with_suffix(".urls")
    names.write_text("".join(f"{url}{line}\n" for line
                             in requests.read_text().splitlines()))
    result = subprocess.run(
        ["h2load", "-t", "1", "-c", str(connections), "-m", "4", "-D",
         str(seconds), "-i", names], check=True, capture_output=True,
        text=True)
    rate = re.search(r"finished in .*?, ([0-9.]+) req/s", result.stdout)[1]
    failed = re.search(r"(\d+) failed", result.stdout)[1]
    return float(rate), int(failed)
