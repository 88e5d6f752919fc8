"""What this process writes to its standard streams, copied byte for byte to a file of its own.

Python imports this module by its name at every start, from the `PYTHONPATH` that `canary_watch`
sets; so each server and each command that a test or an editor starts is listened to, and none of
them knows. No file stays open between two writes: tests count descriptors, and fill disks.

Law of this module: only what a bare interpreter has loaded may be imported.
"""

import io
import os
import sys

FOLDER = os.environ.get("CANARY_TAP")
_write = os.write


def identity(fd):
    """What stays the same where a descriptor is copied; `None` where it is closed."""
    try:
        found = os.fstat(fd)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def keep(data):
    """Appends to the file of this process."""
    path = f"{FOLDER}/{os.getpid()}.tap"
    try:
        fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _write(fd, data)
        finally:
            os.close(fd)
    except OSError:
        pass  # a test has taken the disk or the descriptors away, and is about that


class Stream(io.FileIO):
    """The raw end of a standard stream."""

    def write(self, data):
        count = super().write(data)
        keep(memoryview(data)[:count])
        return count


def listened_to(stream):
    """The stream with the tap at its end."""
    raw = Stream(stream.fileno(), "wb", closefd=False)
    raw.name = stream.name
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        stream.encoding,
        stream.errors,
        newline="\n",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def tap_calls():
    """Listens to `os.write` and `os.writev` on the streams, or on copies of their descriptors."""
    streams = {identity(1), identity(2)} - {None}
    writev = os.writev

    def tapped_write(fd, data, /):
        count = _write(fd, data)
        if identity(fd) in streams:
            keep(memoryview(data)[:count])
        return count

    def tapped_writev(fd, buffers, /):
        count = writev(fd, buffers)
        if identity(fd) in streams:
            keep(b"".join(buffers)[:count])
        return count

    os.write, os.writev = tapped_write, tapped_writev


if FOLDER:
    # The tests' own environments leave out every variable that begins with ANTIPHON_.
    os.environ.setdefault("ANTIPHON_LOG__LEVEL", "debug")
    tap_calls()
    if sys.stdout is not None:
        sys.stdout = sys.__stdout__ = listened_to(sys.stdout)
    if sys.stderr is not None:
        sys.stderr = sys.__stderr__ = listened_to(sys.stderr)
