"""What a model thinks, on a terminal: its last lines dimmed, then one line for all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.model.values.usage import Usage
from antiphon_terminal.panes.reasoning import LiveReasoning
from support.terminal import run_events as scene
from support.terminal.drawn_screen import DrawnScreen
from support.terminal.program import Program

if TYPE_CHECKING:
    from pathlib import Path

_QUOTE = "> **Thinking**\n>\n> One line.\n>\n> > A quote of its own.\n> 1 > 0\n\n"
_PLAIN = ["One line.", "", "> A quote of its own.", "1 > 0", ""]


_CUTS = [at for at in range(18, len(_QUOTE)) if _QUOTE[at - 2 : at] != "\n>"]
"""The server writes a line's mark with its first character."""


def test_the_marks_of_the_quote_are_left_out_wherever_it_is_cut() -> None:
    for at in _CUTS:
        thinking = LiveReasoning()
        for part in (_QUOTE[:at], _QUOTE[at:]):
            thinking.append(part, now=0.0)
            thinking.lines(80, 9)
        assert thinking.lines(80, 9) == _PLAIN
        assert thinking.lines(10, 2) == ["1 > 0", ""]


def test_what_is_thought_cannot_drive_the_terminal() -> None:
    thinking = LiveReasoning()
    thinking.append("> **Thinking**\n>\n> a\x1b[2", now=0.0)
    thinking.append("Jb\u202ec", now=0.0)
    assert thinking.lines(80, 1) == ["ab<U+202E>c"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2, "a moment"), (3.04, "3.0 s"), (12.3, "12 s"), (125.0, "2 min 5 s")],
)
def test_afterwards_one_line_says_for_how_long(seconds: float, told: str) -> None:
    thinking = LiveReasoning()
    assert thinking.summary == ""
    thinking.append("> x", now=100.0)
    assert thinking.summary == ""
    thinking.end(now=100.0 + seconds)
    thinking.end(now=999.0)
    assert thinking.summary == f"thought for {told}"


def test_a_pane_shows_the_last_lines_and_then_the_answer() -> None:
    stage = DrawnScreen(40, 12)
    stage.take(scene.start("a"), now=10.0)
    for number in range(9):
        stage.take(scene.thought("a", f"> line {number}\n"), now=10.0)
    rows = stage.draw(now=14.0)
    assert rows[0].startswith("◌ a ─")
    assert rows[0].endswith("thinking 4 s")
    assert rows[1:7] == [f"line {number}" for number in range(4, 9)] + [""]
    stage.take(scene.token("a", "The answer."), now=22.0)
    assert stage.draw(now=22.0)[1:4] == ["thought for 12 s", "The answer.", ""]


def test_thinking_that_the_server_hides_is_known_by_its_figures() -> None:
    stage = DrawnScreen(60, 12)
    hidden = scene.meter("a").model_copy(update={"usage": Usage(reasoning_tokens=7)})
    stage.take(scene.start("a"), hidden, now=1.0)
    assert "thinking 2 s" in stage.draw(now=3.0)[0]
    stage.take(scene.token("a", "Yes."), now=6.0)
    assert stage.draw(now=6.0)[1:3] == ["thought for 5.0 s", "Yes."]


def test_an_attempt_that_failed_takes_its_thinking_with_it() -> None:
    stage = DrawnScreen(60, 12)
    stage.take(scene.start("a"), scene.thought("a", "> lost"), scene.retry("a", 3000), now=0.0)
    stage.take(scene.meter("a"), now=1.0)
    rows = stage.draw(now=1.0)
    assert "attempt 2 in 2 s" in rows[0]
    assert "lost" not in "".join(rows)


@pytest.mark.slow
@pytest.mark.parametrize("others", [(), ("-m", "demo/terse")])
def test_thinking_gives_way_to_the_answer_on_a_real_terminal(
    environment: dict[str, str], home: Path, others: tuple[str, ...]
) -> None:
    environment["ANTIPHON_STREAM__REASONING"] = "show"
    arguments = ("ask", "hi", "-m", "demo/thinker", *others)
    with Program(*arguments, env=environment, cwd=home) as program:
        program.wait_for(lambda screen: "Somebody asks me something." in "\n".join(screen.rows))
        program.wait_for(lambda screen: "thinking 1 s" in "\n".join(screen.rows))
        assert program.wait_to_end() == 0
    kept = "\n".join(program.screen.scrollback)
    assert "Somebody asks" not in kept
    assert "thought for " in kept
    assert kept.index("thought for ") < kept.index("I am demo/thinker")
