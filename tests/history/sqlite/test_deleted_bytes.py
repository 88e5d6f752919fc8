"""No byte of a deleted session stays in the file."""

from __future__ import annotations

import sqlite3

import pytest

from antiphon.engine.ports import AnswerEnd, RunStart, TextChunk
from antiphon.model.conversation.message import ContextDigest


def with_context(a, *names: str) -> RunStart:
    digests = [
        ContextDigest(label=name, uri=f"file:///{name}", sha256=name, bytes=1) for name in names
    ]
    prompt = a.prompts[0].model_copy(update={"context": digests})
    return RunStart(
        a.run_id, a.session, [prompt, *a.answers], contexts={name: name for name in names}
    )


async def test_the_bytes_of_what_was_deleted_are_gone_once_the_file_is_packed(
    history, database, story
) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("xylophonist " * 500))])
    await history.library.delete(a.session_id)
    await history.upkeep.vacuum()
    await history.aclose()

    left = b"".join(path.read_bytes() for path in database.parent.iterdir())
    assert b"xylophonist" not in left


def _built_to_leave_bytes(connect):
    """Opens connections as a build of SQLite does that does not overwrite by default."""

    def connect_plainly(*args, **options) -> sqlite3.Connection:
        connection = connect(*args, **options)
        connection.execute("PRAGMA secure_delete = OFF").fetchone()
        return connection

    return connect_plainly


@pytest.mark.parametrize("ends", ["by itself", "with its server"])
async def test_no_sentence_of_a_deleted_session_is_left_in_the_file(
    opened, database, story, ends, monkeypatch
) -> None:
    monkeypatch.setattr(sqlite3, "connect", _built_to_leave_bytes(sqlite3.connect))
    history, a, kept = await opened(), story(), story()
    await history.begin_run(kept.start)
    await history.begin_run(with_context(a, "name"))
    for _ in range(200):
        await history.record([TextChunk(a.answer.id, "shy xylophonist " * 20)])
        await history.record([TextChunk(kept.answer.id, "stays ")])
    for title in ("A shy xylophonist", "b"):
        await history.library.rename(a.session_id, title)
    if ends == "by itself":
        await history.record([AnswerEnd(a.ended("shy xylophonist " * 4000))])
    else:
        await history.aclose()
        history = await opened()
    assert await history.library.delete(a.session_id)
    await history.aclose()

    left = database.read_bytes()
    assert b"y xylophonist" not in left
    assert b"stays " in left
