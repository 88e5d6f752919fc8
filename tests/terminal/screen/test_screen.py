"""The live screen, as a terminal shows it."""

from __future__ import annotations

import pytest

from antiphon.model.failure import Failure
from support.terminal import run_events as scene
from support.terminal.drawn_screen import DrawnScreen


def test_two_panes_stand_side_by_side_in_eighty_columns() -> None:
    stage = DrawnScreen()
    stage.take(scene.start("left"), scene.start("right"))
    stage.take(scene.token("left", "words of the left"), scene.token("right", "and of the right"))
    rows = stage.draw()
    assert rows[0].startswith("● left ─")
    assert "● right ─" in rows[0]
    assert rows[1] == "words of the left                      │ and of the right"
    assert rows[23] == " 0 of 2 answered · Ctrl-C stops"


def test_a_pane_shows_its_tail_while_it_grows() -> None:
    stage = DrawnScreen(40, 10)
    stage.take(scene.start("a"))
    for number in range(100):
        stage.take(scene.token("a", f"line {number}\n"))
        rows = stage.draw()
    assert rows[1:9] == [f"line {number}" for number in range(92, 100)]


def test_a_frame_touches_only_the_rows_that_changed() -> None:
    stage = DrawnScreen()
    stage.take(scene.start("a"), scene.token("a", "first line\n" * 10))
    stage.draw()
    stage.take(scene.token("a", "x"))
    stage.screen.draw(80, 24, 0.0)
    assert 0 < stage.flush() < 40
    stage.screen.draw(80, 24, 0.0)
    assert stage.flush() == 0


def test_after_a_resize_everything_is_where_it_belongs() -> None:
    stage = DrawnScreen(120, 30)
    stage.take(scene.start("a"), scene.start("b"))
    stage.take(scene.token("a", "alpha " * 60), scene.token("b", "beta " * 60))
    stage.draw()
    fresh = DrawnScreen(50, 16)
    fresh.board = stage.board
    fresh.screen._run_view = stage.board
    stage.terminal.resize(lines=16, columns=50)
    assert stage.draw() == fresh.draw()


def test_a_failure_stands_in_its_pane_with_its_hint() -> None:
    stage = DrawnScreen()
    stage.take(scene.start("a"), scene.error("a", Failure.of("authentication")))
    rows = stage.draw()
    assert "failed" in rows[0]
    assert "The provider refused the key. Check the key and set it again." in rows[1]


def test_a_retry_says_why_and_counts_down() -> None:
    stage = DrawnScreen()
    stage.take(scene.start("a"), scene.retry("a", 5000))
    assert stage.draw(now=1.0)[0].endswith("attempt 2 in 4 s")
    assert stage.draw(now=2.0)[0].endswith("attempt 2 in 3 s")
    assert stage.draw(now=2.0)[1] == "The provider asks for fewer requests."


def test_markup_and_escapes_in_an_answer_are_text_or_nothing() -> None:
    stage = DrawnScreen()
    stage.take(scene.start("a"), scene.token("a", "[red]x[/red] :smile: \x1b[2J\x1b]0;t\x07[/]"))
    assert stage.draw()[1] == "[red]x[/red] :smile: [/]"
    assert stage.terminal.title == ""


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (20, 5), (5, 2), (1, 1)])
@pytest.mark.parametrize("count", [1, 3, 50])
def test_any_number_of_panes_fits_into_any_terminal(size: tuple[int, int], count: int) -> None:
    stage = DrawnScreen(*size)
    for number in range(count):
        stage.take(scene.start(f"pane-{number}"), scene.token(f"pane-{number}", "漢字 words " * 9))
    rows = stage.draw()
    if size[0] >= 40:
        assert f"0 of {count} answered" in rows[-1]


def test_fifty_panes_show_what_still_runs_first() -> None:
    stage = DrawnScreen(80, 10)
    for number in range(50):
        stage.take(scene.start(f"p{number}"))
    for number in range(49):
        stage.take(scene.final(f"p{number}"))
    rows = stage.draw()
    assert rows[0].startswith("◌ p49 ")
    assert "32 not shown" in rows[-1]


def test_closing_gives_the_terminal_back_as_it_was() -> None:
    stage = DrawnScreen()
    stage.terminal.write(b"$ antiphon ask\r\n")
    stage.screen.open()
    stage.take(scene.start("a"), scene.token("a", "text"))
    stage.draw()
    assert stage.terminal.is_alternate
    assert stage.terminal.cursor.hidden
    stage.screen.close()
    stage.flush()
    assert stage.terminal.rows[0] == "$ antiphon ask"
    assert "text" not in "".join(stage.terminal.rows)
    assert not stage.terminal.cursor.hidden
