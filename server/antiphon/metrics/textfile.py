"""Writes figures to a file for the textfile collector of node_exporter.

https://github.com/prometheus/node_exporter#textfile-collector
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)


class MetricsFile:
    """A file that is replaced as a whole, never seen in part."""

    def __init__(
        self, path: Path, interval_s: float, format_figures: Callable[[], Awaitable[bytes]]
    ) -> None:
        self._path = path
        self._interval_s = interval_s
        self._format = format_figures
        self._problem: str | None = None

    async def keep_current(self) -> None:
        """Writes the file at every interval until it is cancelled, and once more then."""
        try:
            while True:
                await self.write()
                await anyio.sleep(self._interval_s)
        finally:
            with anyio.CancelScope(shield=True):
                await self.write()

    async def write(self) -> None:
        """Writes the present figures. A file that cannot be written is logged once."""
        figures = await self._format()
        try:
            await anyio.to_thread.run_sync(_replace, self._path, figures)
        except OSError as problem:
            words = problem.strerror or type(problem).__name__
            if words != self._problem:
                _log.warning("metrics.textfile: %s cannot be written: %s", self._path, words)
            self._problem = words
        else:
            self._problem = None


def _replace(path: Path, data: bytes) -> None:
    # Of another name's end, which the collector does not read; in the same folder, to be renamed.
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink()
        raise
