"""A history in a temporary file, and conversations to keep in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports import RunStart
from antiphon.history import open_history
from antiphon.history.store import SqlHistory
from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Pane, Session
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now
from antiphon.model.values.uri import pane_uri

if TYPE_CHECKING:
    from pathlib import Path

OpenHistory = Callable[..., Awaitable[SqlHistory]]


@dataclass
class Story:
    """One session whose panes each hold a prompt and a running answer."""

    pane_count: int = 1
    updated_at: str = field(default_factory=now)
    tags: list[str] = field(default_factory=list)
    run_id: str = field(default_factory=new_id)
    session_id: str = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.panes = [self._pane(number) for number in range(self.pane_count)]
        self.prompts = [self.message(pane, role="user", content="Why?") for pane in self.panes]
        self.answers = [
            self.message(pane, role="assistant", status="streaming", model=pane.model)
            for pane in self.panes
        ]

    def _pane(self, number: int) -> Pane:
        pane_id = new_id()
        title = f"model-{number}"
        return Pane(
            id=pane_id,
            session_id=self.session_id,
            model=f"demo/{title}",
            title=title,
            uri=pane_uri(self.session_id, pane_id, title),
            created_at=now(),
        )

    def message(self, pane: Pane, **values: object) -> Message:
        start = {
            "id": new_id(),
            "pane_id": pane.id,
            "run_id": self.run_id,
            "role": "user",
            "content": "",
            "status": "complete",
            "created_at": now(),
        }
        return Message.model_validate({**start, **values})

    @property
    def answer(self) -> Message:
        return self.answers[0]

    @property
    def session(self) -> Session:
        return Session(
            id=self.session_id,
            title="A question",
            created_at=self.updated_at,
            updated_at=self.updated_at,
            panes=self.panes,
            tags=self.tags,
        )

    @property
    def messages(self) -> list[Message]:
        pairs = zip(self.prompts, self.answers, strict=True)
        return [message for pair in pairs for message in pair]

    @property
    def start(self) -> RunStart:
        return RunStart(self.run_id, self.session, self.messages)

    def ended(self, content: str, number: int = 0, **values: object) -> Message:
        update = {"content": content, "status": "complete", **values}
        return self.answers[number].model_copy(update=update)


@pytest.fixture
def story() -> Callable[..., Story]:
    return Story


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which database the history is kept in: every promise holds for both."""
    return request.param


@pytest.fixture
def location(backend: str, request: pytest.FixtureRequest) -> Path | str:
    """Where the test's history is: a file, or the address of a database."""
    name = "database" if backend == "sqlite" else "postgresql_url"
    return request.getfixturevalue(name)


@pytest.fixture
async def opened(location: Path | str) -> AsyncIterator[OpenHistory]:
    """Opens histories, each as a server of its own, and closes them after the test."""
    histories: list[SqlHistory] = []

    async def open_one(location: Path | str = location) -> SqlHistory:
        history = await open_history(location, server_id=new_id())
        histories.append(history)
        return history

    yield open_one
    for history in histories:
        await history.aclose()


@pytest.fixture
async def history(opened: OpenHistory) -> SqlHistory:
    return await opened()
