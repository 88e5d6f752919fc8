"""Copies one history into another, a session at a time, and is there to be killed.

    copying_process.py SOURCE TARGET

Prints a line after each session.
"""

from __future__ import annotations

import asyncio
import sys

from antiphon.history.copying.copy import copy_history
from antiphon.history.copying.places import open_source, open_target, parse_place


def say(phase: str, done: int, total: int) -> None:
    if phase == "copy":
        print(done, total, flush=True)


async def main() -> None:
    source, target = parse_place(sys.argv[1]), parse_place(sys.argv[2])
    async with open_source(source) as snapshot, open_target(target) as database:
        await copy_history(snapshot, database, say, batch_messages=1)


if __name__ == "__main__":
    asyncio.run(main())
