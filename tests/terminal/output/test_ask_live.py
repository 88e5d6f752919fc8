"""`antiphon ask` on a terminal, with a real server and its demo models."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from support.terminal.program import CTRL_C, Program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.terminal.emulator import Emulator

pytestmark = pytest.mark.slow

THREE = ("-m", "demo/chatty", "-m", "demo/poet", "-m", "demo/coder")


def shows(*texts: str) -> Callable[[Emulator], bool]:
    def seen(screen: Emulator) -> bool:
        shown = "\n".join(screen.rows)
        return all(text in shown for text in texts)

    return seen


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (160, 48), (40, 10)])
def test_panes_stream_on_a_screen_and_stay_in_full_behind_it(
    environment: dict[str, str], home: Path, columns: int, lines: int
) -> None:
    with Program(
        "ask", "What is a fugue?", *THREE, "--param", "tokensPerSecond=60", "--param", "tokens=90",
        env=environment, cwd=home, columns=columns, lines=lines,
    ) as program:  # fmt: skip
        program.wait_for(lambda screen: screen.is_alternate)
        program.wait_for(shows("● chatty", "● poet", "● coder", "of 3 answered"))
        rows = program.screen.rows
        assert program.wait_to_end() == 0
    assert any("streaming" in row for row in rows)
    assert not program.screen.is_alternate
    assert not program.screen.cursor.hidden
    kept = "\n".join(program.screen.scrollback)
    for title in ("chatty", "poet", "coder"):
        assert f" {title} " in kept
    assert "3 of 3 answered" in kept
    assert "antiphon ask --session last" in kept


def test_wide_terminals_show_panes_side_by_side(environment: dict[str, str], home: Path) -> None:
    with Program("ask", "hi", *THREE, env=environment, cwd=home, columns=160, lines=48) as program:
        program.wait_for(
            lambda screen: (
                "chatty" in screen.rows[0]
                and "poet" in screen.rows[0]
                and "coder" in screen.rows[0]
            )
        )


def test_a_resized_terminal_is_drawn_anew(environment: dict[str, str], home: Path) -> None:
    arguments = ("ask", "hi", "-m", "demo/slow", "-m", "demo/slow")
    with Program(*arguments, env=environment, cwd=home, columns=120, lines=30) as program:
        program.wait_for(lambda screen: "● slow#2" in screen.rows[0])
        program.resize(60, 16)
        program.wait_for(
            lambda screen: "● slow#2" in screen.rows[7] and "Ctrl-C stops" in screen.rows[15]
        )


def test_ctrl_c_stops_the_models_and_keeps_what_they_wrote(
    environment: dict[str, str], home: Path
) -> None:
    with Program(
        "ask", "hi", "-m", "demo/slow", "-m", "demo/terse", env=environment, cwd=home
    ) as program:
        program.wait_for(shows("● slow", "✓ terse"))
        program.press(CTRL_C)
        assert program.wait_to_end() == 1
    assert not program.screen.is_alternate
    kept = "\n".join(program.screen.scrollback)
    assert "■ slow stopped ─" in kept
    assert "✓ terse ─" in kept
    assert "1 of 2 answered · 1 not complete" in kept
    assert "Traceback" not in kept


def test_a_server_that_dies_leaves_what_it_had_sent(
    environment: dict[str, str], home: Path
) -> None:
    arguments = ("ask", "hi", "-m", "demo/slow", "-m", "demo/terse")
    with Program(*arguments, env=environment, cwd=home) as program:
        program.wait_for(shows("● slow", "✓ terse"))
        os.kill(program.server_pid, signal.SIGKILL)
        assert program.wait_to_end() == 1
    kept = "\n".join(program.screen.scrollback)
    assert "◐ slow interrupted ─" in kept
    assert "I am demo/slow" in kept
    assert "Error: The server ended with exit code -9." in kept
    assert "Traceback" not in kept


def test_a_second_ctrl_c_leaves_at_once_and_gives_the_terminal_back(
    environment: dict[str, str], home: Path
) -> None:
    with Program(
        "ask", "hi", "-m", "demo/slow", "-m", "demo/slow", env=environment, cwd=home
    ) as program:
        program.wait_for(shows("● slow#2"))
        os.kill(program.server_pid, signal.SIGSTOP)
        program.press(CTRL_C)
        program.wait_for(shows("stopping, Ctrl-C again leaves at once"))
        program.press(CTRL_C)
        assert program.wait_to_end() == 130
    assert not program.screen.is_alternate
    assert not program.screen.cursor.hidden


def test_one_model_writes_where_the_cursor_is(environment: dict[str, str], home: Path) -> None:
    arguments = ("ask", "hi", "-m", "demo/flaky", "--param", "tokensPerSecond=0")
    with Program(*arguments, env=environment, cwd=home) as program:
        program.wait_for(shows("flaky · attempt 2 in"))
        assert not program.screen.is_alternate
        assert program.wait_to_end() == 0
    kept = "\n".join(program.screen.scrollback)
    assert "attempt 2 in" not in kept
    assert "✓  flaky  complete" in kept
    assert "I am demo/flaky, a script and no language model." in kept


def test_a_simple_terminal_gets_plain_text(environment: dict[str, str], home: Path) -> None:
    environment["TERM"] = "dumb"
    arguments = (
        "ask",
        "hi",
        "-m",
        "demo/terse",
        "-m",
        "demo/terse",
        "--param",
        "tokensPerSecond=0",
    )
    with Program(*arguments, env=environment, cwd=home) as program:
        assert program.wait_to_end() == 0
    assert any("## demo/terse: complete" in row for row in program.screen.scrollback)


def test_without_colours_the_screen_has_none(environment: dict[str, str], home: Path) -> None:
    environment["NO_COLOR"] = "1"
    with Program(
        "ask", "hi", "-m", "demo/slow", "-m", "demo/slow", env=environment, cwd=home
    ) as program:
        program.wait_for(shows("● slow#2"))
        cells = [cell for row in program.screen.buffer.values() for cell in row.values()]
    assert {cell.fg for cell in cells} == {"default"}
