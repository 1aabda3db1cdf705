# SPDX-License-Identifier: Apache-2.0
"""A real browser without a window, and what it asked the network for.

Knows how Chromium is told to keep quiet, not what a page should hold.
"""

import json
import os
import shutil
import subprocess
from urllib.parse import urlsplit

QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
         "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars")


def show(folder, url, *options):
    """Shows the page; what Chromium printed, and the hosts that were asked
    for the page and for whatever it led to."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    log = folder / "net.json"
    result = subprocess.run(
        [browser, *QUIET, f"--user-data-dir={folder / 'profile'}",
         f"--log-net-log={log}", *options, url],
        check=True, capture_output=True, timeout=60, text=True,
        env=dict(os.environ, HOME=str(folder)))
    return result.stdout, asked_for(log)


def asked_for(log):
    events = json.loads(log.read_text())["events"]
    urls = [(event["params"]["url"], event["params"].get("initiator", ""))
            for event in events if "url" in event.get("params", {})]
    return {urlsplit(url).netloc for url, initiator in urls
            if "127.0.0.1" in url or "127.0.0.1" in initiator}
