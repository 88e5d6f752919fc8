"""Runs git with a limit to what it prints, and without this environment's variables."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anyio.abc import ByteReceiveStream, Process

_MOST_OF_STDERR: Final = 16 * 1024
_ENVIRONMENT: Final[Mapping[str, str]] = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    # A clone may lack objects, which git would fetch by a program that the repository names.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
}


class GitOutput(Struct, frozen=True):
    """How git ended, and what it printed."""

    code: int
    stdout: bytes
    stderr: str
    is_cut: bool = False
    """Whether it printed more than was allowed. It was stopped then."""


class Git(Struct, frozen=True):
    """The program git, and the environment that it runs in."""

    program: str
    environ: Mapping[str, str]

    async def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        environ: Mapping[str, str] | None = None,
        *,
        max_bytes: int = 1 << 20,
    ) -> GitOutput:
        """Runs git in `folder`, with `environ` over its environment.

        Stops it if it prints more than `max_bytes`, or if the caller is cancelled. Raises `OSError`
        if it does not start.
        """
        out, err = bytearray(), bytearray()
        async with await self._start(arguments, folder, environ or {}) as process:
            async with anyio.create_task_group() as group:
                if process.stderr is not None:
                    group.start_soon(_drain, process.stderr, err)
                if process.stdout is not None and not await _read(process.stdout, out, max_bytes):
                    process.kill()
            code = await process.wait()
        stderr = err.decode("utf-8", "replace")
        return GitOutput(code, bytes(out[:max_bytes]), stderr, len(out) > max_bytes)

    async def _start(
        self, arguments: Sequence[str], folder: Path, environ: Mapping[str, str]
    ) -> Process:
        """Starts git. A start that was cancelled would leave the process behind for a while."""
        with anyio.CancelScope(shield=True):
            return await anyio.open_process(
                [self.program, *arguments],
                stdin=subprocess.DEVNULL,
                cwd=folder,
                env={**self.environ, **environ},
            )
        raise AssertionError("a shielded scope swallows no exception")


def find_git(environ: Mapping[str, str]) -> Git | None:
    """Returns git as the user's PATH has it, or `None`.

    A PATH with `.` in it, or Windows, would find a `git` that came with the current folder.
    """
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    absolute = os.pathsep.join(each for each in folders if Path(each).is_absolute())
    found = shutil.which("git", path=absolute)
    if found is None or not Path(found).is_absolute():
        return None
    kept = {name: value for name, value in environ.items() if not name.startswith("GIT_")}
    return Git(found, {**kept, **_ENVIRONMENT})


async def _read(stream: ByteReceiveStream, into: bytearray, max_bytes: int) -> bool:
    """Reads a stream to its end, and returns whether that came within `max_bytes`."""
    try:
        while len(into) <= max_bytes:
            into += await stream.receive()
    except anyio.EndOfStream:
        return len(into) <= max_bytes
    return False


async def _drain(stream: ByteReceiveStream, into: bytearray) -> None:
    """Reads a stream to its end, and keeps its beginning."""
    async for piece in stream:
        into += piece[: max(0, _MOST_OF_STDERR - len(into))]
