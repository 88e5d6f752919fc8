"""A server's engine with followers, each of which keeps the session and documents of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from antiphon.engine.document.render import render
from antiphon.engine.following.event_log import EventLog
from antiphon.engine.following.followed_sessions import FollowedSessions
from antiphon.lsp.commands.follow import follow_commands
from antiphon.lsp.rpc.router import RequestContext
from antiphon.model.commands.follow import FollowBatch, SessionFollowParams
from antiphon.model.values.positions import count_utf16, offset_at
from antiphon_client.follow import FollowedSession
from support.engine.harness import EngineHarness, FakeCaller, Screen, open_harness

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.engine.ports.clients import ChangeNotifier


class FollowingServer:
    """One server's engine, which reads what others changed when the test says so."""

    def __init__(self, harness: EngineHarness, **log_bounds: int) -> None:
        self.harness = harness
        self.caller = FakeCaller(sink=Screen())
        self.followed = FollowedSessions(
            harness.history.looks,
            harness.runs,
            recover=harness.history.recover,
            notifier=lambda _owner: lambda *changes: harness.changes.extend(changes),
            recover_s=1e9,
            new_log=lambda: EventLog(**log_bounds),
        )
        harness.service._changed = self.changed

    @property
    def changed(self) -> ChangeNotifier:
        def notify(*changes: tuple[str, str]) -> None:
            self.harness.changes.extend(changes)
            self.followed.note(*changes)

        return notify

    async def aclose(self) -> None:
        await self.harness.history.aclose()


async def open_server(path: Path, **log_bounds: int) -> FollowingServer:
    return FollowingServer(await open_harness(path), **log_bounds)


class KeptDocument:
    """A pane document that was pulled once and is kept by the rule of `at`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_stale = False

    def apply(self, event: Any) -> None:
        if event.type == "changed" and event.what == "pane":
            self.is_stale = True
        if event.at is None or self.is_stale:
            return
        if event.type == "start" and event.cut_from is not None:
            self.text = self.text[: offset_at(self.text, event.cut_from)]
        added = event.text if event.type == "token" else event.append or ""
        surplus = count_utf16(self.text) - event.at
        if surplus < 0:
            self.is_stale = True
            return
        units = added.encode("utf-16-le", "surrogatepass")[2 * surplus :]
        self.text += units.decode("utf-16-le", "surrogatepass")


class TestFollower:
    """A client that follows a session, and reads as long as `reads` is set."""

    __test__ = False

    def __init__(self, server: FollowingServer, session_id: str) -> None:
        self.server = server
        self.session_id = session_id
        self.state = FollowedSession()
        self.documents: dict[str, KeptDocument] = {}
        self.types: list[str] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.bytes_sent = 0
        self.pending = 0
        check = server.harness.history.session
        command = follow_commands(check, server.followed.follow)["antiphon.session.follow"]
        self._context = RequestContext(self, 1, cooperative=True)  # type: ignore[arg-type]
        params = SessionFollowParams(session_id=session_id, stream_token="f")
        self.task = asyncio.ensure_future(command(params, self._context))

    async def room(self) -> None:
        await self.reads.wait()

    def notify(self, method: str, params: Any) -> None:
        assert (method, params["token"]) == ("$/progress", "f")
        encoded = msgspec.json.encode(params["value"])
        self.bytes_sent += len(encoded)
        for event in FollowBatch.model_validate_json(encoded).events:
            self.types.append(event.type)
            self.state.apply(event)
            if event.type == "snapshot":
                for document in self.documents.values():
                    document.is_stale = True
            elif event.type == "changed" and event.pane_id is None:
                continue
            elif document := self.documents.get(event.pane_id or ""):
                document.apply(event)

    async def pull(self, pane_id: str) -> None:
        pane = self.state.panes[pane_id]
        text = await self.server.harness.documents.text(pane.uri, FakeCaller().context)
        self.documents[pane_id] = KeptDocument(text)

    async def check(self) -> None:
        """Checks that what it was sent is the session as it is stored and shown."""
        shown = self.server.harness.shown
        session = await self.server.harness.history.session(self.session_id)
        assert self.state.session is not None
        assert self.state.session.title == session.title
        assert set(self.state.panes) == {pane.id for pane in session.panes}
        for pane in session.panes:
            messages = await shown.messages(pane.id)
            kept = self.state.messages(pane.id)
            assert [_known(each) for each in kept] == [_known(each) for each in messages]
            document = self.documents.get(pane.id)
            if document is not None and document.is_stale:
                await self.pull(pane.id)
            elif document is not None:
                assert document.text == render(messages)

    async def leave(self) -> Any:
        self._context.cancellation.request()
        self.reads.set()
        return await self.task


def _known(message: Any) -> tuple[str, ...]:
    return message.id, message.role, message.status, message.content
