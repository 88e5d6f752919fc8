"""The window of the VS Code tests: its size, its server, its pictures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.canaries.leak_search import saw
from support.vscode.code_server import CACHE, ROOT

if TYPE_CHECKING:
    from support.vscode.workbench import Workbench

ARTIFACTS = ROOT / "artifacts" / "vscode"
SERVER = Path(os.environ.get("ANTIPHON_TEST_SERVER", ROOT / ".venv" / "bin" / "antiphon"))
SIZE: Any = {"width": 1440, "height": 900}


def with_node() -> dict[str, str]:
    """The environment in which `node` and `npm` are those of the cache."""
    return {**os.environ, "PATH": f"{CACHE / 'bin'}:{os.environ['PATH']}"}


def picture(window: Workbench, name: str) -> None:
    """Keeps what the window shows, to be looked at."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    window.page.screenshot(path=ARTIFACTS / f"{name}.png")
    saw(window.page.content())
