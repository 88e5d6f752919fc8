"""The parts of the checkout: a sample is drawn from each, and its results are kept apart."""

from __future__ import annotations

from typing import Final

_DEPTH: Final = {"server": 3, "clients": 2, "vscode-extension": 3, "neovim-plugin": 3}


def part_of(path: str) -> str:
    """Returns the part that a sample is drawn from, such as `server/antiphon/engine`."""
    parts = path.split("/")
    return "/".join(parts[: min(_DEPTH.get(parts[0], 1), len(parts) - 1)])
