"""What a follower was sent is the session, byte for byte, whatever happens in whatever order.

Two servers share one history. Followers of either join, leave, stop reading and pull documents at
any time, while runs of both begin, stream and end.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from msgspec.structs import replace

from antiphon.engine.planning.plan import new_message
from antiphon.engine.ports.deltas import Reasoning
from support.engine.following import FollowingServer, TestFollower, open_server

if TYPE_CHECKING:
    from antiphon.model.conversation.session import Pane

TEXTS = st.text(alphabet="a \n`>😀", min_size=1, max_size=12)
SERVERS = st.integers(0, 1)


class FollowedConversation(RuleBasedStateMachine):
    """One session, its runs by two servers, and its followers."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "history.db"
        # A log so short that a follower that does not read falls out of it.
        self.servers: list[FollowingServer] = [
            self.runner.run(open_server(path, most_characters=60, most_events=6)) for _ in range(2)
        ]
        for server in self.servers:
            service = server.harness.service
            service.limits = replace(service.limits, shows_thinking=True)
        self.session_id: str | None = None
        self.panes: dict[str, Pane] = {}
        self.runs: list[asyncio.Task[Any]] = []
        self.followers: list[TestFollower] = []

    def idle(self) -> list[Pane]:
        runs = [server.harness.runs for server in self.servers]
        return [
            pane for key, pane in sorted(self.panes.items()) if not any(r.busy(key) for r in runs)
        ]

    def streams(self) -> list[Any]:
        return [
            stream
            for server in self.servers
            for model in sorted(server.harness.providers.streams)
            for stream in server.harness.providers.streams[model]
            if not stream.closed
        ]

    def go(self, server: FollowingServer, coroutine: Any) -> None:
        async def begin() -> None:
            runs = server.harness.runs._runs
            before = len(runs)
            task = asyncio.ensure_future(coroutine)
            self.runs.append(task)
            async with asyncio.timeout(10):
                while len(runs) == before and not task.done():
                    await asyncio.sleep(0.001)
            await self.settle()

        self.runner.run(begin())

    async def settle(self) -> None:
        """Waits until all is shown, while both servers look at the history."""
        looks = [asyncio.ensure_future(server.followed.look()) for server in self.servers]
        for server in self.servers:
            await server.harness.settled()
        await asyncio.gather(*looks)
        for server in self.servers:
            for event in server.caller.sink.events:
                if event.type == "start":
                    self.panes[event.pane_id] = event.pane
                    self.session_id = event.pane.session_id

    @initialize(server=SERVERS)
    def begin(self, server: int) -> None:
        self.broadcast(server, 2, "😀")
        for each in range(2):
            self.join(each)
            for pane_id in sorted(self.panes):
                self.runner.run(self.followers[each].pull(pane_id))

    @precondition(lambda self: len(self.panes) < 4)
    @rule(server=SERVERS, count=st.integers(1, 2), prompt=TEXTS.filter(str.strip))
    def broadcast(self, server: int, count: int, prompt: str) -> None:
        there = self.servers[server]
        more = {} if self.session_id is None else {"sessionId": self.session_id}
        models = [f"script/m{index}" for index in range(count)]
        self.go(there, there.harness.broadcast(there.caller, prompt, models=models, **more))

    @precondition(lambda self: self.idle())
    @rule(server=SERVERS, data=st.data(), prompt=TEXTS.filter(str.strip))
    def follow_up(self, server: int, data: st.DataObject, prompt: str) -> None:
        there = self.servers[server]
        pane = data.draw(st.sampled_from(self.idle()))
        self.go(there, there.harness.broadcast(there.caller, prompt, paneIds=[pane.id]))

    @precondition(lambda self: self.idle())
    @rule(server=SERVERS, data=st.data(), model=st.sampled_from([None, "script/other"]))
    def regenerate(self, server: int, data: st.DataObject, model: str | None) -> None:
        there = self.servers[server]
        pane = data.draw(st.sampled_from(self.idle()))
        last = self.runner.run(there.harness.history.messages(pane_id=pane.id))[-1]
        if last.role == "assistant":
            self.go(there, there.harness.regenerate(there.caller, messageId=last.id, model=model))

    @precondition(lambda self: self.idle())
    @rule(server=SERVERS, data=st.data(), text=TEXTS)
    def transfer(self, server: int, data: st.DataObject, text: str) -> None:
        there = self.servers[server]
        pane = data.draw(st.sampled_from(self.idle()))

        async def add() -> None:
            history = there.harness.history
            session = await history.session(pane.session_id)
            session = session.model_copy(update={"panes": [await history.pane(pane.id)]})
            await history.add_messages(session, [new_message(None, pane, "user", text)])
            there.changed(("session", pane.session_id))

        self.runner.run(add())

    @precondition(lambda self: self.session_id)
    @rule(server=SERVERS, title=st.sampled_from("xyz"))
    def rename(self, server: int, title: str) -> None:
        there = self.servers[server]
        self.runner.run(there.harness.history.library.rename(self.session_id or "", title))
        there.changed(("session", self.session_id or ""))

    @precondition(lambda self: self.streams())
    @rule(data=st.data(), texts=st.lists(TEXTS, min_size=1, max_size=3), thinks=st.booleans())
    def stream(self, data: st.DataObject, texts: list[str], thinks: bool) -> None:
        stream = data.draw(st.sampled_from(self.streams()))
        for text in texts:
            stream.play(Reasoning(text)) if thinks else stream.text(text)
        self.runner.run(self.settle())

    @precondition(lambda self: self.streams())
    @rule(data=st.data(), outcome=st.sampled_from(["complete", "truncated", "fail", "cut"]))
    def end(self, data: st.DataObject, outcome: str) -> None:
        stream = data.draw(st.sampled_from(self.streams()))
        if outcome == "fail":
            stream.fail("bad_request")
        elif outcome == "cut":
            stream.cut()
        else:
            stream.finish("stop", outcome)
        self.runner.run(self.settle())

    @precondition(lambda self: self.session_id and len(self.followers) < 4)
    @rule(server=SERVERS)
    def join(self, server: int) -> None:
        follower = self.runner.run(_make(self.servers[server], self.session_id or ""))
        self.followers.append(follower)

    @precondition(lambda self: self.followers)
    @rule(data=st.data(), reads=st.booleans())
    def read(self, data: st.DataObject, reads: bool) -> None:
        follower = data.draw(st.sampled_from(self.followers))
        (follower.reads.set if reads else follower.reads.clear)()

    @precondition(lambda self: self.followers)
    @rule(data=st.data())
    def pull(self, data: st.DataObject) -> None:
        follower = data.draw(st.sampled_from(self.followers))
        if follower.state.panes:
            pane_id = data.draw(st.sampled_from(sorted(follower.state.panes)))
            self.runner.run(follower.pull(pane_id))

    @precondition(lambda self: self.followers)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        follower = data.draw(st.sampled_from(self.followers))
        self.followers.remove(follower)
        result = self.runner.run(follower.leave())
        assert result.ended == "cancelled"

    @rule(server=SERVERS)
    def look(self, server: int) -> None:
        self.runner.run(self.servers[server].followed.look())

    @rule()
    def check(self) -> None:
        self.runner.run(self._check())

    async def _check(self) -> None:
        await self.settle()
        for follower in self.followers:
            follower.reads.set()
        for server in self.servers:
            await server.followed.look()
            await server.followed.look()
        for follower in self.followers:
            await _drain(follower)
            await follower.check()

    def teardown(self) -> None:
        async def end() -> None:
            await self._check()
            for follower in self.followers:
                await follower.leave()
            assert not any(server.followed._feeds for server in self.servers)
            for run in self.runs:
                run.cancel()
            await asyncio.gather(*self.runs, return_exceptions=True)
            for server in self.servers:
                await server.aclose()

        self.runner.run(end())
        self.runner.close()
        self.folder.cleanup()


async def _make(server: FollowingServer, session_id: str) -> TestFollower:
    follower = TestFollower(server, session_id)
    await _drain(follower)
    return follower


async def _drain(follower: TestFollower) -> None:
    """Waits until the follower has got everything that its feed has."""
    async with asyncio.timeout(10):
        while not follower.types:
            assert not follower.task.done(), await follower.task
            await asyncio.sleep(0.001)
    for _ in range(50):
        await asyncio.sleep(0)


FollowedConversation.TestCase.settings = settings(
    max_examples=30,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
test_what_a_follower_was_sent_is_the_session = FollowedConversation.TestCase
