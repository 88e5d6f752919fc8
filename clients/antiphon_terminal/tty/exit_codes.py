"""How every command ends, for scripts; `antiphon --help` has the same table."""

from __future__ import annotations

from typing import Final

SOME_FAILED: Final = 1
"""Something failed, is not complete, could not be written, or was not agreed to."""
BAD_USAGE: Final = 2
"""The command line names something that is not there, or makes no sense."""
INTERRUPTED: Final = 130
"""Left at once by Ctrl-C: what shells report for a program that it ended."""
