"""Puts the pinned uv into `.uv/` of this checkout, by its hash.

Runs before anything is installed, on a bare Python: standard library only. pip comes from the
running Python, or else from the `ensurepip` that belongs to it; nothing is put into that Python.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT: Final = Path(__file__).resolve().parent.parent
REQUIREMENTS: Final = ROOT / "scripts" / "uv-requirements.txt"
HOME: Final = ROOT / ".uv"
UV: Final = HOME / "bin" / ("uv.exe" if os.name == "nt" else "uv")

NO_PIP: Final = """\
This Python has neither pip nor ensurepip, one of which is needed once to fetch uv:
    {python}
On Debian and Ubuntu `apt install python3-venv` brings it, on Alpine `apk add py3-pip`.
Or name another Python, 3.11 or newer:  make install PYTHON=/path/to/python3"""


def pinned_version() -> str:
    """The version that the requirements file names."""
    line = next(text for text in REQUIREMENTS.read_text().splitlines() if text.startswith("uv=="))
    return line.removeprefix("uv==").split()[0]


def installed_version() -> str | None:
    """The version of the uv in this checkout, or `None` where there is none that runs."""
    try:
        done = subprocess.run([UV, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.split()[1]


@contextmanager
def pip() -> Generator[list[str]]:
    """A command that runs pip."""
    if importlib.util.find_spec("pip"):
        yield [sys.executable, "-m", "pip"]
        return
    if not importlib.util.find_spec("ensurepip"):
        sys.exit(NO_PIP.format(python=sys.executable))
    with tempfile.TemporaryDirectory() as folder:
        builder = venv.EnvBuilder(with_pip=True)
        builder.create(folder)
        scripts = "Scripts" if os.name == "nt" else "bin"
        yield [str(Path(folder, scripts, "python")), "-m", "pip"]


def install() -> None:
    """Fetches the wheel, checks its hash and unpacks it, replacing what was there."""
    shutil.rmtree(HOME, ignore_errors=True)
    # Settings of the person's own pip that contradict --target would end the installation.
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    options += ["--require-hashes", "--only-binary", ":all:", "--target", str(HOME)]
    with pip() as command:
        arguments = [*command, "install", *options, "--requirement", str(REQUIREMENTS)]
        subprocess.run(arguments, check=True, env=environment)


def main() -> None:
    """Leaves `.uv/bin/uv` in the pinned version."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is what tells an older Python so
        sys.exit(f"Antiphon needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if installed_version() != pinned_version():
        install()
    if installed_version() != pinned_version():
        sys.exit(f"uv {pinned_version()} was installed in {HOME} but does not run.")


if __name__ == "__main__":
    main()
