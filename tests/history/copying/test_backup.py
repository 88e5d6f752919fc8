"""A backup is whole, private, and has its name only when it is complete."""

from __future__ import annotations

import asyncio
import stat
import sys
from typing import TYPE_CHECKING

import anyio
import pytest
from tests.history.copying.conftest import report_nothing
from tests.support.history.whole_history import add_loose, add_session, read_everything

from antiphon.engine.ports import TextChunk
from antiphon.history.copying.backup import back_up
from antiphon.history.copying.places import parse_place
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder / "backup.db"


async def test_a_backup_holds_everything_and_is_private(history, location, file, opened) -> None:
    await add_session(history)
    await add_session(history.for_user("anna"), "Another")
    await add_loose(history)

    report = await back_up(parse_place(str(location)), file, report_nothing)

    assert (report.sessions, report.messages) == (2, 10)
    assert report.bytes == file.stat().st_size
    assert sys.platform == "win32" or stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    assert read_everything(file) == read_everything(location)
    restored = await opened(file)
    assert (await restored.upkeep.verify()).problems == []


async def test_a_backup_is_made_while_answers_stream(history, location, file, opened) -> None:
    """What was stored before the backup began is in it, whatever is written meanwhile."""
    session = await add_session(history, "so far", ends=False)
    answers = [
        message
        for message in await history.messages(session_id=session.id)
        if message.role == "assistant"
    ]
    is_done = asyncio.Event()

    async def stream() -> None:
        while not is_done.is_set():
            await history.record([TextChunk(answer.id, " and more") for answer in answers])

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stream)
        await back_up(parse_place(str(location)), file, report_nothing)
        is_done.set()

    restored = await opened(file)
    found = [
        message
        for message in await restored.messages(session_id=session.id)
        if message.role == "assistant"
    ]
    assert [each.status for each in found] == ["interrupted", "interrupted"]
    for each in found:
        assert each.content.startswith("so far")
        assert each.content.removeprefix("so far").replace(" and more", "") == ""
    assert found[0].content == found[1].content  # both are of the same moment
    assert (await restored.upkeep.verify()).problems == []


async def test_an_existing_file_is_replaced_only_by_force(history, location, file) -> None:
    await add_session(history)
    file.write_text("something else")

    with pytest.raises(AntiphonError) as caught:
        await back_up(parse_place(str(location)), file, report_nothing)

    assert caught.value.failure.kind == "conflict"
    assert "--force" in caught.value.failure.hint
    assert file.read_text() == "something else"
    await back_up(parse_place(str(location)), file, report_nothing, force=True)
    assert read_everything(file) == read_everything(location)


async def test_a_backup_that_fails_leaves_nothing(history, tmp_path, file) -> None:
    with pytest.raises(AntiphonError) as caught:
        await back_up(parse_place(str(tmp_path / "none.db")), file, report_nothing)
    assert caught.value.failure.kind == "not_found"
    assert [*file.parent.iterdir()] == []

    with pytest.raises(AntiphonError) as caught:
        await back_up(parse_place(str(tmp_path)), file.parent / "no" / "b.db", report_nothing)
    assert "could not be written" in caught.value.failure.message
