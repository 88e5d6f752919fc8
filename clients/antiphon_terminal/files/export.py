"""Exports as files: new ones, that nobody else may read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path


def write_export(path: Path, text: str) -> None:
    """Writes `text` into a new file, mode 0600.

    Raises `click.UsageError` where there is one already (or a link), or none can be made, and
    `click.ClickException` where it could not be written to its end: then there is no file either.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.UsageError(f"{path} is there already: name a new file.") from None
    except OSError as problem:
        raise click.UsageError(f"{path} cannot be written: {problem.strerror}.") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
    except OSError as problem:
        path.unlink(missing_ok=True)
        raise click.ClickException(f"{path} could not be written: {problem.strerror}.") from None
