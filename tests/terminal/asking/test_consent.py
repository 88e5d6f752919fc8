"""What has to be confirmed: asked for at a terminal, an option elsewhere, refused without."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.terminal.program import CTRL_C, Program

if TYPE_CHECKING:
    from pathlib import Path

    from support.faults.client import FaultServer
    from support.terminal.emulator import Emulator

pytestmark = pytest.mark.slow

_ASK = ("ask", "Why?", "-m", "paid/ok")
_KEY = "gsk_Zx81kQp0LmN7vTr3WsYd5GbH2"


@pytest.fixture
def poor(environment: dict[str, str], fault_server: FaultServer) -> dict[str, str]:
    """An environment whose budget is less than what its one model costs."""
    row = {
        "type": "openai",
        "baseUrl": fault_server.base_url,
        "prices": {"ok": {"input": "900", "output": "900"}},
    }
    return environment | {
        "ANTIPHON_PROVIDERS": json.dumps({"paid": row}),
        "ANTIPHON_BUDGETS": json.dumps([{"scope": "day", "limit": "0.10"}]),
    }


def asked(screen: Emulator) -> bool:
    return "Go over the budget? [y/N]:" in "\n".join(screen.rows)


def into_a_pipe(
    *arguments: str, env: dict[str, str], cwd: Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "antiphon", *arguments],
        env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "code", "then"),
    [
        (b"y\n", 0, "✓  ok  complete"),
        (b"maybe\n\n", 1, "Answer y or n."),
        (b"\x04", 1, "Nothing was sent."),
        (CTRL_C, 1, "Stopped before anything was sent."),
    ],
)
def test_a_person_is_told_the_amounts_and_asked(
    said: bytes, code: int, then: str, poor: dict[str, str], home: Path
) -> None:
    with Program(*_ASK, env=poor, cwd=home) as program:
        program.wait_for(asked)
        shown = "\n".join(program.screen.rows)
        assert "the day's budget of $0.10 has $0.10 left" in shown
        program.press(said)
        assert program.wait_to_end() == code
    assert then in "\n".join(program.screen.scrollback)


def test_both_confirmations_are_asked_for_one_after_the_other(
    poor: dict[str, str], home: Path
) -> None:
    arguments = ("ask", f"Is {_KEY} good?", *_ASK[2:])
    with Program(*arguments, env=poor, cwd=home) as program:
        program.wait_for(lambda screen: "Send it all the same? [y/N]:" in "\n".join(screen.rows))
        program.press(b"y\n")
        program.wait_for(asked)
        program.press(b"y\n")
        assert program.wait_to_end() == 0


def test_where_nobody_can_be_asked_the_option_is_named(poor: dict[str, str], home: Path) -> None:
    refused = into_a_pipe(*_ASK, env=poor, cwd=home)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "--over-budget" in refused.stderr
    assert into_a_pipe("sessions", "--json", env=poor, cwd=home).stdout == '{"sessions":[]}\n'
    assert into_a_pipe(*_ASK, "--yes", env=poor, cwd=home).returncode == 0
    again = into_a_pipe("merge", *_ASK[2:], env=poor, cwd=home)
    assert (again.returncode, "--over-budget" in again.stderr) == (1, True), again.stderr
    done = into_a_pipe("send", "1", *_ASK[2:], "--ask", "--over-budget", env=poor, cwd=home)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("said", "code"), [(b"y\n", 0), (CTRL_C, 130)])
def test_nothing_is_deleted_without_a_yes(
    said: bytes, code: int, environment: dict[str, str], home: Path
) -> None:
    arguments = ("ask", "Why?", "-m", "demo/terse", "--param", "tokensPerSecond=0")
    into_a_pipe(*arguments, env=environment, cwd=home)
    with Program("sessions", "delete", "last", env=environment, cwd=home) as program:
        program.wait_for(lambda screen: "Delete 'Why?' with 1 panes?" in "\n".join(screen.rows))
        program.press(said)
        assert program.wait_to_end() == code
    left = json.loads(into_a_pipe("sessions", "--json", env=environment, cwd=home).stdout)
    assert len(left["sessions"]) == (0 if said == b"y\n" else 1)
