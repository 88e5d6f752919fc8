"""Says how a missing extra of this installation is installed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[2]


def to_install_command(extra: str, package: Path = _PACKAGE) -> str:
    """Returns the shell command that installs `extra` beside `package`.

    In a checkout that is `make`: its name at a package index may be somebody else's.
    """
    checkout = package.parents[1]
    if (checkout / "Makefile").is_file() and (checkout / "uv.lock").is_file():
        return f"make -C {shlex.quote(str(checkout))} install EXTRAS={extra}"
    return f"pip install 'antiphon[{extra}]'"
