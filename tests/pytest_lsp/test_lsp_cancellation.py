"""Stopping a run by every standard way, through a client that is not ours."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

SILENT = {"prompt": "x", "models": ["demo/stall"], "params": {"tokensPerSecond": 0}}
"""A model that says something and then nothing any more: only a cancel ends it."""


def by_request(editor: Editor) -> None:
    editor.cancel_request(types.CancelParams("run"))


def by_progress(editor: Editor) -> None:
    editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams("bar"))


def has_text(editor: Editor, token: str) -> bool:
    return any(event["type"] == "token" for event in editor.streams[token])


@pytest.mark.parametrize("way", [by_request, by_progress])
async def test_a_cancelled_run_keeps_its_text_and_is_answered_with_its_result(
    editor: Editor, way: Callable[[Editor], None]
) -> None:
    argument = {**SILENT, "streamToken": editor.follow("events")}
    bar = editor.report_progress("bar")
    run = asyncio.ensure_future(editor.command("broadcast", argument, token=bar, request_id="run"))
    await editor.until(lambda: has_text(editor, "events"))
    way(editor)
    result = await run
    assert result["status"] == "cancelled"
    final = editor.streams["events"][-1]
    assert (final["type"], final["status"]) == ("final", "cancelled")
    assert final["content"]
    assert final["content"] in await editor.text(result["panes"][0]["uri"])
    assert editor.kinds("bar")[-1] == "end"


async def test_the_servers_own_progress_can_be_cancelled(editor: Editor) -> None:
    before = set(editor.progress_reports)
    run = asyncio.ensure_future(editor.command("broadcast", SILENT))
    await editor.until(lambda: set(editor.progress_reports) - before)
    [token] = set(editor.progress_reports) - before
    await editor.until(lambda: "report" in editor.kinds(token))
    editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    assert (await run)["status"] == "cancelled"
    assert editor.kinds(token)[-1] == "end"


async def test_one_pane_is_stopped_by_a_command_while_the_run_goes_on(editor: Editor) -> None:
    argument: dict[str, Any] = {**SILENT, "models": ["demo/stall", "demo/stall"]}
    argument["streamToken"] = editor.follow("two")
    run = asyncio.ensure_future(editor.command("broadcast", argument, request_id="two"))
    await editor.until(lambda: len({each["paneId"] for each in editor.streams["two"]}) == 2)
    stopped = editor.streams["two"][0]["paneId"]
    assert await editor.command("cancel", {"paneId": stopped}) == {"cancelled": 1}
    await editor.until(lambda: any(each["type"] == "final" for each in editor.streams["two"]))
    assert not run.done()
    assert (await editor.command("health"))["protocol"] == 1
    editor.cancel_request(types.CancelParams("two"))
    assert [each["status"] for each in (await run)["results"]] == ["cancelled"] * 2


async def test_cancels_that_come_too_late_or_name_nothing_are_ignored(editor: Editor) -> None:
    argument = {**SILENT, "models": ["demo/terse"]}
    token = editor.report_progress("late")
    await editor.command("broadcast", argument, token=token, request_id="late")
    for request_id in ("late", "nobody's", 12345):
        editor.cancel_request(types.CancelParams(request_id))
    for progress in ("late", "nobody's", 12345):
        editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(progress))
    assert (await editor.command("health"))["protocol"] == 1
