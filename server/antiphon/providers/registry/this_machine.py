"""Tells this machine from all others, as far as a port of it is concerned."""

from __future__ import annotations

import platform
import uuid
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NETWORK = Path("/proc/self/ns/net")


@cache
def identify_machine() -> str:
    """Returns what all processes have in common that reach the same ports of this machine.

    On Linux that is the network namespace: containers have their own, whatever their machine. It is
    another one after the next boot, when nothing streams. Elsewhere it is the name of the machine
    and the address of its network card.
    """
    try:
        return f"{_BOOT.read_text('ascii').strip()} {_NETWORK.stat().st_ino}"
    except OSError:
        return f"{platform.node()} {uuid.getnode()}"
