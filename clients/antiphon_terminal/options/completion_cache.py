"""Keeps the last completion of models, so that the next Tab starts no server.

It is used for ten minutes, for whatever begins with what it was made for: all models of one
provider, or all models. The file holds ids of models and a checksum of what they depend on,
nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Sequence

_LIFETIME_S: Final = 600
_NAMES: Final = ("ANTIPHON_", "KEY", "TOKEN", "HOST", "PROXY")
"""Variables whose name has one of these may change what is listed."""


def load_completion(prefix: str) -> Sequence[str] | None:
    """Returns the ids that begin with `prefix`, if a completion that covers it is recent."""
    try:
        path = _path()
        if time.time() - path.stat().st_mtime > _LIFETIME_S:
            return None
        kept: Any = json.loads(path.read_bytes())
        if kept["state"] != _state() or not prefix.startswith(kept["prefix"]):
            return None
        return [each for each in kept["ids"] if each.startswith(prefix)]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None  # it is made again


def save_completion(prefix: str, ids: Sequence[str]) -> None:
    """Keeps `ids`, all that begin with `prefix`, unless the folder cannot be written."""
    with contextlib.suppress(OSError):
        path = _path()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = path.with_suffix(f".{os.getpid()}")
        written.touch(mode=0o600)
        written.write_text(json.dumps({"state": _state(), "prefix": prefix, "ids": list(ids)}))
        written.replace(path)


def _path() -> Path:
    return platformdirs.user_cache_path("antiphon", appauthor=False) / "completion.json"


def _state() -> int:
    """Returns a checksum of settings, keys and the folder, on which the list depends."""
    config = os.environ.get("ANTIPHON_CONFIG") or (
        platformdirs.user_config_path("antiphon", appauthor=False) / "config.toml"
    )
    changed = 0
    with contextlib.suppress(OSError):
        changed = Path(config).stat().st_mtime_ns
    shown = sorted(
        item
        for item in os.environ.items()
        if item[0] != "_ANTIPHON_COMPLETE" and any(name in item[0].upper() for name in _NAMES)
    )
    return zlib.crc32(repr((shown, changed, os.getcwd())).encode())  # noqa: PTH109 - as the shell has it
