"""What a killed server leaves, and what the next one makes of it."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports import AnswerEnd, TextChunk
from antiphon.history.sqlite.opening.server_locks import lock_of_server
from antiphon.model.commands.meter import MeterParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from antiphon.model.values.usage import Usage
from support import SUPPORT

if TYPE_CHECKING:
    from antiphon.model.conversation.message import Message

SERVER = SUPPORT / "history" / "streaming_server.py"
KILLS = 30
PIECES = 40  # of a whole answer of that server


def piece_text(stream: int, pieces: int) -> str:
    return "".join(f"{stream}·{number} " for number in range(pieces))


def dies(history) -> None:
    """Takes a server's lock away, as the kernel does when its process ends."""
    history.database._alive.release()


async def test_answers_of_a_dead_server_are_interrupted_with_their_text(
    history, story, opened
) -> None:
    a = story(pane_count=2)
    await history.begin_run(a.start)
    await history.record([TextChunk(a.answers[0].id, "Be"), TextChunk(a.answers[0].id, "cause")])
    dies(history)

    found = await (await opened()).messages(session_id=a.session_id)

    assert [message.content for message in found] == ["Why?", "Because", "Why?", ""]
    for answer in found[1::2]:
        assert answer.status == "interrupted"
        assert answer.usage is None
        assert answer.error is not None
        assert answer.error.kind == "interrupted"


async def test_what_is_known_of_an_interrupted_answer_is_kept(history, story, opened) -> None:
    a = story()
    a.answers = [a.answer.model_copy(update={"usage": Usage(input_tokens=7), "content": "So: "})]
    await history.begin_run(a.start)
    await history.record([TextChunk(a.answer.id, "because")])
    dies(history)

    found = await (await opened()).message(a.answer.id)

    assert (found.content, found.usage) == ("So: because", Usage(input_tokens=7))


async def test_runs_of_living_servers_are_left_alone(history, story, opened) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([TextChunk(a.answer.id, "still ")])

    other = await opened()

    assert (await other.message(a.answer.id)).status == "streaming"
    await history.record([AnswerEnd(a.ended("still here"))])
    assert (await other.message(a.answer.id)).content == "still here"


async def test_ended_answers_of_an_unfinished_run_are_not_touched(history, story, opened) -> None:
    a = story(pane_count=2)
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("done"))])
    dies(history)

    found = await (await opened()).messages(session_id=a.session_id)

    assert [message.status for message in found[1::2]] == ["complete", "interrupted"]


async def test_a_server_that_leaves_in_the_middle_is_recovered_too(story, opened, database) -> None:
    first, a = await opened(), story()
    await first.begin_run(a.start)
    await first.aclose()

    again = await opened()

    assert (await again.message(a.answer.id)).status == "interrupted"
    with closing(sqlite3.connect(database)) as other:
        assert other.execute("SELECT status FROM runs").fetchall() == [("interrupted",)]


async def test_recovery_removes_the_dead_servers_lock_file(history, story, opened) -> None:
    a = story()
    await history.begin_run(a.start)
    lock = history.database._alive.path
    dies(history)
    assert lock.exists()

    await opened()

    assert not lock.exists()


async def test_runs_of_a_server_that_another_is_recovering_are_left_to_it(
    history, story, opened, database
) -> None:
    a = story()
    await history.begin_run(a.start)
    dies(history)
    recoverer = lock_of_server(database, history.database.server_id)
    assert recoverer.try_acquire()

    assert (await (await opened()).message(a.answer.id)).status == "streaming"

    recoverer.release()
    assert (await (await opened()).message(a.answer.id)).status == "interrupted"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the server of this test forks")
async def test_everything_acknowledged_is_found_after_kill_9(database, opened) -> None:
    luck = random.Random(20261122)
    process = subprocess.Popen(
        [sys.executable, str(SERVER), str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin
    assert process.stdout
    pieces: dict[str, tuple[int, int, bool]] = {}
    with process:
        for _ in range(KILLS):
            process.stdin.write("go\n")
            process.stdin.flush()
            victim = int(process.stdout.readline())
            countdown = luck.randrange(1, 60)
            for line in process.stdout:
                if line == "killed\n":
                    break
                if countdown == 0:
                    os.kill(victim, signal.SIGKILL)
                countdown -= 1
                seen = json.loads(line)
                for stream, message_id in enumerate(seen["ids"]):
                    pieces[message_id] = (stream, seen["pieces"], seen["ended"])
        process.stdin.close()
    history = await opened()

    assert history.status().problem is None
    assert len(pieces) >= KILLS * 8
    for message_id, (stream, shown, ended) in pieces.items():
        check_kept(await history.message(message_id), stream, shown, ended=ended)
    assert await all_ended(database)


def check_kept(found: Message, stream: int, shown: int, *, ended: bool) -> None:
    """`found` holds all pieces that were shown, in whole pieces, and has ended."""
    kept = found.content.count(" ")
    assert kept >= shown
    assert found.content == piece_text(stream, kept)
    assert kept == PIECES or not ended
    # An end may have been stored without the process living to acknowledge it.
    assert found.status == "complete" if ended else found.status in {"interrupted", "complete"}


async def all_ended(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as other:
        running = other.execute(
            "SELECT (SELECT count(*) FROM messages WHERE status = 'streaming')"
            " + (SELECT count(*) FROM runs WHERE ended_at IS NULL) + (SELECT count(*) FROM chunks)"
        ).fetchone()[0]
        return running == 0 and other.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


async def test_the_lock_file_of_a_server_that_died_idle_is_removed(history, opened) -> None:
    dies(history)
    lock = history.database._alive
    assert lock.path.exists()

    await opened()

    assert not lock.path.exists()


async def test_a_running_answer_that_names_no_run_belongs_to_the_one_it_began_with(
    history, story, opened
) -> None:
    a = story()
    a.answers = [a.answer.model_copy(update={"run_id": None})]
    await history.begin_run(a.start)
    dies(history)

    found = await (await opened()).message(a.answer.id)

    assert (found.status, found.run_id) == ("interrupted", a.run_id)


async def test_a_server_of_an_unknown_id_is_dead(history, story, opened, database) -> None:
    a = story()
    await history.begin_run(a.start)
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("UPDATE runs SET server_id = ?", (new_id(),))

    assert (await (await opened()).message(a.answer.id)).status == "interrupted"


async def test_an_interrupted_answer_was_sent_if_any_of_it_had_come(
    history, story, opened, database
) -> None:
    a = story(pane_count=2)
    await history.begin_run(a.start)
    await history.record([TextChunk(a.answers[0].id, "Be")])
    dies(history)
    with closing(sqlite3.connect(database)) as other:
        ledger = "INSERT INTO spending (answer, run_id, session_id, pane_id, provider, model, at, "
        ledger += "day, status) VALUES (?, ?, ?, ?, 'demo', 'demo/a', 'x', 'x', 'running')"
        for answer in a.answers:
            other.execute(ledger, (answer.id, a.run_id, a.session_id, answer.pane_id))
        other.commit()
    total = (await (await opened()).ledger.totals(MeterParams(group_by="pane"))).total
    assert (total.answers, total.requests, total.not_sent) == (1, 1, 1)


async def test_an_open_history_that_recovers_removes_the_dead_servers_lock(
    history, story, opened
) -> None:
    a, doomed = story(), await opened()
    await doomed.begin_run(a.start)
    lock = doomed.database._alive.path
    dies(doomed)

    await history.recover()

    assert (await history.message(a.answer.id)).status == "interrupted"
    assert not lock.exists()
    assert history.database._alive.path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a symbolic link needs a privilege there")
async def test_a_dead_servers_lock_that_is_no_file_is_an_error_of_the_folder(
    history, story, opened, database
) -> None:
    other = await opened()
    await history.begin_run(story().start)
    dies(history)
    lock = history.database._alive.path
    lock.unlink()
    lock.symlink_to(database)

    with pytest.raises(AntiphonError, match="The history's folder: ") as caught:
        await other.recover()

    assert caught.value.failure.kind == "storage"
