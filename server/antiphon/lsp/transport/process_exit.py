"""Ends processes in time: when the editor dies, or when the end takes long.

LSP 3.17, `InitializeParams.processId`: a server whose parent process is not alive should exit.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn

import anyio

if TYPE_CHECKING:
    from collections.abc import Generator

_log = logging.getLogger(__name__)
_POLL_S = 2.0
_LINGER_S = 1.0


async def wait_for_parent_exit(process_id: Any) -> None:
    """Returns when the process `process_id` has ended, or never if that is unknown."""
    if isinstance(process_id, bool) or not isinstance(process_id, int) or process_id <= 0:
        await anyio.sleep_forever()
    descriptor = _process_descriptor(process_id)
    if descriptor is None:
        parent = os.getppid()
        while _is_alive(process_id) and not (parent == process_id != os.getppid()):  # noqa: ASYNC110 - a foreign process sends no event
            await anyio.sleep(_POLL_S)
        return
    try:
        await anyio.wait_readable(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def hard_exit_after(seconds: float, code: int) -> Generator[None]:
    """Ends the process with `code` if the block takes longer than `seconds`.

    The last resort against code that ignores its cancellation.
    """

    def leave() -> None:
        _log.critical("the end took longer than %s s; leaving what still runs", seconds)
        os._exit(code)

    timer = threading.Timer(seconds, leave)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def exit_process(code: int) -> NoReturn:
    """Exits with `code`, even if an abandoned thread does not end."""
    timer = threading.Timer(_LINGER_S, os._exit, (code,))
    timer.daemon = True
    timer.start()
    sys.exit(code)


def _process_descriptor(process_id: int) -> int | None:
    """Returns a descriptor that turns readable when the process ends, on platforms with those."""
    if sys.platform != "linux":
        return None
    try:
        return os.pidfd_open(process_id)
    except (OSError, OverflowError, AttributeError):  # old kernels, sandboxes, dead processes
        return None


if sys.platform == "win32":

    def _is_alive(process_id: int) -> bool:
        import ctypes  # noqa: PLC0415 - Windows only

        synchronize, timed_out, access_denied = 0x00100000, 0x102, 5
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = kernel.OpenProcess(synchronize, False, process_id)
        if not handle:
            return ctypes.get_last_error() == access_denied
        try:
            return kernel.WaitForSingleObject(ctypes.c_void_p(handle), 0) == timed_out
        finally:
            kernel.CloseHandle(ctypes.c_void_p(handle))

else:

    def _is_alive(process_id: int) -> bool:
        try:
            os.kill(process_id, 0)
        except OverflowError:
            return False
        except OSError as problem:
            return problem.errno == errno.EPERM
        return True
