"""What a server's processes have used of the machine."""

import os
from pathlib import Path


def family(pid: int) -> list[int]:
    """This process and all that come from it."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            fields = _stat(int(folder.name))
            if fields:
                parents[int(folder.name)] = int(fields[1])
    found = [pid]
    for one in found:  # grows while it is walked
        found += [child for child, parent in parents.items() if parent == one]
    return found


def processor_seconds(pids: list[int]) -> float:
    """Of processors, not of the clock: what they have worked."""
    ticks = [int(fields[11]) + int(fields[12]) for fields in map(_stat, pids) if fields]
    return sum(ticks) / os.sysconf("SC_CLK_TCK")


def megabytes(pids: list[int]) -> float:
    """Memory of these processes together; what several share counts once."""
    return sum(map(_proportional, pids)) / 1024


def _proportional(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def _stat(pid: int) -> list[str]:
    """The fields from the state on; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
