"""A stream's inbox: in order, and never too full."""

from __future__ import annotations

import anyio

from antiphon.providers.litellm.messages import AnswerText, Closed, Pause, Resume
from antiphon.providers.litellm.process import FULL_CHARACTERS, Inbox


async def test_messages_come_in_order_and_are_waited_for():
    inbox = Inbox(1, lambda _: None)
    got: list[object] = []

    async def read() -> None:
        while not isinstance(message := await inbox.next(), Closed):
            got.append(message)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await anyio.lowlevel.checkpoint()
        for text in ("a", "b", "c"):
            inbox.put(AnswerText(1, text))
        inbox.put(Closed(1))
    assert got == [AnswerText(1, "a"), AnswerText(1, "b"), AnswerText(1, "c")]


async def test_the_worker_is_paused_once_and_resumed_once_there_is_room():
    told: list[object] = []
    inbox = Inbox(7, told.append)
    half = "x" * (FULL_CHARACTERS // 2 + 1)
    for _ in range(3):
        inbox.put(AnswerText(7, half))
    assert told == [Pause(7)]
    await inbox.next()
    await inbox.next()
    assert told == [Pause(7)]
    await inbox.next()
    assert told == [Pause(7), Resume(7)]
