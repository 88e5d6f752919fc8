"""Defines the exit codes of every command, which `antiphon --help` lists too."""

from __future__ import annotations

from typing import Final

SOME_FAILED: Final = 1
"""Something failed, is not complete, could not be written, or was not confirmed."""
BAD_USAGE: Final = 2
"""The command line names something that does not exist, or is not valid."""
INTERRUPTED: Final = 130
"""Left at once by Ctrl-C: what shells report for a program that it ended."""
