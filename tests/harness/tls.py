# SPDX-License-Identifier: Apache-2.0
"""A certificate of one's own."""

import subprocess


def certificate(folder):
    """A file with a key on P-256 and a certificate of its own for localhost
    and 127.0.0.1; beside it `key` and `certificate`, a file each."""
    key, cert, both = (folder / name for name in
                       ("key", "certificate", "tls.pem"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext",
         "basicConstraints=CA:FALSE", "-keyout", key, "-out", cert],
        check=True, capture_output=True)
    both.write_text(key.read_text() + cert.read_text())
    return both
