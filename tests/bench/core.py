# SPDX-License-Identifier: Apache-2.0
"""How long ml_answer() takes alone: in a loop, where its data are near, and
with empty caches.
"""

import subprocess

from harness.httpd import BUILD


def measure(data, table, size):
    result = subprocess.run(
        [BUILD / "bench/answer_loop", data / "mirrorlist.cache",
         data / "requests-mixed.txt"], check=True, capture_output=True,
        text=True)
    warm, cold = map(int, result.stdout.split()[-2:])
    table.at_most(f"{size}: the answer alone, us", warm / 1000, 5,
                  f"with empty caches {cold / 1000:.1f} us")
