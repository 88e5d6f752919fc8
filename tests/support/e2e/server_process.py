"""Starts a server for many clients: as users do it, or forked from one with the imports."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from support.canaries.canary import WATCHED
from support.e2e.fork_server import ForkedProcess

if TYPE_CHECKING:
    from support.e2e.fork_server import ForkServer

AnyProcess = subprocess.Popen[bytes] | ForkedProcess
Starter = Callable[[Sequence[str], Mapping[str, str], Path, Path | None], AnyProcess]
"""Starts `antiphon` with arguments, an environment, a folder, and a file for stderr."""


def start_process(
    arguments: Sequence[str], environ: Mapping[str, str], cwd: Path, stderr: Path | None
) -> subprocess.Popen[bytes]:
    """Starts an interpreter; without a file for it, stderr is a pipe."""
    with contextlib.nullcontext(subprocess.PIPE) if stderr is None else stderr.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "antiphon", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env=dict(environ),
            cwd=cwd,
        )


def forking(server: ForkServer) -> Starter:
    """Starts servers from one with the imports, unless theirs have to be others."""

    def start(
        arguments: Sequence[str], environ: Mapping[str, str], cwd: Path, stderr: Path | None
    ) -> AnyProcess:
        if WATCHED:  # by a module that Python loads at its start
            return start_process(arguments, environ, cwd, stderr)
        return server.start(arguments, environ, cwd, stderr)

    return start
