"""Progress and streams through a client that is not ours, and that checks every token."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

FAST = {"tokensPerSecond": 0}


@pytest.mark.parametrize("token", ["mine", 7, 0])
async def test_a_work_done_token_gets_one_begin_reports_and_one_end(
    editor: Editor, token: int | str
) -> None:
    argument = {"prompt": "x", "models": ["demo/terse", "demo/poet"], "params": FAST}
    await editor.command("broadcast", argument, token=editor.report_progress(token))
    assert [kind for kind, _ in groupby(editor.kinds(token))] == ["begin", "report", "end"]
    begin: Any = editor.progress_reports[token][0]
    reports: list[Any] = editor.progress_reports[token][1:-1]
    end: Any = editor.progress_reports[token][-1]
    assert begin.cancellable is True
    assert begin.title == "Antiphon"
    percentages = [report.percentage for report in reports]
    assert percentages == sorted(percentages)
    assert 0 <= percentages[0] <= percentages[-1] <= 100
    assert end.message.startswith("2 of 2 answered · ")


async def test_without_a_token_the_server_creates_one_and_ends_it(editor: Editor) -> None:
    before = set(editor.progress_reports)
    await editor.ask("demo/terse")
    [token] = set(editor.progress_reports) - before
    assert [kind for kind, _ in groupby(editor.kinds(token))] == ["begin", "report", "end"]


@pytest.mark.parametrize("token", ["stream", 8])
async def test_a_stream_has_every_event_of_each_pane_in_order(
    editor: Editor, token: int | str
) -> None:
    models = ["demo/terse", "demo/chatty", "demo/cut", "demo/refuses"]
    before = set(editor.progress_reports)
    run = await editor.ask(*models, streamToken=editor.follow(token))
    events = editor.streams[token]
    assert {event["paneId"] for event in events} == {pane["id"] for pane in run["panes"]}
    for pane, result in zip(run["panes"], run["results"], strict=True):
        mine = [event for event in events if event["paneId"] == pane["id"]]
        assert [event["seq"] for event in mine] == list(range(1, len(mine) + 1))
        assert {event["messageId"] for event in mine} == {result["messageId"]}
        kinds = [event["type"] for event in mine]
        assert [kind for kind in kinds if kind in ("start", "final", "error")] == [
            kinds[0],
            kinds[-1],
        ]
        assert kinds[0] == "start"
        assert kinds[-1] == ("error" if result["status"] == "failed" else "final")
        sent = "".join(event["text"] for event in mine if event["type"] == "token")
        assert mine[-1]["content"] == sent
        shown = "".join(event.get("append", "") + event.get("text", "") for event in mine)
        assert await editor.text(pane["uri"]) == shown
    assert set(editor.progress_reports) == before


async def test_both_tokens_of_one_run_get_what_is_theirs(editor: Editor) -> None:
    argument = {"prompt": "x", "models": ["demo/terse"], "params": FAST}
    argument["streamToken"] = editor.follow("events")
    await editor.command("broadcast", argument, token=editor.report_progress("bar"))
    assert editor.kinds("bar")[0] == "begin"
    assert editor.kinds("bar")[-1] == "end"
    assert editor.streams["events"][-1]["type"] == "final"
