"""What a client was shown of its runs, and what must be true of it whatever happened."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from antiphon_client import PaneReducer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.model.commands.runs import RunResult
    from antiphon.model.conversation.events import StreamEvent
    from antiphon.model.conversation.message import Message
    from antiphon_client import AntiphonClient, Run

PATIENCE_S = 10.0


class Shown:
    """The events of any number of runs, reduced as a client does it."""

    def __init__(self) -> None:
        self.events: list[StreamEvent] = []
        self.reducer = PaneReducer()

    async def follow(self, run: Run) -> RunResult:
        """Reads a run to its end; its summary."""
        try:
            async with asyncio.timeout(2 * PATIENCE_S):
                async for event in run:
                    self.take(event)
                return await run.result()
        except TimeoutError:
            last = {event.message_id: (event.type, event.seq) for event in self.events}
            raise AssertionError(f"the run goes on; the last events are {last}") from None

    async def follow_until(self, run: Run, condition: Callable[[StreamEvent], object]) -> None:
        """Reads a run up to the event that meets the condition."""
        async with asyncio.timeout(PATIENCE_S):
            async for event in run:
                self.take(event)
                if condition(event):
                    return
        raise AssertionError("the run ended before")

    def take(self, event: StreamEvent) -> None:
        self.events.append(event)
        self.reducer.apply(event)

    def of(self, message_id: str) -> list[StreamEvent]:
        """The events of one answer."""
        return [event for event in self.events if event.message_id == message_id]

    def end(self, message_id: str) -> Any:
        """The last event of one answer."""
        return self.of(message_id)[-1]

    def assert_orderly(self) -> None:
        """One start, one end, last; sequence numbers without a gap; the content is the tokens."""
        for message_id in {event.message_id for event in self.events}:
            events = self.of(message_id)
            kinds = [event.type for event in events]
            assert len({event.pane_id for event in events}) == 1
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            assert kinds[0] == "start"
            assert kinds.count("start") == 1
            assert kinds[-1] in ("final", "error")
            assert kinds.count("final") + kinds.count("error") == 1
            text = "".join(event.text for event in events if event.type == "token")
            assert events[-1].content == text
            if "retry" in kinds and "token" in kinds:
                assert kinds.index("token") > len(kinds) - 1 - kinds[::-1].index("retry")
        assert not self.reducer.gaps

    async def assert_documents(self, client: AntiphonClient, uris: dict[str, str]) -> None:
        """What the server gives for a pane (`uris` by pane id) is what was reduced."""
        for pane_id, uri in uris.items():
            assert await client.content(uri) == self.reducer.texts[pane_id]

    def assert_kept(self, messages: list[Message]) -> None:
        """The history's answers hold exactly what the final events said of them."""
        answers = {message.id: message for message in messages if message.role == "assistant"}
        for message_id in {event.message_id for event in self.events}:
            event, kept = self.end(message_id), answers[message_id]
            assert kept.content == event.content
            assert kept.error == event.failure
            assert kept.pane_id == event.pane_id
            if event.type == "error":
                assert kept.status == "failed"
            else:
                assert kept.status == event.status
                assert kept.usage == event.usage
                assert kept.cost == event.cost
                assert kept.latency == event.latency
                assert kept.finish_reason == event.finish_reason
                assert kept.notes == event.notes


async def eventually(value: Callable[[], Awaitable[Any]], expected: Any) -> None:
    """Asks for a value until it is the expected one; fails with the last one."""
    end = time.monotonic() + PATIENCE_S
    while (last := await value()) != expected:
        if time.monotonic() > end:
            raise AssertionError(f"{last!r} did not become {expected!r}")
        await asyncio.sleep(0.02)
