# SPDX-License-Identifier: Apache-2.0
"""A table of what was counted, for people."""


class Tally:
    def __init__(self, *names):
        self.names = names
        self.rows = []

    def add(self, *values):
        assert len(values) == len(self.names)
        self.rows.append(tuple(map(str, values)))

    def __str__(self):
        widths = [max(map(len, column))
                  for column in zip(self.names, *self.rows)]
        return "\n".join(
            "  ".join(value.ljust(width) for value, width
                      in zip(row, widths)).rstrip()
            for row in (self.names, ["-" * width for width in widths],
                        *self.rows))
