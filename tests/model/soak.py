#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the module with the model on seed after seed.

tests/model/soak.py [--seconds N] [--first SEED] [--seeds N] [--requests N]
prints each difference, then what was tried; exits 1 after a difference.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from model.comparison import differences  # noqa: E402

AT_ONCE = 20  # seeds that share a server


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=1 << 40)
    parser.add_argument("--requests", type=int, default=200)
    return parser.parse_args()


def main():
    options = arguments()
    end = time.monotonic() + options.seconds
    seeds = found = 0
    while time.monotonic() < end and seeds < options.seeds:
        count = min(AT_ONCE, options.seeds - seeds)
        first = options.first + seeds
        with tempfile.TemporaryDirectory(prefix="mirrorlist-soak-") as folder:
            Path(folder).chmod(0o755)
            for words in differences(range(first, first + count),
                                     Path(folder), options.requests):
                print(words, flush=True)
                found += 1
        seeds += count
    print(f"{seeds} seeds, {seeds * options.requests} requests, "
          f"{found} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
