"""The worker's entry point: `python -P -m antiphon.providers.litellm.worker`.

stdin and stdout are taken away before anything else is imported, so that nothing which a library
reads or prints can get between the frames. The worker ends with its stdin, at once and wherever it
is: there is nothing of its own to save, and the connections close with it.
"""

from __future__ import annotations

import os
import sys
import threading

from antiphon.providers.litellm.worker.service import report


def _pipes() -> tuple[int, int]:
    """Private copies of stdin and stdout; in their places stand nothing and stderr."""
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
    """Serves until stdin ends."""
    source, target = _pipes()
    sys.excepthook = lambda _kind, problem, _trace: report(problem)
    threading.excepthook = lambda args: args.exc_value and report(args.exc_value)
    from antiphon.providers.litellm.worker.service import run  # noqa: PLC0415 - after pipes

    run(source, target)


if __name__ == "__main__":
    main()
