"""Starts the worker: `python -P -m antiphon.providers.litellm.worker`.

stdin and stdout are replaced before anything else is imported, so that nothing which a library
reads or prints can get between the frames. The worker exits as soon as its stdin ends: it has
nothing to save, and the connections close with it.
"""

from __future__ import annotations

import os
import sys
import threading

from antiphon.providers.litellm.worker.service import report


def _take_pipes() -> tuple[int, int]:
    """Returns private copies of stdin and stdout, and puts the null device and stderr there."""
    source, target = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - Windows only

        msvcrt.setmode(source, os.O_BINARY)
        msvcrt.setmode(target, os.O_BINARY)
    return source, target


def main() -> None:
    """Runs the worker until stdin ends."""
    source, target = _take_pipes()
    sys.excepthook = lambda _kind, problem, _trace: report(problem)
    threading.excepthook = lambda args: args.exc_value and report(args.exc_value)
    from antiphon.providers.litellm.worker.service import run  # noqa: PLC0415 - after pipes

    run(source, target)


if __name__ == "__main__":
    main()
