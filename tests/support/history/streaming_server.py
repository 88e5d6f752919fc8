"""A server that is there to be killed: it streams eight answers into a history for ever.

Started with the database's path. For every line on stdin it forks a process that opens the
history, prints its process number, and then one JSON line for each batch that `record` has
acknowledged: how many pieces every answer has by then, and which answers have ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

import antiphon.history.store  # noqa: F401 - imported once, before the first fork
from antiphon.engine.ports import AnswerEnd, RunStart, TextChunk
from antiphon.history import open_history
from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Pane, Session
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now

STREAMS = 8
ENDS_AFTER = 40


def piece(stream: int, number: int) -> str:
    """The text of one flush of one stream."""
    return f"{stream}·{number} "


def text(stream: int, pieces: int) -> str:
    """The whole text of a stream after so many pieces."""
    return "".join(piece(stream, number) for number in range(pieces))


def new_run() -> tuple[RunStart, list[Message]]:
    session_id, run_id, moment = new_id(), new_id(), now()
    panes = [
        Pane(
            id=new_id(),
            session_id=session_id,
            model=f"demo/{stream}",
            title=str(stream),
            uri="antiphon:/",
            created_at=moment,
        )
        for stream in range(STREAMS)
    ]
    answers = [
        Message(
            id=new_id(),
            pane_id=pane.id,
            run_id=run_id,
            role="assistant",
            content="",
            status="streaming",
            created_at=moment,
        )
        for pane in panes
    ]
    session = Session(id=session_id, title="t", created_at=moment, updated_at=moment, panes=panes)
    return RunStart(run_id, session, answers), answers


async def stream_for_ever(path: str) -> None:
    history = await open_history(path, server_id=new_id())
    say(str(os.getpid()))
    while True:
        start, answers = new_run()
        await history.begin_run(start)
        for number in range(ENDS_AFTER):
            await history.record(
                [TextChunk(answer.id, piece(i, number)) for i, answer in enumerate(answers)]
            )
            acknowledge(answers, number + 1, ended=False)
        final = [
            answer.model_copy(update={"content": text(i, ENDS_AFTER), "status": "complete"})
            for i, answer in enumerate(answers)
        ]
        await history.record([AnswerEnd(message) for message in final])
        acknowledge(answers, ENDS_AFTER, ended=True)


def acknowledge(answers: list[Message], pieces: int, *, ended: bool) -> None:
    ids = [answer.id for answer in answers]
    say(json.dumps({"ids": ids, "pieces": pieces, "ended": ended}))


def say(line: str) -> None:
    # One system call a line: a kill must not leave half of one.
    os.write(1, f"{line}\n".encode())


def main() -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(stream_for_ever(sys.argv[1]))
        os.waitpid(child, 0)
        say("killed")


if __name__ == "__main__":
    main()
