"""Shows the main job with the offline demo models: no key, no network, nothing left behind.

The person's own history, settings and keys stay out of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

PROMPT: Final = "What makes a good question?"
MODELS: Final = ("demo/terse", "demo/poet", "demo/coder")


def environment(folder: Path) -> dict[str, str]:
    """This process's environment with everything of Antiphon's in `folder`, without settings."""
    settings = folder / "config.toml"
    settings.touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANTIPHON_")}
    return {
        **kept,
        "ANTIPHON_CONFIG": str(settings),
        "ANTIPHON_HISTORY__URL": f"sqlite:///{(folder / 'history.db').as_posix()}",
    }


def main() -> int:
    """Runs `antiphon ask` and passes its exit code on."""
    command = [sys.executable, "-m", "antiphon", "ask", PROMPT]
    for model in MODELS:
        command += ["-m", model]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        done = subprocess.run(
            command, env=environment(Path(folder)), stdin=subprocess.DEVNULL, check=False
        )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
