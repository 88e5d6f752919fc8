"""The extension's modules that need no editor pass their own tests; `make check-vscode` lints."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from support.vscode.code_server import CACHE, ROOT
from support.vscode.window import with_node

if TYPE_CHECKING:
    from pathlib import Path

EXTENSION = ROOT / "vscode-extension"


def test_the_extension_passes_its_own_tests(node_modules: Path) -> None:
    assert node_modules.exists()
    command = [CACHE / "bin" / "npm", "run", "--silent", "test"]
    ran = subprocess.run(
        command, cwd=EXTENSION, env=with_node(), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_lock_file_names_no_private_registry() -> None:
    lines = (EXTENSION / "package-lock.json").read_text().splitlines()
    resolved = [line for line in lines if '"resolved"' in line]
    assert [line for line in resolved if "https://registry.npmjs.org/" not in line] == []
