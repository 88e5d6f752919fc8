"""Panes are found by their id, their title or their model, and never guessed."""

from __future__ import annotations

import click
import pytest

from antiphon.model.conversation.session import Pane, Session
from antiphon_terminal.options.names import find_pane


def pane(pane_id: str, title: str, model: str) -> Pane:
    return Pane(
        id=pane_id, session_id="S", model=model, title=title, uri="antiphon:/", created_at=""
    )


SESSION = Session(
    id="S",
    title="",
    created_at="",
    updated_at="",
    panes=[
        pane("P1", "poet", "demo/poet"),
        pane("P2", "poet-2", "demo/poet"),
        pane("P3", "x", "a/x"),
    ],
)


@pytest.mark.parametrize(
    ("name", "found"), [("P2", "P2"), ("p3", "P3"), ("poet", "P1"), ("Poet-2", "P2"), ("a/x", "P3")]
)
def test_a_pane_is_found_by_id_title_or_model(name: str, found: str) -> None:
    assert find_pane(SESSION, name).id == found


def test_a_model_that_was_asked_twice_names_no_pane() -> None:
    with pytest.raises(click.UsageError, match="means several panes"):
        find_pane(SESSION, "demo/poet")


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    with pytest.raises(click.UsageError, match=r"does not mean a pane .*Panes: poet, poet-2, x"):
        find_pane(SESSION, "painter")
