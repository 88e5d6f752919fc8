"""What the kernel knows of a process: its time on a core, its memory."""

from __future__ import annotations

from pathlib import Path


def cpu_s(pid: int) -> float:
    """Seconds on a core of all live threads of a process, to the nanosecond.

    `/proc/PID/stat` counts in ticks of 10 ms, which is all that a short answer costs.
    """
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def rss_mb(pid: int) -> float:
    """Resident memory in megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)


def children_of(pid: int) -> list[int]:
    """Returns the processes that a process of one thread has started and that are alive."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
