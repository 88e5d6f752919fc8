"""The text of a followed session: whole, in the order of its panes, nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.follow import ChangedEvent, SnapshotEvent
from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Session
from antiphon.model.values.positions import Position
from antiphon_terminal.output.followed import FollowedText
from support.terminal.run_events import final, start, token

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.model.conversation.events import StreamEvent


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What was written since it was asked last."""
    return lambda: capsys.readouterr().out


def snapshot(*names: str, running: tuple[str, ...] = ()) -> SnapshotEvent:
    panes = [start(name).pane for name in names]
    messages = [
        Message(
            id=f"message-{name}",
            pane_id=f"pane-{name}",
            role="assistant",
            content="",
            status="streaming",
            created_at="",
        )
        for name in running
    ]
    session = Session(id="s", title="", panes=panes, tags=[], created_at="", updated_at="")
    return SnapshotEvent(session_seq=1, session=session, messages=messages)


def at(event: StreamEvent, position: int) -> StreamEvent:
    return event.model_copy(update={"at": position})


def test_what_is_there_is_written_once_and_the_running_pane_last(printed: Callable[[], str]):
    text = FollowedText()
    text.begin(snapshot("a", "b", running=("a",)), {"pane-a": "half", "pane-b": "whole\n"})
    text.write(at(token("a", " and half"), 4))
    assert printed() == "# b\n\nwhole\n\n# a\n\nhalf and half"


@pytest.mark.parametrize(("position", "new"), [(0, ""), (2, "d"), (5, "abcd")])
def test_what_a_document_had_already_when_it_was_read_is_left_out(
    printed: Callable[[], str], position: int, new: str
):
    text = FollowedText()
    text.begin(snapshot("a", running=("a",)), {"pane-a": "ab😀c"})
    assert printed() == "# a\n\nab😀c"
    text.write(at(token("a", "abcd"), position))
    assert printed() == new


def test_panes_that_stream_at_the_same_time_are_written_one_after_the_other(
    printed: Callable[[], str],
):
    text = FollowedText()
    text.begin(snapshot("a", "b", running=("a", "b")), {"pane-a": "", "pane-b": ""})
    for event in (token("a", "1 "), token("b", "one "), token("a", "2"), token("b", "two")):
        text.write(event)
    assert printed() == "# a\n\n1 2"
    text.write(final("b"))
    assert printed() == ""
    text.write(final("a"))
    assert printed() == "\n# b\n\none two"


def test_a_later_snapshot_writes_only_what_is_new(printed: Callable[[], str]):
    text = FollowedText()
    text.begin(snapshot("a", "b", running=("a", "b")), {"pane-a": "1", "pane-b": "one"})
    text.write(token("a", "2"))
    text.write(token("b", " two"))
    printed()
    documents = {"pane-b": "one two three", "pane-a": "12\n\n> interrupted\n", "pane-c": "new"}
    text.begin(snapshot("a", "b", "c"), documents)
    assert printed() == "\n\n> interrupted\n\n# b\n\none two three\n# c\n\nnew"


def test_an_answer_that_replaces_another_is_written_and_the_next_snapshot_knows_it(
    printed: Callable[[], str],
):
    text = FollowedText()
    text.begin(snapshot("a"), {"pane-a": "You 😀: old"})
    again = start("a").model_copy(
        update={"append": "new", "at": 8, "cut_from": Position(line=0, character=8)}
    )
    printed()
    text.write(again)
    text.write(at(token("a", "er"), 11))
    assert printed() == "newer"
    text.begin(snapshot("a", running=("a",)), {"pane-a": "You 😀: newer!"})
    assert printed() == "!"


def test_a_document_that_is_another_one_is_written_whole(printed: Callable[[], str]):
    text = FollowedText()
    text.begin(snapshot("a"), {"pane-a": "old"})
    printed()
    text.replace(start("a").pane, "quite new")
    assert printed() == "\n# a\n\nquite new"


def test_a_message_that_no_run_brought_is_written(printed: Callable[[], str]):
    text = FollowedText()
    text.begin(snapshot("a"), {"pane-a": "old"})
    printed()
    changed = ChangedEvent(
        session_seq=2, what="message", session_id="s", pane_id="pane-a", append=" sent", at=3
    )
    text.write(changed)
    assert printed() == " sent"
