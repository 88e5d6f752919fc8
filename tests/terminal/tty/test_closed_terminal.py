"""A comparison of eight real panes outlives the terminal that it was asked in."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from support.terminal.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from support.faults.client import FaultServer

pytestmark = pytest.mark.slow

_WORD = re.compile(r"\bt\d\b")
_MODELS = [f"f/gate-{number}-12" for number in range(3, 11)]
"""Each says as many words as its name counts, and waits: 52 words together."""


def told(*arguments: str, env: dict[str, str], cwd: Path) -> Any:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "antiphon", *arguments, "--json"],
        env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_eight_panes_and_their_comparison_come_back_whole(
    environment: dict[str, str], home: Path, fault_server: FaultServer
) -> None:
    row = {"type": "openai", "baseUrl": fault_server.base_url, "maxConcurrency": 8}
    env = environment | {"ANTIPHON_PROVIDERS": json.dumps({"f": row})}
    models = [word for model in _MODELS for word in ("-m", model)]
    with Program("ask", "hi", *models, env=env, cwd=home, columns=160, lines=48) as program:
        program.wait_for(lambda screen: len(_WORD.findall("\n".join(screen.rows))) == 52)
        before = told("compare", "1", "8", env=env, cwd=home)
        # The window is closed: everything in it is hung up on.
        os.killpg(os.getpgid(program.process.pid), signal.SIGHUP)
    after = told("compare", "1", "8", env=env, cwd=home)
    assert before["left"]["status"] == before["right"]["status"] == "streaming"
    assert after["segments"] == before["segments"]
    assert after["left"]["status"] in {"interrupted", "cancelled"}
    found = told("show", "last", env=env, cwd=home)
    answers = [one["content"] for one in found["messages"] if one["role"] == "assistant"]
    assert [pane["model"] for pane in found["session"]["panes"]] == _MODELS
    assert answers == [" ".join(f"t{at}" for at in range(count)) + " " for count in range(3, 11)]
    assert told("consensus", env=env, cwd=home)["compared"] == 8
