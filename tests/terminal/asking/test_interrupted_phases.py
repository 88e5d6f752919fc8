"""Ctrl-C, whatever is being waited for: a clean stop, what had come is kept, no traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.terminal.program import CTRL_C, Program

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

_NO_ANSWER = ("--param", "fault=stall_headers")


@pytest.mark.parametrize(
    ("arguments", "seen", "kept"),
    [
        (("ask", "hi", "-m", "demo/terse", *_NO_ANSWER), "waiting", "stopped"),
        (("ask", "hi", "-m", "demo/stall"), "I am demo/stall", "stopped"),
        (("ask", "hi", "-m", "demo/terse", "-m", "demo/poet", *_NO_ANSWER), "waiting", "stopped"),
        (("ask", "hi", "-m", "demo/stall", "--plain"), "I am demo/stall", "demo/stall: stopped."),
        (("ask", "hi", "-m", "demo/stall", "--json"), '"type":"token"', '"status":"cancelled"'),
    ],
)
def test_a_run_is_stopped_in_each_of_its_phases(
    arguments: tuple[str, ...], seen: str, kept: str, environment: dict[str, str], home: Path
) -> None:
    with Program(*arguments, env=environment, cwd=home) as program:
        program.wait_for(lambda screen: seen in "".join(screen.rows))
        program.press(CTRL_C)
        assert program.wait_to_end() == 1
    shown = "".join(program.screen.scrollback)
    assert kept in shown
    assert "Traceback" not in shown


def test_what_is_no_run_is_left_at_once(environment: dict[str, str], home: Path) -> None:
    with Program("log", "--follow", env=environment, cwd=home) as program:
        program.wait_for(lambda screen: "the connection ends" in "".join(screen.rows))
        program.press(CTRL_C)
        assert program.wait_to_end() == 130
    assert "Stopped." in program.screen.rows
