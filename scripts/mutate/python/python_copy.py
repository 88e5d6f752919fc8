"""A copy of the checkout whose Python imports from it, and the process that runs tests there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

from scripts.mutate.tree_copy import TreeCopy

_SOURCES: Final = ("server", "clients")


class PythonCopy(TreeCopy):
    """A copy with an environment of its own."""

    def __init__(self, checkout: Path, place: Path) -> None:
        super().__init__(checkout, place)
        self._make_environment(checkout)

    @property
    def python(self) -> Path:
        """The interpreter that imports Antiphon from the copy, as do its children."""
        return self.top / ".venv" / "bin" / "python"

    def _make_environment(self, checkout: Path) -> None:
        """Makes an environment with the copy's sources before the checkout's installed packages."""
        python = checkout / ".venv" / "bin" / "python"
        made = self.top / ".venv"
        subprocess.run([python, "-m", "venv", "--without-pip", made], check=True)
        (packages,) = made.glob("lib/python*/site-packages")
        shared = checkout / packages.relative_to(self.top)
        paths = [*(self.top / each for each in _SOURCES), shared]
        (packages / "antiphon.pth").write_text("\n".join(map(str, paths)), encoding="utf-8")
        sources = [str(self.top / each) for each in (*_SOURCES, "tests", "scripts")]
        subprocess.run([self.python, "-m", "compileall", "-q", *sources], check=True)


class ForkServer:
    """The process that runs tests in a copy."""

    def __init__(self, copy: PythonCopy) -> None:
        self._temporary = Path(tempfile.mkdtemp(prefix="mutate-"))
        self._process = subprocess.Popen(
            [copy.python, "-m", "scripts.mutate.python.fork_server"],
            cwd=copy.top,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def preload(self, modules: list[str]) -> None:
        """Imports modules once for all runs."""
        self._ask({"preload": modules})

    def run(self, files: list[str], limit_s: float, **more: object) -> dict[str, Any]:
        """Runs test files until one fails, and returns the outcome."""
        return self._ask(
            {
                "files": files,
                "limit_s": limit_s,
                "temporary": str(self._temporary / "tests"),
                "log": str(self._temporary / "log"),
                **more,
            }
        )

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()
        shutil.rmtree(self._temporary, ignore_errors=True)

    def _ask(self, request: dict[str, object]) -> dict[str, Any]:
        to_it, from_it = self._process.stdin, self._process.stdout
        if to_it is None or from_it is None:
            raise RuntimeError("The process that runs the tests has no pipes.")
        to_it.write(json.dumps(request) + "\n")
        to_it.flush()
        line = from_it.readline()
        if not line:
            raise RuntimeError("The process that runs the tests has ended.")
        return json.loads(line)
