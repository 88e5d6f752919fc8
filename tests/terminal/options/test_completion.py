"""What a shell offers at Tab, asked for as bash asks."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def offered(typed: str, env: dict[str, str], home: Path) -> list[str]:
    words = typed.split(" ")
    asked = {"_ANTIPHON_COMPLETE": "bash_complete", "COMP_WORDS": typed}
    program = "import sys; sys.argv = ['antiphon']; import antiphon.__main__ as it; it.main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=env | asked | {"COMP_CWORD": str(len(words) - 1)},
        cwd=home, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_models_sessions_and_panes_are_offered(environment: dict[str, str], home: Path) -> None:
    assert offered("antiphon ask hi -m demo/t", environment, home) == ["demo/terse", "demo/thinker"]
    assert offered("antiphon show ", environment, home) == ["last"]
    ask = ["ask", "hi", "-m", "demo/terse", "-m", "demo/terse", "--param", "tokensPerSecond=0"]
    command = [sys.executable, "-P", "-m", "antiphon", *ask]
    subprocess.run(command, env=environment, cwd=home, check=True, stdin=subprocess.DEVNULL)
    assert offered("antiphon compare ", environment, home) == ["terse", "terse#2"]
    last, session_id = offered("antiphon show ", environment, home)
    assert (last, len(session_id)) == ("last", 26)


def test_where_nothing_is_kept_nothing_is_offered(environment: dict[str, str], home: Path) -> None:
    environment["ANTIPHON_HISTORY__URL"] = "sqlite:////dev/null/history.db"
    assert offered("antiphon compare ", environment, home) == []
