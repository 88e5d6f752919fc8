"""Writes a run for programs: one stream event a line, then the response.

The lines are ASCII: JSON escapes every other character, so that no answer can control a terminal.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from antiphon.model.wire import Wire
    from antiphon_client import Run


async def show(run: Run) -> None:
    """Writes every event as it arrives, and the response after the last one."""
    async for event in run:
        write(event)
    write_raw(await run.response())


def write(value: Wire) -> None:
    """Writes one value as one line."""
    write_raw(value.to_wire())


def write_raw(value: Any) -> None:
    """Writes what the server sent as one line."""
    sys.stdout.write(json.dumps(value, separators=(",", ":")).replace("\x7f", "\\u007f"))
    sys.stdout.write("\n")
    sys.stdout.flush()
