"""The language servers that an editor has started, by their process ids."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.vscode.code_server import CodeServer


def language_servers(editor: CodeServer) -> list[int]:
    """The ids of the `antiphon serve` processes that inherited the editor's environment."""
    mark = f"EDITOR_TEST_DRIVER={editor.env['EDITOR_TEST_DRIVER']}".encode()
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            marked = mark in (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # It ended while we looked.
        if marked and b"serve" in command and b"--stdio" in command:
            found.append(int(folder.name))
    return found


def kill_language_servers(editor: CodeServer) -> None:
    """Ends them at once, without a goodbye."""
    for pid in language_servers(editor):
        os.kill(pid, signal.SIGKILL)
