# SPDX-License-Identifier: Apache-2.0
"""Collects what was measured and prints it beside its target."""


class Table:
    def __init__(self):
        self.rows = []  # what, target, measured, verdict
        self.has_targets = True  # they are for a certain size

    def at_least(self, what, value, target, details=""):
        self._add(what, f"at least {target:g}", value, details,
                  value >= target)

    def at_most(self, what, value, target, details=""):
        self._add(what, f"at most {target:g}", value, details, value <= target)

    def note(self, what, text):
        """A figure without a target."""
        self._say((what, "", text, ""))

    def _add(self, what, target, value, details, kept):
        text = f"{value:.2f}" + (f" ({details})" if details else "")
        if self.has_targets:
            self._say((what, target, text, "kept" if kept else "MISSED"))
        else:
            self.note(what, text)

    def _say(self, row):
        self.rows.append(row)
        what, target, text, verdict = row
        print(f"{what}: {text}"
              + (f" [{target}: {verdict}]" if target else ""), flush=True)

    def missed(self):
        return [row[0] for row in self.rows if row[3] == "MISSED"]

    def markdown(self):
        lines = ["| measured | target | figure | |", "|---|---|---|---|"]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines) + "\n"
