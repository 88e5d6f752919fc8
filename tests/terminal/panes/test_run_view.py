"""The panes of a run, folded from its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.failure import Failure
from antiphon.model.values.usage import Cost
from antiphon_terminal.panes.run_view import RunView
from support.terminal import run_events as scene

if TYPE_CHECKING:
    from antiphon.model.conversation.events import StreamEvent


def board_of(*events: StreamEvent) -> RunView:
    board = RunView()
    for event in events:
        board.apply(event, now=100.0)
    return board


def test_a_pane_goes_from_waiting_over_streaming_to_its_end() -> None:
    board = RunView()
    states: list[str] = []
    for event in (scene.start("a"), scene.token("a", "Hi"), scene.final("a", content="Hi")):
        taken = board.apply(event, now=0.0)
        assert taken is not None
        states.append(taken[0].state)
    assert states == ["waiting", "streaming", "complete"]


def test_text_and_titles_are_made_safe_across_chunks() -> None:
    board = board_of(
        scene.start("bad\x1b[2J title", "demo/\x9b31mx"),
        scene.token("bad\x1b[2J title", "one\x1b[3"),
        scene.token("bad\x1b[2J title", "1mtwo"),
    )
    (view,) = board.panes.values()
    assert (view.title, view.model, view.text) == ("bad title", "demo/x", "onetwo")


def test_a_retry_counts_down_to_its_next_attempt() -> None:
    (view,) = board_of(scene.start("a"), scene.retry("a", 3000)).panes.values()
    assert (view.state, view.attempt, view.retry_at) == ("retrying", 2, 103.0)


def test_an_event_of_an_unknown_pane_is_passed_over() -> None:
    assert RunView().apply(scene.token("nobody", "x"), now=0.0) is None


def test_the_summary_counts_what_is_complete_and_what_is_not() -> None:
    board = board_of(
        scene.start("a"), scene.start("b"), scene.start("c"),
        scene.final("a"), scene.error("b", Failure.of("authentication")),
    )  # fmt: skip
    assert board.summary() == ["1 of 3 answered", "1 not complete", "120 tokens", "$0.0012"]


def test_unknown_prices_are_named_and_never_shown_as_zero() -> None:
    unpriced = scene.final("a").model_copy(update={"cost": Cost()})
    board = board_of(scene.start("a"), unpriced)
    assert board.summary() == ["1 of 1 answered", "120 tokens", "unpriced"]
    board = board_of(scene.start("a"), scene.start("b"), unpriced, scene.final("b"))
    assert board.summary() == ["2 of 2 answered", "240 tokens", "$0.0012 + 1 unpriced"]


def test_an_unpriced_pane_that_still_waits_is_named_beside_a_free_one() -> None:
    free, unknown = Cost(amount="0", source="priced"), Cost()
    starts = [
        scene.start(name).model_copy(update={"cost": cost})
        for name, cost in (("a", free), ("b", unknown), ("c", unknown))
    ]
    answered = scene.final("a").model_copy(update={"cost": free})
    board = board_of(*starts, answered)
    assert board.summary()[-1] == "$0.00 + 2 unpriced"
    board.mark_interrupted()
    assert board.summary()[-1] == "$0.00"


def test_a_run_that_lost_its_server_leaves_interrupted_panes() -> None:
    board = board_of(scene.start("a"), scene.start("b"), scene.final("a"), scene.token("b", "x"))
    board.mark_interrupted()
    assert [view.state for view in board.panes.values()] == ["complete", "interrupted"]
