"""The standard streams, in whatever state the shell left them, and whatever becomes of them.

A stream that was closed is a place where nothing is read and nothing is kept. Output that cannot
be written any more ends the command with a sentence, never with a traceback.

Law of this module: it runs before the server is started, so it imports what a bare interpreter has.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Final

OUTPUT_LOST: Final = 1
_STREAMS: Final = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def open_missing_streams() -> None:
    """Opens what is closed, and lets no character end a command that a terminal cannot show."""
    for number, (name, mode) in enumerate(_STREAMS):
        if not _is_open(number):
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
        if getattr(sys, name) is None:
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - stays
            setattr(sys, name, stream)
        if mode == "w":
            getattr(sys, name).reconfigure(errors="replace")


class OutputGuard:
    """While entered, output that cannot be written ends the process with a sentence.

    A pipe whose reader has left is what `head` does, and needs no sentence.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        problem = exc if isinstance(exc, OSError) else _flushed()
        if problem is None:
            return
        _give_up()
        if not isinstance(problem, BrokenPipeError):
            try:
                _tell(problem)
            except OSError:
                sys.stderr = sys.stdout  # that is lost too, and nobody is left to tell
        raise SystemExit(OUTPUT_LOST) from None


def _flushed() -> OSError | None:
    try:
        sys.stdout.flush()
    except OSError as problem:
        return problem
    return None


def _tell(problem: OSError) -> None:
    from antiphon_terminal.tty.errors import say  # noqa: PLC0415 - for what hardly ever happens

    reason = problem.strerror or str(problem)
    if problem.filename is None:
        hint = "Answers are in the history all the same: `antiphon show last` prints them."
        say(f"The output could not be written: {reason}.", hint)
    else:
        say(f"{problem.filename}: {reason}.", "Look at the file, its folder and the disk.")


def _give_up() -> None:
    """Nothing more reaches stdout: what is left in its buffer would fail again at the exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
