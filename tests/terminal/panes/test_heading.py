"""A pane's heading: as wide as its pane, and as much in it as fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from antiphon.model.values.usage import Cost
from antiphon_terminal.panes.heading import format_meter, render_compact, render_heading, truncate
from antiphon_terminal.panes.run_view import RunView
from support.terminal import run_events as scene

if TYPE_CHECKING:
    from rich.segment import Segment

    from antiphon_terminal.panes.pane_view import PaneView


def streaming_pane(title: str = "poet") -> PaneView:
    board = RunView()
    for event in (scene.start(title), scene.token(title, "x"), scene.meter(title)):
        board.apply(event, now=0.0)
    return next(iter(board.panes.values()))


def text_of(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments)


def test_a_heading_says_who_what_and_how_fast() -> None:
    line = text_of(render_heading(streaming_pane(), 60, 0.0))
    assert line.startswith("● poet ─")
    assert line.endswith("─ streaming · 42 tok/s · 120 tokens · $0.0012")


@pytest.mark.parametrize("width", range(10, 90))
@pytest.mark.parametrize("title", ["poet", "a-very-long-title-of-a-model-2025-01-01", "詩人"])
def test_a_heading_is_never_wider_than_its_pane(width: int, title: str) -> None:
    line = text_of(render_heading(streaming_pane(title), width, 0.0))
    assert cell_len(line) <= width
    assert cell_len(text_of(render_compact(streaming_pane(title), width, 0.0))) <= width


def test_the_meter_leaves_out_whole_figures() -> None:
    view = streaming_pane()
    assert format_meter(view, 0.0, 24) == "42 tok/s · 120 tokens"
    assert format_meter(view, 0.0, 7) == ""


def test_a_stalled_answer_says_how_long_it_has_been_silent_and_has_no_speed() -> None:
    view = streaming_pane()
    assert format_meter(view, 2.9, 60) == "streaming · 42 tok/s · 120 tokens · $0.0012"
    assert format_meter(view, 65.0, 60) == "no text for 1 min 5 s · 120 tokens · $0.0012"


def test_an_unknown_price_is_named_and_never_zero() -> None:
    view = streaming_pane()
    view.cost = Cost()
    assert format_meter(view, 0.0, 60) == "streaming · 42 tok/s · 120 tokens · unpriced"


def test_a_retry_shows_its_countdown() -> None:
    board = RunView()
    board.apply(scene.start("a"), now=10.0)
    board.apply(scene.retry("a", 3000), now=10.0)
    view = next(iter(board.panes.values()))
    assert format_meter(view, 11.2, 40) == "attempt 2 in 2 s"
    assert format_meter(view, 14.0, 40) == "attempt 2"


def test_signs_have_stand_ins_without_unicode() -> None:
    line = text_of(render_heading(streaming_pane(), 30, 0.0, unicode=False))
    assert line == "* poet - 42 tok/s · 120 tokens"


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [("short", 5, "short"), ("longer", 5, "long…"), ("詩人詩人", 5, "詩人…"), ("x", 0, "")],
)
def test_fitting(text: str, width: int, fitted: str) -> None:
    assert truncate(text, width) == fitted
