"""What names on the command line mean, in one session and in a history of several pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from antiphon.engine.ports import RunStart
from antiphon.history import open_history
from antiphon.model.conversation.session import Pane, Session
from antiphon.model.values.ids import new_id
from antiphon.model.values.uri import pane_uri
from antiphon_client import AntiphonClient
from antiphon_terminal.options import names
from antiphon_terminal.options.names import AnswerRef, find_answer, find_pane, find_panes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

DAY = "2026-11-{:02}T12:00:00.000Z"
OLDEST, OLDER, NEWER, NEWEST = "0A", "0BBBBB1", "0C", "0BBBBB2"
"""Beginnings of ids, in the order of the sessions' days."""


def pane(session_id: str, number: int, title: str) -> Pane:
    pane_id = f"{number}{session_id[:8]}".ljust(26, "Y")
    return Pane(
        id=pane_id, session_id=session_id, model="demo/terse", title=title,
        uri=pane_uri(session_id, pane_id, title), created_at=DAY.format(1),
    )  # fmt: skip


def session(start: str, day: int, *titles: str) -> Session:
    session_id = start.ljust(26, "Z")
    panes = [pane(session_id, number, title) for number, title in enumerate(titles or ["terse"], 1)]
    time = DAY.format(day)
    return Session(id=session_id, title=start, created_at=time, updated_at=time, panes=panes)


THREE = session("0D", 1, "terse", "poet", "terse#2")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("1", "terse"),
        ("3", "terse#2"),
        ("POET", "poet"),
        (THREE.panes[1].id.lower(), "poet"),
        (THREE.panes[1].id[:6], "poet"),
    ],
)
def test_a_pane_is_found_by_title_number_or_the_beginning_of_its_id(name: str, title: str) -> None:
    assert find_pane(THREE, name).title == title


@pytest.mark.parametrize("name", ["0", "4", THREE.panes[1].id[:5], "po", "", "²", "1" * 6])
def test_what_is_neither_is_refused_with_the_panes_that_there_are(name: str) -> None:
    with pytest.raises(click.UsageError, match=r"does not mean a pane.*terse, poet, terse#2"):
        find_pane(THREE, name)


def test_a_model_of_several_panes_is_not_enough() -> None:
    with pytest.raises(click.UsageError, match="means several panes"):
        find_pane(THREE, "demo/terse")


@pytest.fixture
async def client(
    environment: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[AntiphonClient]:
    """A client of a history of four sessions, which come in pages of two."""
    monkeypatch.setattr(names, "_PAGE_SIZE", 2)
    history = await open_history(home / "history.db", server_id=new_id())
    for day, start in enumerate((OLDEST, OLDER, NEWER, NEWEST), 1):
        await history.begin_run(RunStart(new_id(), session(start, day), []))
    await history.aclose()
    async with AntiphonClient.start(env=environment, cwd=home) as started:
        yield started


async def test_ids_are_found_on_every_page(client: AntiphonClient) -> None:
    oldest = session(OLDEST, 1)
    assert (await client.sessions(limit=2)).sessions[-1].title == NEWER
    assert (await names.find_session(client, oldest.id[:6].lower())).id == oldest.id
    assert (await find_answer(client, oldest.panes[0].id)).pane_id == oldest.panes[0].id
    assert [each.id for each in await find_panes(client, (oldest.panes[0].id,))] == [
        oldest.panes[0].id
    ]
    unknown = session("0E", 1).id
    assert await find_answer(client, unknown) == AnswerRef(message_id=unknown)


async def test_ids_on_different_pages_that_begin_alike_are_not_guessed(
    client: AntiphonClient,
) -> None:
    with pytest.raises(click.UsageError, match="begins the ids of several sessions"):
        await names.find_session(client, OLDER[:6])
    with pytest.raises(click.UsageError, match="There is no session"):
        await names.find_session(client, OLDEST.ljust(5, "Z"))
    assert (await names.find_session(client, OLDER)).title == OLDER
