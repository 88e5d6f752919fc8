"""Opens closed standard streams, and handles output that cannot be written.

A closed stream is opened as the null device. Output that cannot be written any more ends the
command with a sentence, never with a traceback.

It runs before the server is started, so it may import only what a bare interpreter has loaded.
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
    """Opens closed streams, and replaces characters that stdout cannot encode."""
    for number, (name, mode) in enumerate(_STREAMS):
        if not _is_open(number):
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one
        if getattr(sys, name) is None:
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - stays open
            setattr(sys, name, stream)
        if mode == "w":
            getattr(sys, name).reconfigure(errors="replace")


class OutputGuard:
    """While entered, output that cannot be written ends the process with a sentence.

    A pipe that its reader closed, as `head` does, needs no sentence.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        error = exc if isinstance(exc, OSError) else _flush()
        if error is None:
            return
        _discard_output()
        if not isinstance(error, BrokenPipeError):
            try:
                _report(error)
            except OSError:
                sys.stderr = sys.stdout  # stderr cannot be written either
        raise SystemExit(OUTPUT_LOST) from None


def _flush() -> OSError | None:
    try:
        sys.stdout.flush()
    except OSError as error:
        return error
    return None


def _report(error: OSError) -> None:
    from antiphon_terminal.tty.errors import print_error  # noqa: PLC0415 - rarely needed

    reason = error.strerror or str(error)
    if error.filename is None:
        hint = "Answers are in the history all the same: `antiphon show last` prints them."
        print_error(f"The output could not be written: {reason}.", hint)
    else:
        print_error(f"{error.filename}: {reason}.", "Check the file, its folder and the disk.")


def _discard_output() -> None:
    """Redirects stdout to the null device, since its buffer would fail again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
