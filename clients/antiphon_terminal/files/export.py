"""Writes exports into new files that only their owner can read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path


def write_export(path: Path, text: str) -> None:
    """Writes `text` into a new file, mode 0600.

    Raises `click.UsageError` if the file (or a link) exists or cannot be created, and
    `click.ClickException` if it could not be written completely. Then it is deleted.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.UsageError(f"{path} exists already: name a new file.") from None
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise click.ClickException(f"{path} could not be written: {error.strerror}.") from None
