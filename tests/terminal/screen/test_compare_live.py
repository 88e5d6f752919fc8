"""Two answers compared while both stream, in the terminal that asks and in another one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.terminal.program import CTRL_C, Program

if TYPE_CHECKING:
    from pathlib import Path

    from support.faults.client import FaultServer
    from support.terminal.emulator import Emulator

pytestmark = pytest.mark.slow

_ASK = ("ask", "hi", "-m", "f/gate-6-12", "-m", "f/gate-8-12")


@pytest.fixture
def gated(environment: dict[str, str], fault_server: FaultServer) -> dict[str, str]:
    """An environment whose models stop after some words until they are let go on."""
    row = {"type": "openai", "baseUrl": fault_server.base_url, "maxConcurrency": 8}
    return environment | {"ANTIPHON_PROVIDERS": json.dumps({"f": row})}


def marked(screen: Emulator, colour: str) -> str:
    """The words on the screen that stand out as those of one side alone."""
    return "".join(
        cell.data if cell.fg == colour and cell.reverse else " "
        for y in range(screen.lines)
        for cell in (screen.buffer[y][x] for x in range(screen.columns))
    ).strip()


def shown(screen: Emulator) -> str:
    return "\n".join(screen.rows)


def test_a_key_puts_the_comparison_over_the_panes_and_takes_it_away(
    gated: dict[str, str], home: Path, fault_server: FaultServer
) -> None:
    with Program(*_ASK, env=gated, cwd=home) as program:
        program.wait_for(lambda screen: "t5" in shown(screen) and "t7" in shown(screen))
        assert "Ctrl-C stops · c compares" in program.screen.rows[-1]
        program.press(b"c")
        program.wait_for(lambda screen: "c shows the panes" in screen.rows[-1])
        program.wait_for(lambda screen: marked(screen, "green") == "t6 t7")
        head, line = program.screen.rows[:2]
        assert head.split() == ["gate-6-12", "(streaming)", "│", "gate-8-12", "(streaming)"]
        assert line.split("│")[0].split() == [f"t{number}" for number in range(6)]
        program.press(b"c")
        program.wait_for(lambda screen: screen.rows[0].startswith("● gate-6-12 ─"))
        fault_server.release()
        assert program.wait_to_end() == 0
    assert "2 of 2 answered" in "\n".join(program.screen.scrollback)


def test_another_terminal_watches_two_panes_until_both_have_ended(
    gated: dict[str, str], home: Path, fault_server: FaultServer
) -> None:
    with Program(*_ASK, env=gated, cwd=home) as asking:
        asking.wait_for(lambda screen: "t5" in shown(screen) and "t7" in shown(screen))
        with Program("compare", "1", "2", env=gated, cwd=home) as left_early:
            left_early.wait_for(lambda screen: "Ctrl-C stops watching" in screen.rows[-1])
            left_early.press(CTRL_C)
            assert left_early.wait_to_end() == 0
        assert "gate-6-12 (streaming)" in "\n".join(left_early.screen.scrollback)
        narrow = {"columns": 40, "lines": 10}
        with Program("compare", "1", "2", env=gated, cwd=home, **narrow) as watching:
            watching.wait_for(lambda screen: marked(screen, "green") == "t6 t7")
            assert watching.screen.is_alternate
            heads = ["--- gate-6-12 (streaming)", "+++ gate-8-12 (streaming)"]
            assert watching.screen.rows[:2] == heads
            fault_server.release()
            assert watching.wait_to_end() == 0
        assert not watching.screen.is_alternate
        assert "100% alike" in "\n".join(watching.screen.scrollback)
        assert asking.wait_to_end() == 0
