"""Appends reproduce the document, byte for byte, whatever happens in whatever order.

A person who applies every event that was sent holds, at every quiet moment, exactly the text that
`workspace/textDocumentContent` would give; and when all has ended, the history renders the same.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from antiphon.engine.document.render import render
from antiphon.engine.ports.deltas import Reasoning
from support.engine.harness import EngineHarness, FakeCaller, open_harness

if TYPE_CHECKING:
    from antiphon.model.conversation.session import Pane

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab \n\r`~#>€😀\u2028\u0085\ufeff"),
        st.characters(exclude_categories=["Cs"]),
    ),
    min_size=1,
    max_size=12,
)
OUTCOMES = st.sampled_from(["complete", "truncated", "filtered"])
FAILURES = st.sampled_from(["authentication", "network", "server_error", "bad_request", "quota"])


class Conversations(RuleBasedStateMachine):
    """Broadcasts, follow-ups and regenerations, their streams played in any interleaving."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.harness: EngineHarness = self.runner.run(
            open_harness(Path(self.folder.name) / "history.db")
        )
        limits = self.harness.service.limits
        self.harness.service.limits = replace(limits, shows_thinking=True)
        self.caller = FakeCaller()
        self.runs: list[asyncio.Task[Any]] = []
        self.panes: dict[str, Pane] = {}

    def running(self) -> list[str]:
        return sorted(self.harness.runs._panes)

    def idle(self) -> list[Pane]:
        return [pane for key, pane in sorted(self.panes.items()) if not self.harness.runs.busy(key)]

    def streams(self) -> list[Any]:
        return [
            stream
            for model in sorted(self.harness.providers.streams)
            for stream in self.harness.providers.streams[model]
            if not stream.closed
        ]

    def go(self, coroutine: Any) -> None:
        async def begin() -> None:
            before = len(self.harness.runs._runs)
            task = asyncio.ensure_future(coroutine)
            self.runs.append(task)
            async with asyncio.timeout(10):
                while len(self.harness.runs._runs) == before and not task.done():
                    await asyncio.sleep(0.001)
            await self.quiet()

        self.runner.run(begin())

    async def quiet(self) -> None:
        """Waits until every task has nothing left to do."""
        for _ in range(3):
            await self.harness.settled()
            await asyncio.sleep(0)
        for event in self.caller.sink.events:
            if event.type == "start":
                self.panes[event.pane_id] = event.pane

    @precondition(lambda self: len(self.panes) < 5)
    @rule(count=st.integers(1, 3), prompt=TEXTS.filter(str.strip))
    def broadcast(self, count: int, prompt: str) -> None:
        models = [f"script/m{index}" for index in range(count)]
        self.go(self.harness.broadcast(self.caller, prompt, models=models))

    @precondition(lambda self: self.idle())
    @rule(data=st.data(), prompt=TEXTS.filter(str.strip))
    def follow_up(self, data: st.DataObject, prompt: str) -> None:
        first = data.draw(st.sampled_from(self.idle()))
        session = [pane.id for pane in self.idle() if pane.session_id == first.session_id]
        chosen = data.draw(st.lists(st.sampled_from(session), min_size=1, unique=True))
        self.go(self.harness.broadcast(self.caller, prompt, paneIds=chosen))

    @precondition(lambda self: self.idle())
    @rule(data=st.data(), model=st.sampled_from([None, "script/other"]))
    def regenerate(self, data: st.DataObject, model: str | None) -> None:
        pane = data.draw(st.sampled_from(self.idle()))
        last = self.runner.run(self.harness.history.messages(pane_id=pane.id))[-1]
        self.go(self.harness.regenerate(self.caller, messageId=last.id, model=model))

    @precondition(lambda self: self.streams())
    @rule(data=st.data(), texts=st.lists(TEXTS, min_size=1, max_size=3))
    def think(self, data: st.DataObject, texts: list[str]) -> None:
        stream = data.draw(st.sampled_from(self.streams()))
        stream.play(*(Reasoning(text) for text in texts))
        self.runner.run(self.quiet())

    @precondition(lambda self: self.streams())
    @rule(data=st.data())
    def finish_in_thought(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.streams())).finish("length", "truncated")
        self.runner.run(self.quiet())

    @precondition(lambda self: self.streams())
    @rule(data=st.data(), texts=st.lists(TEXTS, min_size=1, max_size=3))
    def token(self, data: st.DataObject, texts: list[str]) -> None:
        stream = data.draw(st.sampled_from(self.streams()))
        for text in texts:
            stream.text(text)
        self.runner.run(self.quiet())

    @precondition(lambda self: self.streams())
    @rule(
        data=st.data(), text=TEXTS, outcome=st.sampled_from(["complete", "truncated", "filtered"])
    )
    def finish(self, data: st.DataObject, text: str, outcome: str) -> None:
        stream = data.draw(st.sampled_from(self.streams()))
        stream.text(text)
        stream.finish("stop", outcome)
        self.runner.run(self.quiet())

    @precondition(lambda self: self.streams())
    @rule(data=st.data(), kind=FAILURES)
    def error(self, data: st.DataObject, kind: Any) -> None:
        data.draw(st.sampled_from(self.streams())).fail(kind)
        self.runner.run(self.quiet())

    @precondition(lambda self: self.streams())
    @rule(data=st.data())
    def cut(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.streams())).cut()
        self.runner.run(self.quiet())

    @precondition(lambda self: self.running())
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        pane_id = data.draw(st.sampled_from(self.running()))

        async def stop() -> None:
            self.harness.runs.cancel(None, pane_id)
            await self.quiet()

        self.runner.run(stop())

    @invariant()
    def the_client_holds_the_servers_text(self) -> None:
        async def check() -> None:
            for pane in self.panes.values():
                shown = self.caller.sink.reducer.texts[pane.id]
                assert shown == await self.harness.documents.text(pane.uri)

        self.runner.run(check())
        assert self.caller.sink.reducer.gaps == []
        assert self.caller.sink.reducer.needs_refresh == set()

    def teardown(self) -> None:
        try:
            self.runner.run(self.finish_all())
        finally:
            self.runner.run(self.harness.history.aclose())
            self.runner.close()
            self.folder.cleanup()

    async def finish_all(self) -> None:
        """Everything ends; then the history alone must tell the same as was shown."""
        self.harness.runs.cancel(None, None)
        async with asyncio.timeout(10):
            for task in self.runs:
                await task
        for pane in self.panes.values():
            stored = render(await self.harness.history.messages(pane_id=pane.id))
            assert stored == self.caller.sink.reducer.texts[pane.id]


TestConversations = Conversations.TestCase
TestConversations.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
