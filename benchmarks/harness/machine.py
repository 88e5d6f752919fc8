"""What the figures were measured on; no names of hosts, people or folders."""

from __future__ import annotations

import os
import platform
import sqlite3


def describe() -> str:
    """One line: cores, interpreter, kernel, SQLite."""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"{platform.system()} {platform.release().split('-')[0]}, "
        f"SQLite {sqlite3.sqlite_version}"
    )


def load() -> float:
    """How many processes wanted a core in the last minute, on average; 0 where unknown."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
